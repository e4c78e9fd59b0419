//! The sites of an organisation that was deleted: off at once, then removed.

use std::collections::HashSet;

use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
};

use super::rows::{domain, file, host, live_version, redirect, site};
use super::{Sites, hosts, store};
use crate::base::HostName;
use crate::db::{DbError, Last, WriteTx};
use crate::storage::BlobHash;
use crate::tenancy::{Departed, SiteId};

/// A host that answers no more, whose name is not free yet: its tree is still to be removed.
const GONE: &str = "gone";

/// A file of some site, and the name of its content.
#[derive(Debug, Clone)]
pub struct KeptFile {
    /// The row's id.
    pub id: String,
    /// Its site.
    pub site: SiteId,
    /// Its path in the site.
    pub path: String,
    /// Its content.
    pub hash: BlobHash,
}

impl Sites {
    /// Takes all sites of an organisation off, from the commit of `tx` on, on every node: no host of theirs answers, and no
    /// key to one can be had any more. The hosts on which they answered.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn take_off(&self, tx: &mut WriteTx, gone: &Departed) -> Result<Vec<HostName>, DbError> {
        site::Entity::update_many()
            .col_expr(site::Column::DepartedAt, Expr::value(self.clock.millis()))
            .filter(site::Column::OrgId.eq(gone.org().to_string()))
            .exec(tx.conn())
            .await?;
        host::Entity::update_many()
            .col_expr(host::Column::State, Expr::value(GONE))
            .filter(host::Column::SiteId.in_subquery(ids_of(gone)))
            .exec(tx.conn())
            .await?;
        let hosts = host::Entity::find().filter(host::Column::SiteId.in_subquery(ids_of(gone)));
        let hosts: Vec<HostName> =
            hosts.all(tx.conn()).await?.into_iter().map(hosts::name).collect::<Result<_, _>>()?;
        // One flip of nobody in particular, however many the sites: every node looks all of its hosts up again.
        let flips = self.flips.clone();
        tx.at_the_end(Last::Flips, move |tx| {
            Box::pin(async move {
                let version = store::count_flip(tx).await?;
                tx.after_commit(move || flips.flipped(version));
                Ok(())
            })
        });
        Ok(hosts)
    }

    /// The sites that are still to be removed.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn departed(&self, gone: &Departed) -> Result<Vec<SiteId>, DbError> {
        let ids = of(gone).select_only().column(site::Column::Id).order_by_asc(site::Column::Id);
        let ids: Vec<String> = ids.into_tuple().all(self.db.system()).await?;
        ids.into_iter().map(store::site_id).collect()
    }

    /// The hosts on which one of them has answered.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn departed_hosts(&self, gone: &Departed, id: SiteId) -> Result<Vec<HostName>, DbError> {
        let site = of(gone).filter(site::Column::Id.eq(id.to_string())).one(self.db.system()).await?;
        let Some(site) = site else { return Ok(Vec::new()) };
        let hosts =
            host::Entity::find().filter(host::Column::SiteId.eq(site.id)).all(self.db.system()).await?;
        hosts.into_iter().map(hosts::name).collect()
    }

    /// The contents of files of one of them.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn departed_files(&self, gone: &Departed) -> Result<Vec<BlobHash>, DbError> {
        let files = file::Entity::find().filter(file::Column::SiteId.in_subquery(ids_of(gone)));
        files.all(self.db.system()).await?.iter().map(store::hash_of).collect()
    }

    /// Removes what the room knows of the organisation: files, hosts, whose names are free then, and sites. What belongs to
    /// a site in other rooms has to be gone already, or goes along in one transaction.
    ///
    /// # Errors
    /// When the database refuses; begun again it goes on.
    pub async fn remove(&self, gone: &Departed) -> Result<(), DbError> {
        for id in self.departed(gone).await? {
            let id = id.to_string();
            let whose = |column: Expr| Condition::all().add(column);
            self.db
                .remove::<file::Entity>(file::Column::Id, whose(file::Column::SiteId.eq(id.as_str())))
                .await?;
            self.db
                .remove::<host::Entity>(host::Column::Id, whose(host::Column::SiteId.eq(id.as_str())))
                .await?;
            self.db
                .remove::<redirect::Entity>(
                    redirect::Column::Id,
                    whose(redirect::Column::SiteId.eq(id.as_str())),
                )
                .await?;
            self.db
                .remove::<domain::Entity>(domain::Column::Id, whose(domain::Column::SiteId.eq(id.as_str())))
                .await?;
            let own = whose(live_version::Column::Id.eq(id.as_str()));
            self.db.remove::<live_version::Entity>(live_version::Column::Id, own).await?;
            self.db.remove::<site::Entity>(site::Column::Id, whose(site::Column::Id.eq(id.as_str()))).await?;
        }
        Ok(())
    }

    /// All sites whose organisation was deleted: what they refer to is referred to by nobody.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn every_departed(&self) -> Result<HashSet<SiteId>, DbError> {
        self.every_departed_on(self.db.system()).await
    }

    /// As [`Sites::every_departed`], as a connection or transaction sees them.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn every_departed_on(&self, conn: &impl ConnectionTrait) -> Result<HashSet<SiteId>, DbError> {
        let ids = site::Entity::find().filter(site::Column::DepartedAt.ne(0)).select_only();
        let ids: Vec<String> = ids.column(site::Column::Id).into_tuple().all(conn).await?;
        ids.into_iter().map(store::site_id).collect()
    }

    /// Some files of any site that a connection or transaction sees, in order of their ids, from behind one on; none after
    /// the last. For who copies their contents.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn kept_files(
        &self,
        conn: &impl ConnectionTrait,
        after: &str,
        limit: u64,
    ) -> Result<Vec<KeptFile>, DbError> {
        let kept = |row: &file::Model| {
            let (hash, site) = (store::hash_of(row)?, store::site_id(row.site_id.clone())?);
            Ok(KeptFile { id: row.id.clone(), site, path: row.path.clone(), hash })
        };
        every_file(conn, after, limit).await?.iter().map(kept).collect()
    }

    /// The contents that files of any site but these refer to, some at a time, with the place to go on from. For who has to
    /// know what nobody refers to: a content alone tells nothing of its owner.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn every_content(
        &self,
        departed: &HashSet<SiteId>,
        after: &str,
        limit: u64,
    ) -> Result<(Vec<BlobHash>, Option<String>), DbError> {
        let rows = every_file(self.db.system(), after, limit).await?;
        let next = rows.last().map(|row| row.id.clone());
        let lives = |row: &&file::Model| row.site_id.parse().map_or(true, |site| !departed.contains(&site));
        let hashes: Result<_, _> = rows.iter().filter(lives).map(store::hash_of).collect();
        Ok((hashes?, next))
    }
}

async fn every_file(
    conn: &impl ConnectionTrait,
    after: &str,
    limit: u64,
) -> Result<Vec<file::Model>, DbError> {
    let rows = file::Entity::find()
        .filter(file::Column::Deleted.eq(0))
        .filter(file::Column::Id.gt(after))
        .order_by_asc(file::Column::Id)
        .limit(limit);
    Ok(rows.all(conn).await?)
}

fn of(gone: &Departed) -> Select<site::Entity> {
    site::Entity::find()
        .filter(site::Column::OrgId.eq(gone.org().to_string()))
        .filter(site::Column::DepartedAt.ne(0))
}

fn ids_of(gone: &Departed) -> SelectStatement {
    of(gone).select_only().column(site::Column::Id).into_query()
}
