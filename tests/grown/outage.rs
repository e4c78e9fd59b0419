//! The database goes and comes back.

use std::time::{Duration, Instant};

use super::company::Company;
use super::load::{Editor, Load};

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_crashes_under_load_costs_no_reader_a_page_and_no_editor_what_was_acknowledged() {
    let company = Company::new().await;
    let editors = [Editor::new(&company, "one").await, Editor::new(&company, "two").await];
    let load = Load::of(&editors, &[], 60);
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_secs(2)).await;
        tokio::task::block_in_place(|| company.postgres.crash());
    }
    let (before, began) = (load.told(), Instant::now());
    let are_back = || {
        let told = load.told();
        told.jobs > before.jobs && told.sources > before.sources
    };
    while !are_back() {
        assert!(began.elapsed() < PATIENCE, "nobody has come back: {:?}", load.told());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let told = load.end().await;
    for failure in &told.failures {
        // Said plainly, and to come again: the second where nobody knows whether the first request was done. Never a reader.
        let is_plain = failure.contains(": 503 ") || failure.contains("\"code\":\"still_running\"");
        assert!(is_plain && !failure.starts_with("reader"), "{failure}");
    }
    company.holds(editors.len(), &told).await;
}
