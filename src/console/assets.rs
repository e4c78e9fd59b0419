//! Style and script, compiled into the binary and kept by browsers for good: an address holds its content's hash.

use std::sync::LazyLock;

use poem::http::{StatusCode, header};
use poem::web::Path;
use poem::{Response, handler};

use super::fault::Fault;

struct Asset {
    name: &'static str,
    media: &'static str,
    text: &'static str,
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

const ASSETS: &[Asset] = &[
    Asset { name: "console.css", media: "text/css; charset=utf-8", text: include_str!("assets/console.css") },
    Asset { name: "console.js", media: SCRIPT, text: include_str!("assets/console.js") },
    Asset { name: "editor.js", media: SCRIPT, text: include_str!("assets/editor.js") },
    Asset { name: "jobs.js", media: SCRIPT, text: include_str!("assets/jobs.js") },
    Asset { name: "keys.js", media: SCRIPT, text: include_str!("assets/keys.js") },
    Asset { name: "look.js", media: SCRIPT, text: include_str!("assets/look.js") },
    Asset { name: "palette.js", media: SCRIPT, text: include_str!("assets/palette.js") },
    Asset { name: "mark.svg", media: "image/svg+xml", text: include_str!("assets/mark.svg") },
];

/// One hash over all of them: modules import each other by their names beside them.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    for asset in ASSETS {
        hasher.update(asset.text.as_bytes());
    }
    hasher.finalize().to_hex().as_str()[..16].to_owned()
});

/// Where an asset is.
pub(super) fn address(name: &str) -> String {
    format!("/console/assets/{}/{name}", *VERSION)
}

/// Gives an asset. An older version's address gives the present one, and is not kept.
#[handler]
pub(super) fn get(Path((version, name)): Path<(String, String)>) -> Result<Response, Fault> {
    let asset = ASSETS.iter().find(|asset| asset.name == name).ok_or(Fault::NotFound)?;
    let kept = if version == *VERSION { "public, max-age=31536000, immutable" } else { "no-store" };
    let response = Response::builder().status(StatusCode::OK).header(header::CACHE_CONTROL, kept);
    Ok(response.content_type(asset.media).body(asset.text))
}
