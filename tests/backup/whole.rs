//! A furnished installation, restored elsewhere and once more, on either kind of database.

use std::path::Path;

use citepress::accounts::AccountError;
use citepress::base::{Clock, Ids, Secret};
use citepress::db::Db;
use citepress::keys::Keys;
use citepress::webhooks::{EventType, NewEndpoint};
use sea_orm::{ConnectionTrait, Statement};
use totp_rs::Totp;

use super::place::{Answer, Place, Served, addresses, answers, archive, back_up, run, said, tree};
use crate::console::rig::early_in_a_step;
use crate::database::tables;
use crate::departures::leaver::{HOST, Leaver, OWNER, WORD};
use crate::publishing::rig::Rig;

/// What is sealed, and what it opens to.
struct Sealed {
    seed: Totp,
    password: Secret,
    endpoint: String,
    webhook: String,
}

async fn seal(rig: &Rig, leaver: &Leaver) -> Sealed {
    let accounts = &rig.app.accounts;
    let offered = accounts.offer_totp(&leaver.owner).await.unwrap();
    let seed = Totp::from_url(offered.url.reveal()).unwrap();
    let code = seed.generate(early_in_a_step().await - 30).to_string();
    accounts.enable_totp(&leaver.owner, &offered.sealed, &code).await.unwrap();
    let types = vec![EventType::ScanCompleted];
    let new = NewEndpoint { url: "https://hooks.example/in".into(), description: "sealed".into(), types };
    let (endpoint, secret) = rig.app.webhooks.create(&leaver.org, new).await.unwrap();
    let (endpoint, webhook) = (endpoint.id.to_string(), secret.reveal().to_owned());
    Sealed { seed, password: Secret::new(leaver.owner_password.reveal()), endpoint, webhook }
}

impl Sealed {
    /// Signs in with a code of the sealed seed and opens the sealed secret.
    async fn opens(&self, served: &Served, data: &Path, org: &str, step: u64) {
        let now = Clock::system().now().as_second().unsigned_abs();
        let code = self.seed.generate(now + 30 * step).to_string();
        let without = served.app.accounts.sign_in(OWNER, &self.password, None, "a test").await;
        assert!(matches!(without, Err(AccountError::CodeNeeded(_))), "{without:?}");
        served.app.accounts.sign_in(OWNER, &self.password, Some(&code), "a test").await.unwrap();
        let sql = "SELECT secret FROM webhook_endpoints WHERE id = $1";
        let sql =
            Statement::from_sql_and_values(served.app.db.backend(), sql, [self.endpoint.clone().into()]);
        let row = served.app.db.system().query_one_raw(sql).await.unwrap().unwrap();
        let sealed: String = row.try_get_by_index(0).unwrap();
        let clock = Clock::system();
        let keys = Keys::open(data, &Ids::system(clock.clone()), clock).unwrap();
        let owner = format!("{org} {}", self.endpoint);
        let opened = keys.open_sealed("webhook_endpoints.secret", &owner, &sealed).unwrap();
        assert_eq!(String::from_utf8(opened).unwrap(), self.webhook);
    }
}

/// How many rows each table has.
async fn counts(db: &Db) -> Vec<(String, i64)> {
    let mut counts = Vec::new();
    for table in tables(db).await {
        let sql = format!("SELECT count(*) FROM {table}");
        let row = db.system().query_one_raw(Statement::from_string(db.backend(), sql)).await.unwrap();
        counts.push((table, row.unwrap().try_get_by_index(0).unwrap()));
    }
    counts.sort();
    counts
}

fn of<'a>(counts: &'a [(String, i64)], tables: &[&str]) -> Vec<&'a (String, i64)> {
    counts.iter().filter(|(table, _)| !tables.contains(&table.as_str())).collect()
}

/// Grow by themselves as soon as an installation runs.
const MOVING: [&str; 5] = ["jobs", "job_schedules", "sessions", "blob_holds", "webhook_deliveries"];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_restored_elsewhere_is_equal_byte_for_byte_and_its_secrets_open() {
    let rig = Rig::new().await;
    let leaver = Leaver::new(&rig).await;
    let sealed = seal(&rig, &leaver).await;
    let org = leaver.org.org().to_string();
    rig.rest().await;
    let data = rig.folder.path();
    let published = tree(data, HOST);
    assert!(published.len() > 20, "{:?}", published.keys());
    let redirect = format!("{WORD}/");
    let paths = addresses(&published, &[&redirect, WORD, "never", "nothing-here/"]);
    let before = answers(rig.port, HOST, &paths).await;
    assert!(before.iter().any(|answer| answer.1 == 301) && before.iter().any(|answer| answer.1 == 404));
    let rows = counts(&rig.app.db).await;

    let archives = tempfile::tempdir().unwrap();
    let first = archive(&archives, "first.zip");
    let told = back_up(data, &first, &["--with-key"]);
    assert!(told.contains("Wrote") && !told.contains("Without the key"), "{told}");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&first).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "it is its owner's alone");
    let export = rig.app.departures.exports(&leaver.org).await.unwrap()[0].id;
    rig.stop().await;

    // Onto a laptop, then from there onto what this run of the tests is about.
    let laptop = Place::sqlite();
    let told = laptop.restored(&first);
    assert!(told.contains("written by the first worker"), "{told}");
    is_the_same(&laptop, &rows, &published, (&paths, &before)).await;
    let second = archive(&archives, "second.zip");
    let told = back_up(laptop.data(), &second, &[]);
    assert!(told.contains("Without the key"), "{told}");
    let grown = Place::usual().await;
    std::fs::copy(laptop.data().join("secret.key"), grown.data().join("secret.key")).unwrap();
    grown.restored(&second);
    is_the_same(&grown, &rows, &published, (&paths, &before)).await;

    for (step, place) in [&laptop, &grown].into_iter().enumerate() {
        let verified = run(place.data(), &["admin", "verify-audit-log"]);
        assert!(verified.status.success(), "{}", said(&verified));
        let served = place.serve().await;
        sealed.opens(&served, place.data(), &org, step as u64).await;
        let scope = served.app.accounts.as_system(org.parse().unwrap()).await.unwrap().unwrap();
        assert!(served.app.departures.download(&scope, export).await.is_ok(), "the export came along");
        served.stop().await;
    }
}

async fn is_the_same(
    place: &Place,
    rows: &[(String, i64)],
    published: &std::collections::BTreeMap<String, Vec<u8>>,
    (paths, before): (&[String], &[Answer]),
) {
    let served = place.serve().await;
    let found = counts(&served.app.db).await;
    assert_eq!(of(&found, &MOVING), of(rows, &MOVING));
    served.trees().await;
    assert!(tree(place.data(), HOST) == *published, "the published tree is another");
    let after = answers(served.port, HOST, paths).await;
    for (before, after) in before.iter().zip(&after) {
        assert!(
            before == after,
            "{}: {:?} became {:?}",
            before.0,
            (before.1, &before.2),
            (after.1, &after.2)
        );
    }
    served.stop().await;
}
