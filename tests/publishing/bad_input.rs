//! Bad input by way of the database: a clear error that names the cure, the live edition stays, and nothing is lost.

use std::io::Write as _;

use citepress::pages::{Brief, NewPage, NewSource, PageError, SourceKind};
use citepress::publishing::EditionState;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::rig::Rig;
use crate::crawl::server::{Reply, Server, answer, html, redirect};

/// Documents that must not go live, and what is said of them.
struct Case {
    name: &'static str,
    documents: Vec<(&'static str, String)>,
    says: &'static [&'static str],
}

fn page(front: &str, body: &str) -> String {
    format!("+++\ntitle = \"B\"\n{front}+++\n{body}\n")
}

fn cases() -> Vec<Case> {
    let case = |name, documents, says| Case { name, documents, says };
    vec![
        case(
            "broken front matter",
            vec![("b.md", "+++\ntitle = \"B\nweight = 3\n+++\nText.\n".to_owned())],
            &["content/b.md:2: is not valid TOML", "Compare with https://toml.io."],
        ),
        case(
            "front matter that does not end",
            vec![("b.md", "+++\ntitle = \"B\"\n".to_owned())],
            &["content/b.md:1: front matter begins with +++ but does not end. Close it with a line of +++."],
        ),
        case(
            "an unknown key",
            vec![("b.md", page("wieght = 3\n", "Text."))],
            &["content/b.md:3: unknown key `wieght`. Did you mean `weight`?"],
        ),
        case(
            "duplicate slugs",
            vec![("b.md", page("slug = \"same\"\n", "Text.")), ("c.md", page("slug = \"same\"\n", "Text."))],
            &[
                "content/c.md:3: wants the address /same/, which content/b.md has already. Give one of them another slug",
            ],
        ),
        case(
            "a slug that climbs out",
            vec![("b.md", page("slug = \"../../up\"\n", "Text."))],
            &["content/b.md:3: `slug` `../../up` cannot be part of an address"],
        ),
        case(
            "links to nowhere",
            vec![("b.md", page("", "[x](@/_indx.md) <a href=\"/gone/\">y</a>"))],
            &[
                "content/b.md:4: link to @/_indx.md goes nowhere. Did you mean @/_index.md?",
                "content/b.md:4: link to /gone/ goes nowhere",
            ],
        ),
        case(
            "100,000 nested list levels",
            vec![("b.md", page("", &"- + ".repeat(50_000)))],
            &[
                "content/b.md:4: lists, quotes or HTML tags are nested more than 100 levels deep",
                "flatten it",
            ],
        ),
        case(
            "a link that runs script",
            vec![("b.md", page("", "[x](javascript:alert(1))"))],
            &[
                "content/b.md:4: link to javascript:alert(1) could run script. Only http, https, mailto and tel are allowed.",
            ],
        ),
    ]
}

