//! Readers who come by HTTP/3, with a client that speaks nothing else.

use std::path::Path;
use std::process::Command;

use super::caddy::Caddy;
use super::sites::{OWN, published};
use crate::python::packages;

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_read_over_http_3() {
    let (_names, rig) = published().await;
    let caddy = Caddy::before(&rig).await;
    let reader = caddy.reader(&[OWN]);
    // The first request gets the certificate, and says that there is another way.
    let page = reader.get(caddy.url(OWN, "/guide/")).send().await.unwrap();
    let other = page.headers()["alt-svc"].to_str().unwrap().to_owned();
    assert!(other.contains(&format!("h3=\":{}\"", caddy.https)), "{other}");
    let page = page.text().await.unwrap();
    let asked = tokio::task::block_in_place(|| {
        Command::new("python3")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proxy/http3.py"))
            .args([OWN, &caddy.https.to_string(), "/guide/"])
            .arg(caddy.root())
            .env("PYTHONPATH", packages("tests/proxy/requirements.txt"))
            .output()
            .unwrap()
    });
    let told = String::from_utf8(asked.stdout).unwrap();
    assert_eq!(
        told.trim_end(),
        format!("200\n{}", page.trim_end()),
        "{}",
        String::from_utf8_lossy(&asked.stderr)
    );
    rig.stop().await;
}
