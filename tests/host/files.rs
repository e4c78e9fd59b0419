//! Validators, ranges, encodings, mirrors.

use reqwest::Response;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HOST, HeaderName, IF_NONE_MATCH, IF_RANGE,
    LOCATION, RANGE, VARY, X_CONTENT_TYPE_OPTIONS,
};

use crate::publishing::rig::{Rig, client};

async fn published() -> Rig {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "Welcome."), ("guide/start.md", "First words, and a few more of them.")]).await;
    rig.publish().await;
    rig
}

async fn get(rig: &Rig, path: &str, headers: &[(HeaderName, &str)]) -> Response {
    let mut request =
        client().get(format!("http://127.0.0.1:{}{path}", rig.port)).header(HOST, "acme.localhost");
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    request.send().await.unwrap()
}

fn header(response: &Response, name: HeaderName) -> &str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_page_that_has_not_changed_is_not_sent_again() {
    let rig = published().await;
    let first = get(&rig, "/guide/start/", &[]).await;
    let etag = header(&first, ETAG).to_owned();
    assert!(etag.starts_with('"'), "a strong one: {etag}");
    assert_eq!(header(&first, CACHE_CONTROL), "public, max-age=0, must-revalidate");
    let again = get(&rig, "/guide/start/", &[(IF_NONE_MATCH, &format!("\"other\", {etag}"))]).await;
    assert_eq!((again.status().as_u16(), header(&again, ETAG)), (304, etag.as_str()));
    assert!(again.text().await.unwrap().is_empty());
    rig.write(&[("guide/start.md", "Other words.")]).await;
    rig.publish().await;
    assert_eq!(get(&rig, "/guide/start/", &[(IF_NONE_MATCH, &etag)]).await.status(), 200);
    rig.stop().await;
}

#[tokio::test]
async fn text_comes_in_the_encoding_that_was_asked_for_and_says_so() {
    let rig = published().await;
    let plain = get(&rig, "/guide/start/", &[]).await;
    let plain_etag = header(&plain, ETAG).to_owned();
    let plain = plain.bytes().await.unwrap();
    for (accepted, encoding) in [("br, gzip", "br"), ("gzip;q=1, br;q=0.2", "gzip"), ("br;q=0, deflate", "")]
    {
        let answer = get(&rig, "/guide/start/", &[(ACCEPT_ENCODING, accepted)]).await;
        assert_eq!(header(&answer, CONTENT_ENCODING), encoding, "{accepted}");
        assert!(header(&answer, VARY).contains("Accept-Encoding"));
        assert_eq!(
            header(&answer, ETAG) == plain_etag,
            encoding.is_empty(),
            "each representation has its own tag"
        );
        let body = answer.bytes().await.unwrap();
        let inflated = match encoding {
            "br" => {
                let mut out = Vec::new();
                brotli::BrotliDecompress(&mut &body[..], &mut out).unwrap();
                out
            }
            "gzip" => {
                let mut out = Vec::new();
                std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&body[..]), &mut out).unwrap();
                out
            }
            _ => body.to_vec(),
        };
        assert_eq!(inflated, plain, "{accepted}");
    }
    rig.stop().await;
}

#[tokio::test]
async fn a_range_gives_just_those_bytes_of_just_that_version() {
    let rig = published().await;
    let whole = get(&rig, "/guide/start.md", &[]).await;
    let etag = header(&whole, ETAG).to_owned();
    assert_eq!(header(&whole, ACCEPT_RANGES), "bytes");
    let whole = whole.bytes().await.unwrap();
    let part = get(&rig, "/guide/start.md", &[(RANGE, "bytes=2-5"), (ACCEPT_ENCODING, "br")]).await;
    assert_eq!(part.status(), 206);
    assert_eq!(header(&part, CONTENT_RANGE), format!("bytes 2-5/{}", whole.len()));
    assert_eq!(part.bytes().await.unwrap(), whole.slice(2..6));
    let same = get(&rig, "/guide/start.md", &[(RANGE, "bytes=0-0"), (IF_RANGE, &etag)]).await;
    assert_eq!(same.status(), 206);
    let other = get(&rig, "/guide/start.md", &[(RANGE, "bytes=0-0"), (IF_RANGE, "\"other\"")]).await;
    assert_eq!((other.status().as_u16(), other.bytes().await.unwrap()), (200, whole.clone()));
    let nothing = get(&rig, "/guide/start.md", &[(RANGE, "bytes=99999999-")]).await;
    assert_eq!(nothing.status(), 416);
    assert_eq!(header(&nothing, CONTENT_RANGE), format!("bytes */{}", whole.len()));
    rig.stop().await;
}

