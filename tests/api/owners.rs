//! An organisation is never without an owner.

use reqwest::Method;
use serde_json::json;

use super::rig::sent;
use super::sessions::Caller;
use crate::console::rig::Visitor;
use crate::publishing::rig::Rig;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_owners_who_leave_in_the_same_moment_one_is_told_to_stay() {
    let rig = Rig::new().await;
    let ada = Visitor::owner(&rig).await;
    let grace = Visitor::invited(&rig, &ada, "acme-analytics", "grace@acme.example", "owner").await;
    let callers = [Caller::of(&ada).await, Caller::of(&grace).await];
    let members = callers[0].get("/api/v1/members").await.json(200);
    let path = |index: usize| {
        let id = members["data"][index]["id"].as_str().unwrap();
        format!("/api/v1/members/{id}")
    };
    let member = json!({ "role": "member" });
    for round in 0..5 {
        let asked = |index: usize| sent(callers[index].request(Method::PATCH, &path(index)).json(&member));
        let (first, second) = tokio::join!(asked(0), asked(1));
        let (done, refused) = if first.status == 200 { (0, second) } else { (1, first) };
        let problem = refused.problem(409, "conflict");
        assert!(problem["detail"].as_str().unwrap().contains("owner"), "round {round}: {problem}");
        let stays = 1 - done;
        let now = callers[stays].get("/api/v1/members").await.json(200);
        let roles: Vec<_> = now["data"].as_array().unwrap().iter().map(|member| &member["role"]).collect();
        assert_eq!(roles.iter().filter(|role| **role == "owner").count(), 1, "round {round}: {roles:?}");
        let back = callers[stays].request(Method::PATCH, &path(done)).json(&json!({ "role": "owner" }));
        sent(back).await.json(200);
    }
    // And gone for good: by the console and by the API at once.
    let page = ada.get("/console/o/acme-analytics/members").await.page();
    let own = page.attributes("form[action$='/remove']", "action").remove(0);
    let (by_console, by_api) =
        tokio::join!(ada.submit(&page, &own, &[]), sent(callers[1].request(Method::DELETE, &path(1))));
    let gone = [by_console.status == 303, by_api.status == 204];
    assert_eq!(gone.iter().filter(|gone| **gone).count(), 1, "{} {}", by_console.status, by_api.text);
    let stays = usize::from(gone[0]);
    let now = callers[stays].get("/api/v1/members").await.json(200);
    assert_eq!(now["data"].as_array().unwrap().len(), 1, "{now}");
    assert_eq!(now["data"][0]["role"], "owner");
    rig.stop().await;
}
