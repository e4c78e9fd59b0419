//! Row-level security, the second wall behind the scopes. SQLite has none: there the scopes stand alone.

use citepress::accounts::NewOrg;
use citepress::base::Slug;
use citepress::sites::NewSite;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::publishing::rig::Rig;

async fn count(conn: &impl ConnectionTrait, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    let row = conn.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

/// Tables behind the wall.
async fn walled(rig: &Rig) -> Vec<String> {
    let sql = "SELECT relname::text FROM pg_class WHERE relrowsecurity ORDER BY 1";
    let rows =
        rig.app.db.system().query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_filter_finds_nothing_of_others_on_postgresql() {
    let rig = Rig::new().await;
    if rig.app.db.backend() != DbBackend::Postgres {
        return rig.stop().await;
    }
    rig.write(&[("_index.md", "One.")]).await;
    rig.publish().await;
    let slug: Slug = "globex".parse().unwrap();
    let new = NewOrg { slug: slug.clone(), name: "Globex".into(), owner_email: "o@globex.example".into() };
    let other = rig.app.accounts.found(new).await.unwrap();
    let settings = "title = \"Globex\"\\n".to_owned();
    rig.app.sites.create(&other, NewSite { slug, title: "Globex".into(), settings }).await.unwrap();

    // Without a filter: the own rows, and none of the other's.
    let (own, theirs) = (rig.app.db.of(&rig.org), rig.app.db.of(&other));
    for (table, mine, others) in [
        ("sites", 1, 1),
        ("hosts", 1, 1),
        ("pages", 1, 0),
        ("revisions", 1, 0),
        ("editions", 1, 0),
        ("orgs", 1, 1),
    ] {
        assert_eq!((count(&own, table).await, count(&theirs, table).await), (mine, others), "{table}");
    }
    assert_eq!(count(rig.app.db.system(), "sites").await, 2);
    // Nor can they be written.
    let tx = rig.app.db.write_of(&other).await.unwrap();
    let done = tx.conn().execute_unprepared("UPDATE pages SET title = 'taken'").await.unwrap();
    assert_eq!(done.rows_affected(), 0);
    let theft = format!("UPDATE sites SET org_id = '{}'", rig.org.org());
    let refused = tx.conn().execute_unprepared(&theft).await.unwrap_err();
    assert!(refused.to_string().contains("row-level security"), "{refused}");
    drop(tx);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_names_no_organisation_sees_no_row_of_any_tenant_on_postgresql() {
    let rig = Rig::new().await;
    if rig.app.db.backend() != DbBackend::Postgres {
        return rig.stop().await;
    }
    rig.write(&[("_index.md", "One.")]).await;
    rig.publish().await;
    let walled = walled(&rig).await;
    assert!(walled.len() > 20, "{walled:?}");
    let tx = rig.app.db.write_of(&rig.org).await.unwrap();
    tx.conn().execute_unprepared("SELECT set_config('app.org', '', true)").await.unwrap();
    for table in &walled {
        assert_eq!(count(tx.conn(), table).await, 0, "{table}");
    }
    // Tables that name a tenant and stand before the wall would show here.
    let sql = "SELECT DISTINCT table_name::text FROM information_schema.columns WHERE table_schema = 'public'
               AND column_name IN ('org_id', 'site_id', 'page_id') AND table_name NOT IN (SELECT relname FROM pg_class WHERE relrowsecurity)";
    let open =
        rig.app.db.system().query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap();
    assert!(
        open.is_empty(),
        "{:?}",
        open.iter().map(|row| row.try_get_by_index::<String>(0)).collect::<Vec<_>>()
    );
    for table in ["people", "sessions", "links", "identities"] {
        let refused = tx.conn().execute_unprepared(&format!("SAVEPOINT s; SELECT 1 FROM {table}")).await;
        assert!(refused.unwrap_err().to_string().contains("permission denied"), "{table}");
        tx.conn().execute_unprepared("ROLLBACK TO s").await.unwrap();
    }
    drop(tx);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_copies_everything_is_never_shown_a_part_of_it_nor_stopped_by_time_on_postgresql() {
    let rig = Rig::without_worker().await;
    if rig.app.db.backend() != DbBackend::Postgres {
        return rig.stop().await;
    }
    let snapshot = rig.app.db.snapshot().await.unwrap();
    for (setting, value) in [("row_security", "off"), ("statement_timeout", "0")] {
        let shown = Statement::from_string(DbBackend::Postgres, format!("SHOW {setting}"));
        let row = snapshot.conn().query_one_raw(shown).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<String>(0).unwrap(), value, "{setting}");
    }
    snapshot.close().await.unwrap();
    rig.stop().await;
}
