//! All rows, as JSON that knows no engine: out of a moment of one database, into an empty other one.

use futures_util::TryStreamExt;
use serde_json::Value;

use super::BackupError;
use super::archive::Archive;
use super::digest::Digest;
use super::format::{LEFT_OUT, Rows, rows_of};
use super::unpack::Unpacking;
use crate::db::{Column, Db, Kind, Loading, Snapshot, Table};

/// Rows between two looks whether the backup is still wanted.
const TOLD: u64 = 1_000;

/// Writes the rows of all tables, parents first.
pub(super) async fn write(snapshot: &Snapshot, archive: &mut Archive<'_>) -> Result<Vec<Rows>, BackupError> {
    let mut written = Vec::new();
    for table in snapshot.tables().await? {
        if LEFT_OUT.contains(&table.name.as_str()) {
            continue;
        }
        archive.begin(rows_of(&table.name)).await?;
        let digest = write_table(snapshot, &table, archive).await?;
        written.push(Rows { rows: digest.rows, digest: digest.to_string(), table });
    }
    Ok(written)
}

async fn write_table(
    snapshot: &Snapshot,
    table: &Table,
    archive: &mut Archive<'_>,
) -> Result<Digest, BackupError> {
    let mut digest = Digest::default();
    let mut rows = std::pin::pin!(snapshot.rows(table).await?);
    while let Some(row) = rows.try_next().await? {
        let mut line = digest.add(&row);
        line.push('\n');
        archive.write(line.as_bytes()).await?;
        if digest.rows % TOLD == 0 {
            archive.stage(TOLD, &table.name)?;
        }
    }
    archive.stage(digest.rows % TOLD, &table.name)?;
    Ok(digest)
}

/// Makes the schema of the archive's version, fills it in one transaction and looks whether it holds what the archive does;
/// how many rows had to be changed, because this engine keeps no NUL.
pub(super) async fn load(db: &Db, from: &Unpacking<'_>) -> Result<u64, BackupError> {
    let steps = u32::try_from(from.contents.migrations.len()).unwrap_or(u32::MAX);
    db.rebuild(steps).await?;
    let loading = db.load().await?;
    same_tables(from, &loading).await?;
    let mut changed = 0;
    for rows in &from.contents.tables {
        changed += load_table(&loading, rows, from).await?;
    }
    mark(from, &loading).await?;
    loading.commit().await?;
    Ok(changed)
}

/// The id of a row that says whose rows the database holds.
pub(super) fn mark_of(fingerprint: &str) -> String {
    format!("restored {fingerprint}")
}

/// Notes in the same transaction of which archive the rows are. It is a hold that was over before it began: it keeps
/// nobody from sweeping, goes along in no backup, and the next hold takes it away.
async fn mark(from: &Unpacking<'_>, loading: &Loading) -> Result<(), BackupError> {
    let tables = loading.tables().await?;
    let holds = tables.iter().find(|table| LEFT_OUT.contains(&table.name.as_str()));
    let holds = holds.ok_or_else(|| from.damaged("its migrations are too few"))?;
    let value = |column: &Column| match column.kind {
        Kind::Text => Value::from(mark_of(&from.fingerprint)),
        Kind::Int => Value::from(0),
    };
    Ok(loading.insert(holds, &[holds.columns.iter().map(value).collect()]).await?)
}

/// The schema is that of the archive, to the last column.
async fn same_tables(from: &Unpacking<'_>, loading: &Loading) -> Result<(), BackupError> {
    let mut here = loading.tables().await?;
    here.retain(|table| !LEFT_OUT.contains(&table.name.as_str()));
    let mut there: Vec<&Table> = from.contents.tables.iter().map(|rows| &rows.table).collect();
    here.sort_by(|a, b| a.name.cmp(&b.name));
    there.sort_by(|a, b| a.name.cmp(&b.name));
    let same = |(here, there): (&Table, &&Table)| here.name == there.name && here.sorted() == there.sorted();
    if here.len() == there.len() && here.iter().zip(&there).all(same) {
        return Ok(());
    }
    Err(from.damaged("its tables are not those that its migrations make"))
}

async fn load_table(loading: &Loading, rows: &Rows, from: &Unpacking<'_>) -> Result<u64, BackupError> {
    let (mut came, mut kept, mut changed) = (Digest::default(), Digest::default(), 0);
    let mut batches = from.rows(&rows.table.name)?;
    while let Some(batch) = batches.recv().await {
        let mut batch = batch.map_err(|error| from.damaged(error))?;
        for row in &mut batch {
            came.add(row);
            changed += u64::from(loading.fit(row));
            kept.add(row);
        }
        loading.insert(&rows.table, &batch).await?;
        from.stage(batch.len() as u64, &rows.table.name)?;
    }
    if (came.rows, came.to_string()) != (rows.rows, rows.digest.clone()) {
        return Err(from.damaged(format_args!("rows of {} are missing or changed", rows.table.name)));
    }
    let mut found = Digest::default();
    {
        let mut there = std::pin::pin!(loading.rows(&rows.table).await?);
        while let Some(row) = there.try_next().await? {
            found.add(&row);
        }
    }
    if found == kept { Ok(changed) } else { Err(BackupError::Differs(rows.table.name.clone())) }
}
