//! Lists come in windows.

use citepress::accounts::KeyScope;
use serde_json::{Value, json};

use super::rig::Program;
use crate::publishing::rig::Rig;

fn names(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|source| source["address"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_list_is_walked_forth_and_back_by_the_ids_at_its_edges_while_items_come() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Write).await;
    let site = rig.scope.site().to_string();
    let add = async |name: &str| {
        let source = json!({ "site": site, "name": name, "title": name, "text": "A fact." });
        program.post("/api/v1/sources", &source).await.json(201);
        // Ids of one millisecond have no order among them.
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    };
    for name in ["a", "b", "c", "d", "e"] {
        add(name).await;
    }
    let first = program.get("/api/v1/sources?limit=2").await.json(200);
    assert_eq!((names(&first), &first["has_more"]), (vec!["e", "d"], &json!(true)));
    assert_eq!((&first["object"], &first["url"]), (&json!("list"), &json!("/api/v1/sources")));
    add("f").await;
    let after =
        |list: &Value| list["data"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
    let second =
        program.get(&format!("/api/v1/sources?limit=2&starting_after={}", after(&first))).await.json(200);
    assert_eq!((names(&second), &second["has_more"]), (vec!["c", "b"], &json!(true)));
    let third =
        program.get(&format!("/api/v1/sources?limit=2&starting_after={}", after(&second))).await.json(200);
    assert_eq!((names(&third), &third["has_more"]), (vec!["a"], &json!(false)));
    let edge = second["data"][0]["id"].as_str().unwrap();
    let back = program.get(&format!("/api/v1/sources?limit=2&ending_before={edge}")).await.json(200);
    assert_eq!((names(&back), &back["has_more"]), (vec!["e", "d"], &json!(true)));
    let both = format!("/api/v1/sources?ending_before={edge}&starting_after={edge}");
    program.get(&both).await.problem(422, "invalid_request");
    rig.stop().await;
}

#[tokio::test]
async fn pages_are_filtered_by_site_state_and_staleness() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    rig.write(&[("a.md", "One."), ("b.md", "Two.")]).await;
    let other = program.post("/api/v1/sites", &json!({ "slug": "other", "title": "Other" })).await.json(201);
    let page = json!({ "site": other["id"], "path": "c.md", "title": "C", "document": "Three.\n" });
    let page = program.post("/api/v1/pages", &page).await.json(201);
    let count = async |query: &str| {
        let list = program.get(&format!("/api/v1/pages?{query}")).await.json(200);
        list["data"].as_array().unwrap().len()
    };
    assert_eq!(count("").await, 3);
    assert_eq!(count(&format!("site={}", rig.scope.site())).await, 2);
    assert_eq!(count(&format!("site={}", page["site"].as_str().unwrap())).await, 1);
    assert_eq!((count("state=review").await, count("state=published").await), (3, 0));
    assert_eq!((count("stale=false").await, count("stale=true").await), (3, 0));
    rig.stop().await;
}
