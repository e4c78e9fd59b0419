//! Tables as CSV, and what a screen does as calls of the API.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;

use super::furnished::{Furnished, ORG, SITE, furnished};
use super::rig::{Shown, Visitor};
use crate::api::rig::{Program, sent};

fn rows(shown: &Shown) -> Vec<Vec<String>> {
    assert!(shown.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    let mut reader = csv::Reader::from_reader(shown.text.as_bytes());
    let head = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rest = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
    std::iter::once(head).chain(rest).collect()
}

/// Has an endpoint made, and what was sent to it asked for.
async fn with_webhook(ada: &Visitor) -> String {
    let form = ada.get(&format!("{ORG}/webhooks/new")).await.page();
    let hook = [("url", "https://hooks.acme.example/"), ("type", "edition.live")];
    ada.submit(&form, "/webhooks/new", &hook).await.page();
    let hooks = ada.get(&format!("{ORG}/webhooks")).await.page();
    let path = hooks.attributes("td a.title", "href").remove(0);
    let screen = ada.get(&path).await.page();
    ada.submit(&screen, "/test", &[]).await.redirect();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_has_all_its_rows_as_csv() {
    let Furnished { rig, ada, .. } = furnished().await;
    let hook = with_webhook(&ada).await;
    for (screen, least) in [
        (format!("{ORG}/members"), 1),
        (format!("{ORG}/api-keys"), 1),
        (format!("{ORG}/audit-log"), 10),
        (format!("{ORG}/jobs"), 2),
        (hook, 1),
        (format!("{SITE}/pages"), 3),
        (format!("{SITE}/sources"), 3),
        (format!("{SITE}/publish"), 1),
        (format!("{SITE}/redirects"), 1),
    ] {
        let shown = ada.get(&screen).await.page();
        let links = shown.attributes(".csv a", "href");
        assert_eq!(links.len(), 1, "{screen}");
        let table = ada.get(&links[0]).await.page();
        let named = table.headers["content-disposition"].to_str().unwrap().to_owned();
        assert!(named.starts_with("attachment; filename=\"") && named.ends_with(".csv\""), "{named}");
        let rows = rows(&table);
        assert!(rows.len() > least, "{screen}: {rows:?}");
        assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{screen}: {rows:?}");
    }
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filtered_list_has_a_filtered_table_and_no_formula_runs_in_it() {
    let Furnished { rig, ada, .. } = furnished().await;
    let form = ada.get(&format!("{SITE}/pages/new")).await.page();
    let evil = "=HYPERLINK(\"https://evil.example\")";
    ada.submit(&form, "/pages/new", &[("title", evil), ("how", "hand")]).await.redirect();
    let shown = ada.get(&format!("{SITE}/pages?q=hyperlink")).await.page();
    let table = ada.get(&shown.attributes(".csv a", "href")[0]).await.page();
    let found = rows(&table);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[1][1], format!("'{evil}"));
    let published = ada.get(&format!("{SITE}/pages.csv?state=published")).await.page();
    assert!(rows(&published).iter().skip(1).all(|row| row[4] == "published"), "{}", published.text);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_longer_than_its_screen() {
    let Furnished { rig, ada, .. } = furnished().await;
    let org = rig.app.accounts.as_operator(&"acme-analytics".parse().unwrap()).await.unwrap().unwrap();
    let scope = rig.app.sites.scope_by_slug(&org, &"facts".parse().unwrap()).await.unwrap().unwrap();
    for number in 0..1_100 {
        let source = citepress::pages::NewSource {
            address: format!("s{number}.md"),
            kind: citepress::pages::SourceKind::Upload,
            title: format!("Source {number}"),
            body: format!("Text {number}."),
        };
        rig.app.pages.put_source(&scope, source).await.unwrap();
    }
    let table = ada.get(&format!("{SITE}/sources.csv")).await.page();
    let titles: BTreeSet<String> = rows(&table).into_iter().skip(1).map(|mut row| row.remove(1)).collect();
    assert_eq!(titles.len(), 1_103, "three from before");
    rig.stop().await;
}

/// A call as it is shown.
#[derive(Debug)]
struct Call {
    method: String,
    path: String,
    body: Option<Value>,
}

impl Call {
    fn read(text: &str, origin: &str) -> Call {
        let first = text.strip_prefix("curl -X ").unwrap();
        let (method, rest) = first.split_once(' ').unwrap();
        let url = rest.split_whitespace().next().unwrap();
        assert!(text.contains("-H \"Authorization: Bearer $CITEPRESS_KEY\""), "{text}");
        let body = text.split_once("-d '").map(|(_, body)| {
            let json = body.strip_suffix('\'').unwrap().replace("'\\''", "'");
            serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"))
        });
        let path = url.strip_prefix(origin).unwrap_or_else(|| panic!("{url} is not at {origin}"));
        Call { method: method.to_lowercase(), path: path.to_owned(), body }
    }

    /// The operation of the contract that it calls, and what is wrong with how it does.
    fn judged(&self, contract: &Value) -> Result<String, String> {
        let own: Vec<&str> = self.path.strip_prefix("/api/v1").unwrap().split('/').collect();
        let fits = |template: &str| {
            let parts: Vec<&str> = template.split('/').collect();
            parts.len() == own.len() && parts.iter().zip(&own).all(|(a, b)| a == b || a.starts_with('{'))
        };
        let paths = contract["paths"].as_object().unwrap();
        let mut found =
            paths.iter().filter(|(path, _)| fits(path)).map(|(_, methods)| &methods[&self.method]);
        let operation = found.find(|operation| !operation.is_null()).ok_or("no such operation")?;
        let content = operation["requestBody"]["content"].as_object();
        let schema = content.and_then(|content| content.values().next());
        let Some(schema) = schema else {
            return match self.body {
                None => Ok(operation["operationId"].as_str().unwrap().to_owned()),
                Some(_) => Err("takes no body".into()),
            };
        };
        let name = schema["schema"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
        let schema = &contract["components"]["schemas"][name];
        let body = self.body.as_ref().and_then(Value::as_object).ok_or("needs a body")?;
        if let Some(unknown) = body.keys().find(|field| schema["properties"][field.as_str()].is_null()) {
            return Err(format!("{name} has no field {unknown}"));
        }
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        if let Some(missing) = required.iter().find(|field| !body.contains_key(field.as_str().unwrap())) {
            return Err(format!("{name} needs {missing}"));
        }
        Ok(operation["operationId"].as_str().unwrap().to_owned())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_screen_does_is_shown_as_a_call_that_the_api_takes() {
    let furnished = furnished().await;
    let mut paths: Vec<String> = furnished.screens().await.into_iter().map(|(_, path)| path).collect();
    let Furnished { rig, ada, .. } = furnished;
    let contract: Value = serde_json::from_str(include_str!("../api/openapi.json")).unwrap();
    paths.push(with_webhook(&ada).await);
    let (mut calls, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        let shown = ada.get(&path).await;
        let html = scraper::Html::parse_document(&shown.text);
        for pre in html.select(&scraper::Selector::parse("pre.curl").unwrap()) {
            let call = Call::read(&pre.text().collect::<String>(), &ada.origin);
            match call.judged(&contract) {
                Ok(operation) => calls.push((operation, call)),
                Err(fault) => faults.push(format!("{path}: {fault}: {call:?}")),
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
    let shown: BTreeSet<&str> = calls.iter().map(|(operation, _)| operation.as_str()).collect();
    for operation in [
        "api_keys_create",
        "api_keys_revoke",
        "domains_create",
        "domains_delete",
        "domains_verify",
        "editions_create",
        "editions_preview",
        "invitations_create",
        "invitations_withdraw",
        "jobs_cancel",
        "orgs_export",
        "orgs_update",
        "pages_approve",
        "pages_create",
        "pages_generate",
        "pages_restore",
        "pages_revise",
        "redirects_create",
        "redirects_create_many",
        "redirects_delete",
        "sites_create",
        "sites_update",
        "sources_fetch",
        "sources_upload",
        "webhooks_create",
        "webhooks_delete",
        "webhooks_rotate_secret",
        "webhooks_test",
        "webhooks_update",
    ] {
        // A job that is over can't be called off any more: whether one is under way is chance.
        assert!(
            operation == "jobs_cancel" || shown.contains(operation),
            "{operation} is shown nowhere: {shown:?}"
        );
    }

    // And those that can be done over and over do what they say.
    let org = rig.app.accounts.as_operator(&"acme-analytics".parse().unwrap()).await.unwrap().unwrap();
    let scope = citepress::accounts::KeyScope::Admin;
    let (_, secret) = rig.app.accounts.create_key(&org, "walk", scope, None).await.unwrap();
    let program = Program::with_secret(&rig, secret.reveal());
    for (operation, call) in calls {
        let body = call.body.clone().unwrap_or_default();
        let answer = match operation.as_str() {
            "sites_update" => sent(program.request(Method::PATCH, &call.path).json(&body)).await,
            "pages_revise" | "sources_upload" | "editions_create" | "pages_restore" => {
                program.post(&call.path, &body).await
            }
            _ => continue,
        };
        // A page may be too ill to be published, or have no text yet: then the gate has understood the call.
        let is_gate = ["\"below_gate\"", "\"no_text\""].iter().any(|code| answer.text.contains(code));
        assert!(answer.status < 300 || is_gate, "{operation}: {} {}", answer.status, answer.text);
    }
    rig.stop().await;
}
