//! `citepress admin`: accounts without a browser.

use std::path::Path;
use std::process::Output;

use citepress::db::{Db, DbConfig};
use sea_orm::ConnectionTrait;
use serde_json::Value;

use crate::database::{self, Fresh};

fn admin(data: &Path, arguments: &[&str]) -> Output {
    let mut command = database::citepress(data);
    command.arg("admin").args(arguments).arg("--data").arg(data).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", said(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn an_owner_is_made_with_a_password_and_a_key_that_are_said_once() {
    let data = tempfile::tempdir().unwrap();
    let _fresh = Fresh::at_once(data.path());
    let create = ["create", "--email", "Ada@Example.com", "--org", "Acme Facts", "--api-key"];
    let made = json(&admin(data.path(), &create));
    assert_eq!(made["slug"], "acme-facts");
    assert!(made["api_key"].as_str().unwrap().starts_with("cp_live_"));
    assert!(made["password"].as_str().unwrap().len() >= 40);

    let again = admin(data.path(), &create);
    assert!(!again.status.success());
    assert!(said(&again).contains("an organisation \"acme-facts\" exists already"), "{}", said(&again));
    let second = json(&admin(data.path(), &["create", "--email", "ada@example.com", "--org", "Second"]));
    assert_eq!((&second["password"], &second["api_key"]), (&Value::Null, &Value::Null), "she has a password");

    let reset = json(&admin(data.path(), &["reset", "--email", "ada@example.com"]));
    assert_ne!(reset["password"], made["password"]);
    let unknown = admin(data.path(), &["reset", "--email", "eve@example.com"]);
    assert!(
        !unknown.status.success() && said(&unknown).contains("there is no such person"),
        "{}",
        said(&unknown)
    );
}

#[test]
fn a_line_of_the_audit_log_that_was_changed_shows() {
    let data = tempfile::tempdir().unwrap();
    let _fresh = Fresh::at_once(data.path());
    json(&admin(data.path(), &["create", "--email", "a@example.com", "--org", "Acme", "--api-key"]));
    json(&admin(data.path(), &["create", "--email", "b@example.com", "--org", "Other"]));
    let sound = admin(data.path(), &["verify-audit-log"]);
    assert!(sound.status.success(), "{}", said(&sound));
    assert!(said(&sound).contains("Organisations: 2, events: 3. Every chain holds."), "{}", said(&sound));

    // By somebody who can write to the database, past the program.
    forge(data.path());
    let broken = admin(data.path(), &["verify-audit-log"]);
    assert!(!broken.status.success());
    let told = said(&broken);
    assert!(
        told.contains("acme (org_") && told.contains("event 2: it was changed after it was written"),
        "{told}"
    );
    assert!(told.contains("1 of 2 logs do not hold"), "{told}");
}

fn forge(data: &Path) {
    let config = DbConfig { url: database::of(data), data: data.to_owned(), ..DbConfig::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = Db::open(&config).await.unwrap();
        let tx = db.write_system().await.unwrap();
        let change = "UPDATE events SET kind = 'api_key.revoked' WHERE kind = 'api_key.created'";
        assert_eq!(tx.conn().execute_unprepared(change).await.unwrap().rows_affected(), 1);
        tx.commit().await.unwrap();
        db.close().await;
    });
}
