//! Machines whose clocks are wrong.

use std::time::{Duration, Instant};

use super::company::Company;
use super::load::{Editor, Load};

const PATIENCE: Duration = Duration::from_secs(120);

/// The library that tells a process another time of day, and leaves its stopwatch alone.
fn clock(offset: &str) -> Vec<(String, String)> {
    let found = std::fs::read_dir("/usr/lib").unwrap().flatten();
    let mut places = found.map(|folder| folder.path().join("faketime/libfaketime.so.1"));
    let library = places.find(|path| path.exists()).expect("faketime is installed: tests/run does it");
    let of = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    vec![
        of("LD_PRELOAD", library.to_str().unwrap()),
        of("FAKETIME", offset),
        of("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn with_clocks_ten_minutes_off_no_job_is_taken_away_or_done_twice_and_nothing_expires_early() {
    let own = |_: &str, which: usize| clock(["+10m", "-10m"][which]);
    let company = Company::with(own).await;
    let editors = [Editor::new(&company, "one").await, Editor::new(&company, "two").await];
    let load = Load::of(&editors, &[], 60);
    let began = Instant::now();
    tokio::time::sleep(Duration::from_secs(8)).await;
    while load.told().jobs <= 10 {
        assert!(began.elapsed() < PATIENCE, "hardly any load: {:?}", load.told());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let told = load.end().await;
    assert_eq!(told.failures, Vec::<String>::new());
    company.holds(editors.len(), &told).await;
    let again = company.count("SELECT count(*) FROM jobs WHERE attempt > 1").await;
    assert_eq!(again, 0, "attempts that were taken for dead");
}