#[tokio::test]
async fn a_reader_that_prefers_markdown_gets_the_mirror_at_the_same_address() {
    let rig = published().await;
    let mirror = get(&rig, "/guide/start.md", &[]).await;
    assert_eq!(header(&mirror, CONTENT_TYPE), "text/markdown; charset=utf-8");
    let mirror = mirror.text().await.unwrap();
    assert!(mirror.contains("First words"), "{mirror}");
    let same = get(&rig, "/guide/start/", &[(ACCEPT, "text/markdown, text/html;q=0.8")]).await;
    let varies = |answer: &Response| header(answer, VARY).split(", ").any(|name| name == "Accept");
    assert!(varies(&same), "{}", header(&same, VARY));
    assert_eq!(same.text().await.unwrap(), mirror);
    let browser = get(&rig, "/guide/start/", &[(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")]).await;
    assert!(header(&browser, CONTENT_TYPE).starts_with("text/html"));
    assert!(varies(&browser));
    rig.stop().await;
}

#[tokio::test]
async fn head_says_what_get_would_and_other_methods_are_refused() {
    let rig = published().await;
    let whole = get(&rig, "/guide/start/", &[]).await;
    let length = header(&whole, CONTENT_LENGTH).to_owned();
    let url = format!("http://127.0.0.1:{}/guide/start/", rig.port);
    let head = client().head(&url).header(HOST, "acme.localhost").send().await.unwrap();
    assert_eq!((head.status().as_u16(), header(&head, CONTENT_LENGTH)), (200, length.as_str()));
    assert_eq!(header(&head, ETAG), header(&whole, ETAG));
    assert!(head.text().await.unwrap().is_empty());
    let part =
        client().head(&url).header(HOST, "acme.localhost").header(RANGE, "bytes=0-1").send().await.unwrap();
    assert_eq!((part.status().as_u16(), header(&part, CONTENT_LENGTH)), (200, length.as_str()));
    let post = client().post(&url).header(HOST, "acme.localhost").body("x").send().await.unwrap();
    assert_eq!((post.status().as_u16(), header(&post, ALLOW)), (405, "GET, HEAD"));
    rig.stop().await;
}

#[tokio::test]
async fn a_folder_without_its_slash_leads_to_it_and_a_missing_page_is_the_sites_own() {
    let rig = published().await;
    let folder = get(&rig, "/guide/start", &[]).await;
    assert_eq!((folder.status().as_u16(), header(&folder, LOCATION)), (308, "/guide/start/"));
    let asked = get(&rig, "/guide/start?q=a%20b", &[]).await;
    assert_eq!(header(&asked, LOCATION), "/guide/start/?q=a%20b", "what was asked is kept");
    let missing = get(&rig, "/nowhere/", &[]).await;
    assert_eq!(missing.status(), 404);
    assert_eq!(header(&missing, CACHE_CONTROL), "no-store");
    assert!(missing.text().await.unwrap().contains("<html"), "the theme's page");
    for path in ["/..%2f..%2fcitepress.db", "/%2e%2e/secret.key", "/a/%00"] {
        assert_eq!(get(&rig, path, &[]).await.status(), 404, "{path}");
    }
    rig.stop().await;
}

#[tokio::test]
async fn assets_are_kept_for_good_and_everything_is_guarded_by_headers() {
    let rig = published().await;
    let home = get(&rig, "/", &[]).await;
    assert!(header(&home, CONTENT_SECURITY_POLICY).contains("default-src 'none'"));
    assert_eq!(header(&home, X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert!(home.headers().get("set-cookie").is_none());
    let html = home.text().await.unwrap();
    let at = html.find("/_assets/css/").expect("a style sheet of the theme");
    let href: String = html[at..].chars().take_while(|c| *c != '"').collect();
    let css = get(&rig, &href, &[]).await;
    assert_eq!(
        (css.status().as_u16(), header(&css, CACHE_CONTROL)),
        (200, "public, max-age=31536000, immutable")
    );
    assert!(header(&css, CONTENT_TYPE).starts_with("text/css"));
    rig.stop().await;
}

#[tokio::test]
async fn an_old_address_leads_to_the_new_one() {
    let rig = Rig::new().await;
    rig.put("new.md", "+++\ntitle = \"New\"\naliases = [\"/old/place/\"]\n+++\nHere.\n").await;
    rig.publish().await;
    let old = get(&rig, "/old/place/", &[]).await;
    assert_eq!(old.status(), 301);
    assert!(header(&old, LOCATION).ends_with("/new/"), "{}", header(&old, LOCATION));
    rig.stop().await;
}
