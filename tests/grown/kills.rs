//! Power cuts: whoever it hits is gone in the middle of what it was doing.

use std::time::Duration;

use super::company::Company;
use super::load::{Editor, Load};

const KILLS: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn killed_fifty_times_under_load_nothing_acknowledged_is_lost_and_no_job_is_done_twice() {
    let mut company = Company::new().await;
    // Many: whoever was cut off asks again for up to fifteen seconds until it is known what became of the request.
    let mut editors = Vec::new();
    for name in ["one", "two", "three", "four", "five", "six", "seven", "eight"] {
        editors.push(Editor::new(&company, name).await);
    }
    let load = Load::of(&editors, &[], 60);
    for n in 0..KILLS {
        // At times that have nothing to do with one another, in an order that is always the same.
        tokio::time::sleep(Duration::from_millis(50 + (n as u64 * 137) % 400)).await;
        let mut members = company.members();
        let which = (n * 7 + n / 4) % members.len();
        members[which].kill();
        members[which].start();
    }
    let told = load.end().await;
    assert!(told.pages > 200 && told.sources > 10 && told.jobs > 10, "hardly any load: {told:?}");
    let readers = told.failures.iter().filter(|failure| failure.starts_with("reader")).count();
    // Those whose answer was being written.
    assert!(readers * 50 < told.pages, "{readers} of {} readers: {:?}", told.pages, told.failures);
    company.holds(editors.len(), &told).await;
}
