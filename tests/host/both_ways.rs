//! Plain requests are answered on a way of their own: nobody may be able to tell.

use crate::host::wire::{Answer, Wire};
use crate::publishing::rig::Rig;

async fn published() -> Rig {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "Welcome."), ("guide/start.md", "First words, and a few more of them.")]).await;
    rig.put("new.md", "+++\ntitle = \"New\"\naliases = [\"/old/place/\"]\n+++\nHere.\n").await;
    // Large enough to be sent by the kernel itself.
    rig.app.sites.put_file(&rig.scope, "static/middle.bin", vec![b'x'; 60_000].into()).await.unwrap();
    rig.publish().await;
    rig
}

async fn ask(rig: &Rig, method: &str, path: &str, headers: &str) -> Answer {
    let mut wire = Wire::to(rig.port).await;
    wire.send(&format!("{method} {path} HTTP/1.1\r\n{headers}\r\n")).await;
    wire.answer(method == "HEAD").await
}

#[tokio::test]
async fn a_request_gets_the_same_answer_on_both_ways() {
    let rig = published().await;
    let host = "Host: acme.localhost\r\n";
    let home = ask(&rig, "GET", "/guide/start/", host).await;
    let etag = home.headers.iter().find_map(|line| line.strip_prefix("etag: ")).unwrap();
    let html = String::from_utf8(home.body.clone()).unwrap();
    let css = html.split('"').find(|part| part.starts_with("/_assets/css/")).unwrap();
    let paths = [
        "/",
        "/guide/start/",
        "/guide/start",
        "/guide/start.md",
        "/guide/start/?a=b%20c",
        "/guide/%73tart/",
        css,
        "/robots.txt",
        "/middle.bin",
        "/nowhere/",
        "/old/place/",
        "/..%2fx",
        "//",
        "/guide/start/#x",
        "/a\"b",
        "/_preview/token",
    ];
    let (fresh, weak, other) = (
        format!("If-None-Match: {etag}\r\n"),
        format!("if-none-match: \"x\", W/{etag}\r\n"),
        "If-None-Match: \"x\"\r\n".to_owned(),
    );
    let wishes = [
        "",
        "Accept-Encoding: gzip, deflate, br\r\n",
        "Accept-Encoding: gzip;q=1, br;q=0.5\r\n",
        &fresh,
        &weak,
        &other,
        "Accept: text/markdown\r\n",
        "Accept: text/html,*/*;q=0.8\r\nAccept-Encoding: gzip\r\n",
        "If-None-Match: *\r\n",
        "Accept-Encoding: identity;q=0\r\n",
        "Accept-Encoding: gzip\r\nAccept-Encoding: br\r\n",
        "Cookie: theme=dark\r\nConnection: keep-alive\r\n",
        "Cookie: citepress_preview=forged\r\n",
    ];
    let hosts =
        [host, "Host: ACME.localhost.:80\r\n", "Host: other.localhost\r\n", "Host: localhost\r\n", ""];
    for method in ["GET", "HEAD", "POST"] {
        for path in paths {
            for wish in wishes {
                let plain = ask(&rig, method, path, &format!("{host}{wish}")).await;
                // Nothing that is said with this changes an answer, but the request is none of the plain ones.
                let other = ask(&rig, method, path, &format!("{host}{wish}TE: trailers\r\n")).await;
                assert_eq!(plain, other, "{method} {path} {wish}");
            }
        }
        for host in hosts {
            let plain = ask(&rig, method, "/guide/start/", host).await;
            assert_eq!(plain, ask(&rig, method, "/guide/start/", &format!("{host}TE: trailers\r\n")).await);
        }
    }
    rig.stop().await;
}

#[tokio::test]
async fn requests_sent_at_once_are_answered_in_order_whatever_they_are() {
    let rig = published().await;
    let get = |path: &str, more: &str| format!("GET {path} HTTP/1.1\r\nHost: acme.localhost\r\n{more}\r\n");
    let body = "GET /robots.txt HTTP/1.1\r\nHost: acme.localhost\r\n\r\n";
    let mut wire = Wire::to(rig.port).await;
    // The body of the third looks like a request: whoever answers it has lost count.
    let post = format!("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let all = [
        get("/", ""),
        get("/guide/start.md", ""),
        post,
        get("/guide/start/", "Range: bytes=0-3\r\n"),
        get("/", ""),
    ];
    wire.send(&all.concat()).await;
    let mut answers = Vec::new();
    for _ in 0..all.len() {
        answers.push(wire.answer(false).await);
    }
    let status = |n: usize| &answers[n].status[9..12];
    assert_eq!([status(0), status(1), status(3), status(4)], ["200", "200", "206", "200"]);
    assert!(["404", "405"].contains(&status(2)), "{}", status(2));
    assert_eq!(answers[0], answers[4]);
    assert!(answers[1].body.starts_with(b"# ") && answers[3].body.len() == 4);
    rig.stop().await;
}

#[tokio::test]
async fn a_request_that_comes_in_pieces_is_answered() {
    let rig = published().await;
    let request = "GET /guide/start/ HTTP/1.1\r\nHost: acme.localhost\r\nX-Long: ";
    let whole = ask(&rig, "GET", "/guide/start/", "Host: acme.localhost\r\n").await;
    for length in [10, 9_000] {
        let mut wire = Wire::to(rig.port).await;
        for byte in request.chars() {
            wire.send(&byte.to_string()).await;
        }
        wire.send(&format!("{}\r\n\r\n", "x".repeat(length))).await;
        assert_eq!(wire.answer(false).await, whole, "{length}");
    }
    rig.stop().await;
}