/// Asks for an edition that must fail; why it did. Readers keep what they have.
async fn failed(rig: &Rig) -> String {
    let edition = rig.settled(rig.request().await).await;
    assert_eq!(edition.state, EditionState::Failed);
    let (status, body) = rig.read("/").await;
    assert!(status == 200 && body.contains("One."), "the live edition stays: {status}");
    edition.error.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_must_not_go_live_is_told_with_its_cure_and_nothing_is_lost() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "One.")]).await;
    rig.publish().await;
    for Case { name, documents, says } in cases() {
        for (path, text) in &documents {
            rig.put(path, text).await;
        }
        let why = failed(&rig).await;
        for part in says {
            assert!(why.contains(part), "{name}: {part} in {why}");
        }
        for (path, text) in &documents {
            let kept = rig.app.pages.by_path(&rig.scope, path).await.unwrap().unwrap();
            assert!(
                rig.app.pages.text(&rig.scope, kept.id).await.unwrap().document == *text,
                "{name}: {path}"
            );
            rig.put(path, &page("", &format!("Mended {path} after {name}."))).await;
        }
        rig.publish().await;
        let (_, body) = rig.read("/b/").await;
        assert!(body.contains(&format!("Mended b.md after {name}.")), "{name}: {body}");
    }
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_nobody_reads_to_its_end_is_refused_with_its_length_and_the_most() {
    let rig = Rig::new().await;
    let new = NewPage {
        path: "b.md".into(),
        title: "B".into(),
        kind: press::PageKind::Article,
        brief: Brief::handwritten(),
    };
    let long = page("", &"word ".repeat(10_000_000));
    let refused =
        rig.app.pages.take_in(&rig.scope, vec![(new, long)], "a test").await.unwrap_err().to_string();
    assert!(refused.contains("at most 1000000 characters") && refused.contains("50000"), "{refused}");
    assert!(rig.app.pages.by_path(&rig.scope, "b.md").await.unwrap().is_none());
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn script_in_markdown_does_not_reach_readers() {
    let rig = Rig::new().await;
    rig.write(&[
        ("_index.md", "One."),
        ("b.md", "Hi <script>alert(1)</script> <b onclick=\"alert(2)\">bold</b>."),
    ])
    .await;
    rig.publish().await;
    let (_, body) = rig.read("/b/").await;
    assert!(
        body.contains("<b>bold</b>") && !body.contains("<script>alert") && !body.contains("onclick"),
        "{body}"
    );
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_settings_theme_and_content_are_told_in_one_go() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "One.")]).await;
    rig.publish().await;
    let settings = "title = \"Acme\"\ntheme = \"atlaz\"\ncolour = \"red\"\n";
    rig.app.sites.set_settings(&rig.scope, "Acme", settings).await.unwrap();
    rig.put("b.md", &page("wieght = 3\n", "[x](@/gone.md)")).await;
    let why = failed(&rig).await;
    for part in [
        "site.toml:2: there is no built-in theme `atlaz`. Did you mean `atlas`?",
        "site.toml:3: unknown key `colour`. Known here: title, base_url",
        "content/b.md:3: unknown key `wieght`. Did you mean `weight`?",
        "content/b.md:5: link to @/gone.md goes nowhere",
    ] {
        assert!(why.contains(part), "{part} in {why}");
    }
    // The gate, which looks at the page alone, says the same of it.
    let why = rig.refused().await;
    assert!(why.contains("site.toml:3: unknown key `colour`") && why.contains("content/b.md:3: "), "{why}");
    rig.app
        .sites
        .set_settings(&rig.scope, "Acme", "title = \"Acme\"\ntheme = \"atlas\"\n[params]\naccent = 3\n")
        .await
        .unwrap();
    let why = failed(&rig).await;
    assert!(why.contains("site.toml:4: `params.accent` must be one of"), "{why}");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_fails_is_told_with_its_cure_and_the_text_before_stays() {
    // Gzip members in a row are one stream: a kilobyte a thousand times makes a gigabyte.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![0; 1 << 20]).unwrap();
    let bomb = encoder.finish().unwrap().repeat(1024);
    let bomb = answer("200 OK", "Content-Type: text/html\r\nContent-Encoding: gzip\r\n", &bomb);
    let mode = std::sync::Arc::new(std::sync::Mutex::new("good"));
    let now = mode.clone();
    let server = Server::start(move |seen| {
        let text = "<html><head><title>T</title></head><body><main><h1>T</h1><p>The first words of it, long enough to be kept as a text.</p></main></body></html>";
        let next = seen.path.trim_start_matches("/page").parse::<u32>().unwrap_or(0) + 1;
        Reply::Bytes(match *now.lock().unwrap() {
            _ if seen.path == "/robots.txt" => html(""),
            "good" => html(text),
            "endless" => redirect(&format!("/page{next}")),
            _ => bomb.clone(),
        })
    })
    .await;
    let rig = Rig::allowed_to_fetch(&server.address()).await;
    let url = server.url("/page");
    rig.app.pages.fetch(&rig.scope, &url).await.unwrap();
    let kept = rig.app.pages.sources(&rig.scope).await.unwrap();
    assert!(kept[0].body.contains("The first words"), "{}", kept[0].body);
    for (how, says) in [
        ("endless", "redirects more than 10 times: give the address it should end at"),
        ("bomb", "as a decompression bomb does: give the document as a file"),
    ] {
        *mode.lock().unwrap() = how;
        let error: PageError = rig.app.pages.fetch(&rig.scope, &url).await.unwrap_err();
        assert!(error.to_string().contains(says), "{how}: {error}");
        assert_eq!(rig.app.pages.sources(&rig.scope).await.unwrap(), kept, "{how}");
    }
    server.stop().await;
    let error = rig.app.pages.fetch(&rig.scope, &url).await.unwrap_err();
    assert!(error.to_string().contains("check that the server runs"), "{error}");
    assert!(error.is_passing(), "a job tries it again");
    assert_eq!(rig.app.pages.sources(&rig.scope).await.unwrap(), kept);
    // What is uploaded is text by its type; bytes are judged where they come in (`citepress import`).
    let upload = NewSource {
        address: "a.md".into(),
        kind: SourceKind::Upload,
        title: "A".into(),
        body: "\u{0}\u{fffd}".into(),
    };
    let id = rig.app.pages.put_source(&rig.scope, upload).await.unwrap();
    let source = rig.app.pages.source(&rig.scope, id).await.unwrap().unwrap();
    assert_eq!(source.body, "\u{fffd}\u{fffd}", "as every database keeps it");
    rig.stop().await;
}
