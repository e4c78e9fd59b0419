//! `ops/postgres`, run for real on a server like that of the image: whom it makes, and that this is enough for the program.

use std::path::Path;
use std::process::{Command, Output};

use citepress::db::{Db, DbConfig};
use sea_orm::{ConnectionTrait, Statement};

use super::here;
use crate::database;
use crate::grown::company::Postgres;

/// A server and its address as somebody, in a database.
struct Server {
    postgres: Postgres,
}

impl Server {
    fn url(&self, who: &str, database: &str) -> String {
        let mut url = url::Url::parse(&self.postgres.url).unwrap();
        url.set_username(who).unwrap();
        url.set_path(database);
        url.into()
    }

    /// As the image starts it.
    fn set_up(&self, password: &Path) -> Output {
        let url = url::Url::parse(&self.postgres.url).unwrap();
        let mut set_up = Command::new(here("ops/postgres"));
        set_up.env("PGHOST", url.host_str().unwrap()).env("PGPORT", url.port().unwrap().to_string());
        set_up.env("CITEPRESS_PASSWORD_FILE", password).output().unwrap()
    }

    async fn count(&self, who: &str, database: &str, condition: &str) -> i64 {
        let url = self.url(who, database);
        let db = Db::open(&DbConfig { url, ..DbConfig::default() }).await.unwrap();
        let count = format!("SELECT count(*) FROM pg_authid WHERE {condition}");
        let row = db.system().query_one_raw(Statement::from_string(db.backend(), count)).await.unwrap();
        let count = row.unwrap().try_get_by_index(0).unwrap();
        db.close().await;
        count
    }

    async fn run(&self, sql: &str) {
        let url = self.url("postgres", "postgres");
        let db = Db::open(&DbConfig { url, ..DbConfig::default() }).await.unwrap();
        db.system().execute_unprepared(sql).await.unwrap();
        db.close().await;
    }
}

/// The schema is made and tenants' work is done, as this user; the first organisation is tenants' work.
fn the_program_works(url: &str) {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("database-url"), url).unwrap();
    for words in [
        &["migrate", "up"][..],
        &["admin", "create", "--email", "ann@acme.example", "--org", "Acme", "--api-key"],
        &["admin", "verify-audit-log"],
        &["health", "--database"],
    ] {
        let mut command = database::citepress(data.path());
        let done = command.args(words).arg("--data").arg(data.path()).output().unwrap();
        assert!(done.status.success(), "{words:?}: {done:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_signs_in_as_somebody_who_owns_its_database_and_is_nobody_else() {
    let server = Server { postgres: Postgres::as_in_an_image() };
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    std::fs::write(&password, "").unwrap();
    let refused = server.set_up(&password);
    assert!(!refused.status.success(), "without a password everybody would be let in: {refused:?}");
    std::fs::write(&password, "it's a \"pass\\word\"").unwrap();
    let done = server.set_up(&password);
    assert!(done.status.success(), "{done:?}");
    let is_nobody = "rolname = 'citepress' AND rolcanlogin AND rolpassword LIKE 'SCRAM-SHA-256$%'
        AND NOT (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)";
    assert_eq!(server.count("postgres", "postgres", is_nobody).await, 1);
    let strangers = "rolname = 'pg_monitor' AND has_database_privilege(oid, 'citepress', 'CONNECT')";
    assert_eq!(server.count("postgres", "postgres", strangers).await, 0);
    the_program_works(&server.url("citepress", "citepress"));
}

/// Where whoever runs the server gives a user that may make roles.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_may_make_roles_sets_the_wall_up_by_itself() {
    let server = Server { postgres: Postgres::as_in_an_image() };
    server.run("CREATE ROLE maker LOGIN CREATEROLE").await;
    server.run("CREATE DATABASE theirs OWNER maker").await;
    the_program_works(&server.url("maker", "theirs"));

    server.run("REVOKE citepress_tenant FROM maker").await;
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("database-url"), server.url("maker", "theirs")).unwrap();
    let mut doctor = database::citepress(data.path());
    let looked = doctor.args(["doctor", "--port", "0", "--data"]).arg(data.path()).output().unwrap();
    let told = String::from_utf8(looked.stdout).unwrap();
    assert!(!looked.status.success() && told.contains("GRANT citepress_tenant TO"), "{told}");
}
