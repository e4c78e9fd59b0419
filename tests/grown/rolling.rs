//! A new version comes: one process after the other is asked to end and started again.

use std::time::Duration;

use super::company::Company;
use super::load::{Editor, Load};

#[tokio::test(flavor = "multi_thread")]
async fn no_request_is_lost_while_nodes_and_workers_are_restarted_one_by_one() {
    let mut company = Company::new().await;
    let editors = [Editor::new(&company, "one").await, Editor::new(&company, "two").await];
    let load = Load::of(&editors);
    for _ in 0..2 {
        for member in company.members() {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let took = member.stop().await;
            assert!(took < Duration::from_secs(30), "{took:?}");
            member.start();
            // The proxy looks every half second.
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    }
    let told = load.end().await;
    assert_eq!(told.failures, Vec::<String>::new());
    assert!(told.pages > 200 && told.sources > 10 && told.jobs > 10, "hardly any load: {told:?}");
    company.holds(&editors, &told).await;
}
