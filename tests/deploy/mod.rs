//! What installs Citepress: docker-compose.yml, the Dockerfile and what they start. No container engine is needed: the files
//! are read, and everything in them that is ours is run.

mod compose;
mod confined;
mod dockerfile;
mod guide;
mod health;
mod networks;
mod postgres;
mod secrets;
mod started;

use std::path::{Path, PathBuf};

/// A file of the repository.
pub fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

pub fn text(path: &str) -> String {
    std::fs::read_to_string(here(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// An image is named with the release that was looked at: never what happens to be the newest.
pub fn is_pinned(image: &str) -> bool {
    let Some((_, tag)) = image.rsplit_once(':') else { return false };
    let release = tag.split('-').next().unwrap_or_default();
    release.split('.').count() >= 2 && release.split('.').all(|part| part.parse::<u32>().is_ok())
}

#[test]
fn an_image_without_a_release_is_not_pinned() {
    for image in ["redis:8.10.2-alpine", "chrislusf/seaweedfs:4.47", "citepress:0.1.0"] {
        assert!(is_pinned(image), "{image}");
    }
    for image in ["redis", "redis:latest", "redis:8", "redis:alpine", "debian:stable-slim"] {
        assert!(!is_pinned(image), "{image}");
    }
}
