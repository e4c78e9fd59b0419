//! What is left of an organisation that was deleted: an event of the operator's, and nothing else.

use super::leaver::{Leaver, SHARED, blobs, files};
use crate::database::{Place, places, tables};
use crate::publishing::rig::Rig;

/// Tables that hold nothing of organisations, each with the reason. Every other table has to be filled by the leaver, so
/// that one that is added and not removed when an organisation goes makes this test fail.
const NOBODYS: [(&str, &str); 4] = [
    ("seaql_migrations", "the schema's own history"),
    ("job_schedules", "when the product's own jobs are due"),
    ("blob_epochs", "one count"),
    ("blob_holds", "who copies blobs now"),
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_an_organisation_in_any_column_blob_or_tree() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", SHARED)]).await;
    rig.publish().await;
    rig.app.sites.put_file(&rig.scope, "static/own.bin", "acme's own".into()).await.unwrap();
    let before = blobs(&rig);
    let leaver = Leaver::new(&rig).await;
    let traces = leaver.traces(&rig).await;
    let db = &rig.app.db;

    let mut filled = Vec::new();
    for trace in &traces {
        filled.extend(places(db, trace).await.into_iter().map(|place| place.table));
    }
    for table in tables(db).await {
        let known = NOBODYS.iter().any(|(nobodys, _)| *nobodys == table);
        let cure = "let the leaver have rows in it and its room remove them (departures/purge.rs), or say in \
                    NOBODYS why it holds nothing of organisations";
        assert!(known || filled.contains(&table), "the table {table} holds nothing of the leaver: {cure}");
    }

    leaver.delete(&rig).await;
    leaver.gone(&rig).await;
    nothing_is_left(&rig, &leaver, &traces).await;
    assert_eq!(blobs(&rig), before, "the storage is as it was before it came");
    rig.stop().await;
}

/// Looks for what was theirs in every column of every table, in the storage and in all files.
pub async fn nothing_is_left(rig: &Rig, leaver: &Leaver, traces: &[String]) {
    let org = leaver.org.org().to_string();
    for trace in traces {
        for Place { table, column, rows } in places(&rig.app.db, trace).await {
            let told = *trace == org && (table.as_str(), column.as_str(), rows) == ("events", "subject", 1);
            assert!(told, "{trace} stands in {rows} rows of {table}.{column}");
        }
    }
    let told = rig.app.events.operators(0, 10).await.unwrap();
    assert_eq!(
        (told.len(), told[0].kind.as_str(), told[0].subject.as_str()),
        (1, "org.deleted", org.as_str())
    );
    assert_eq!(told[0].data["last_hash"].as_str().unwrap().len(), 64);
    assert_eq!(told[0].data.as_object().unwrap().len(), 1, "{}", told[0].data);

    let everything = files(rig.folder.path());
    // What was sent by mail is sent.
    for path in everything.iter().filter(|path| !path.starts_with(rig.folder.path().join("outbox"))) {
        let shown = path.display().to_string();
        let name = path.strip_prefix(rig.folder.path()).unwrap().to_str().unwrap();
        let target = std::fs::read_link(path).unwrap_or_default();
        let content = if path.is_file() { std::fs::read(path).unwrap() } else { Vec::new() };
        for trace in traces {
            assert!(!name.contains(trace.as_str()), "{shown} is named {trace}");
            assert!(!target.to_str().unwrap().contains(trace.as_str()), "{shown} leads to {trace}");
            if *trace != org {
                let found = content.windows(trace.len()).any(|window| window == trace.as_bytes());
                assert!(!found, "{trace} stands in {shown}");
            }
        }
    }
    assert_eq!(rig.app.events.verify_operators().await.unwrap(), Ok(1));
}
