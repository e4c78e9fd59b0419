//! Whatever goes wrong is a problem.

use citepress::accounts::KeyScope;
use reqwest::Method;

use super::rig::{Program, sent};
use crate::publishing::rig::Rig;

#[tokio::test]
async fn what_no_operation_answers_is_a_problem_too() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    program.get("/api/v1/nothing").await.problem(404, "no_such_path");
    program.get("/api/v1/sites/site_1/nothing/at/all").await.problem(404, "no_such_path");
    for (path, allowed) in [
        ("/sites", "GET, POST"),
        ("/sites/site_1", "GET, PATCH"),
        ("/sources/fetch", "POST"),
        ("/sources/src_1", "GET"),
    ] {
        let refused = sent(program.request(Method::PUT, &format!("/api/v1{path}"))).await;
        refused.problem(405, "method");
        assert_eq!(refused.header("allow"), allowed, "{path}");
    }
    for query in ["limit=0", "limit=101", "limit=many"] {
        let problem = program.get(&format!("/api/v1/sites?{query}")).await.problem(422, "invalid_request");
        assert_eq!(problem["errors"][0]["pointer"], "limit", "{problem}");
    }
    let problem = program.get("/api/v1/pages?starting_after=site_1").await.problem(422, "invalid_request");
    assert_eq!(problem["errors"][0]["pointer"], "starting_after");
    program.get("/api/v1/pages?state=asleep").await.problem(422, "invalid_request");
    rig.stop().await;
}

#[tokio::test]
async fn each_answer_has_an_id_of_its_own_and_is_kept_by_no_cache() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let (first, second) = (program.get("/api/v1/sites").await, program.get("/api/v1/sites").await);
    assert!(first.header("x-request-id").starts_with("req_"));
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    assert_eq!(first.header("cache-control"), "no-store");
    assert_eq!(first.header("x-content-type-options"), "nosniff");
    rig.stop().await;
}
