//! Which pages of other origins may call.

use citepress::accounts::KeyScope;
use reqwest::Method;

use super::rig::{Answer, Program, sent};
use crate::publishing::rig::Rig;

const KNOWN: &str = "https://app.example";

async fn rig(origins: &[&str]) -> Rig {
    let origins = origins.iter().map(|origin| origin.parse().unwrap()).collect();
    Rig::with(|settings| settings.api.cors_origins = origins).await
}

async fn preflight(program: &Program, origin: &str) -> Answer {
    let request = program.unsigned(Method::OPTIONS, "/api/v1/sites").header("origin", origin);
    sent(
        request
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization"),
    )
    .await
}

fn allowed(answer: &Answer) -> (String, String) {
    let of = |name| answer.header(name).to_owned();
    (of("access-control-allow-origin"), of("access-control-allow-credentials"))
}

#[tokio::test]
async fn a_page_of_a_named_origin_may_call_and_read_what_the_answer_tells() {
    let rig = rig(&[KNOWN, "http://localhost:5173"]).await;
    let program = Program::new(&rig, KeyScope::Read).await;
    let asked = preflight(&program, KNOWN).await;
    assert_eq!(asked.status, 204, "{}", asked.text);
    assert_eq!(allowed(&asked), (KNOWN.to_owned(), "true".to_owned()));
    assert!(asked.header("access-control-allow-methods").contains("DELETE"));
    for name in ["Authorization", "Idempotency-Key", "If-Match", "X-Org"] {
        assert!(asked.header("access-control-allow-headers").contains(name), "{name}");
    }
    let calls = [
        program.request(Method::GET, "/api/v1/sites"),
        program.unsigned(Method::GET, "/api/v1/sites"),
        program.request(Method::GET, "/api/v1/nowhere"),
    ];
    for (call, status) in calls.into_iter().zip([200, 401, 404]) {
        let answer = sent(call.header("origin", KNOWN)).await;
        assert_eq!(answer.status, status);
        assert_eq!(allowed(&answer), (KNOWN.to_owned(), "true".to_owned()));
        assert!(answer.header("vary").contains("Origin"), "{:?}", answer.headers);
        let exposed = answer.header("access-control-expose-headers");
        for name in ["ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"] {
            assert!(exposed.split(", ").any(|known| known == name), "{exposed}");
        }
    }
    rig.stop().await;
}

#[tokio::test]
async fn pages_of_every_other_origin_get_no_leave_and_nobody_gets_it_unasked() {
    let rig_of_some = rig(&[KNOWN]).await;
    let rig_of_none = rig(&[]).await;
    for rig in [&rig_of_some, &rig_of_none] {
        let program = Program::new(rig, KeyScope::Read).await;
        for origin in [
            "https://evil.example",
            "http://app.example",
            "https://app.example:8443",
            "https://app.example.evil.example",
            "https://sub.app.example",
            "null",
            "*",
        ] {
            let asked = preflight(&program, origin).await;
            assert_eq!(asked.status, 405, "{origin}");
            assert_eq!(allowed(&asked), Default::default(), "{origin}");
            let answer = sent(program.request(Method::GET, "/api/v1/sites").header("origin", origin)).await;
            assert_eq!(allowed(&answer), Default::default(), "{origin}");
            assert_eq!(answer.header("access-control-expose-headers"), "", "{origin}");
        }
    }
    let program = Program::new(&rig_of_some, KeyScope::Read).await;
    let plain = program.get("/api/v1/sites").await;
    // A cache must not give this answer to a page that would need the other.
    assert_eq!((allowed(&plain), plain.header("vary")), (Default::default(), "Origin"));
    rig_of_some.stop().await;
    rig_of_none.stop().await;
}
