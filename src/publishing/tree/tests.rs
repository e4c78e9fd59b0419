use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::*;
use crate::base::{Clock, Ids};
use crate::publishing::manifest::{Blob, Entry};

struct Ground {
    folder: tempfile::TempDir,
    storage: Storage,
    manifests: Manifests,
    host: HostName,
    site: SiteId,
}

impl Ground {
    fn new() -> Ground {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::disk(&folder.path().join("blobs")).unwrap();
        let manifests = Manifests::new(storage.clone(), 1 << 20);
        let (host, site) = ("demo.localhost".parse().unwrap(), Ids::system(Clock::system()).new_id());
        Ground { folder, storage, manifests, host, site }
    }

    async fn edition(&self, files: &[(&str, &str)]) -> BlobHash {
        let mut entries = Vec::new();
        for (path, text) in files {
            let hash = self.storage.put(bytes::Bytes::from((*text).to_owned())).await.unwrap();
            let identity = Blob { hash, len: text.len() as u64 };
            let (path, media_type) = ((*path).to_owned(), "text/html".to_owned());
            let (immutable, redirect, br, gz) = (false, None, Some(identity), None);
            let keeps_method = false;
            entries.push(Entry { path, media_type, immutable, redirect, keeps_method, identity, br, gz });
        }
        self.manifests.update(None, entries, Vec::new()).await.unwrap()
    }

    fn forest(&self) -> Forest {
        Forest::of(&self.folder.path().join("sites"), self.site)
    }

    fn trees(&self) -> Trees<'_> {
        Trees { manifests: &self.manifests, storage: &self.storage }
    }

    async fn show(&self, root: BlobHash) {
        let _turn = self.forest().lock().await.unwrap();
        self.trees().show(&self.forest(), &self.host, root).await.unwrap();
    }

    fn live(&self, path: &str) -> PathBuf {
        self.folder.path().join("sites/demo.localhost").join(path)
    }

    fn read(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.live(path)).ok()
    }
}

#[tokio::test]
async fn a_static_server_finds_every_file_and_its_encodings_and_old_readers_go_on() {
    let ground = Ground::new();
    let first = ground.edition(&[("index.html", "home"), ("p/1/index.html", "one"), ("gone", "gone")]).await;
    ground.show(first).await;
    assert_eq!(ground.read("p/1/index.html").as_deref(), Some("one"));
    assert_eq!(ground.read("p/1/index.html.br").as_deref(), Some("one"));
    let reader = std::fs::canonicalize(ground.live("")).unwrap();

    // A file makes way for a folder of its name, and a folder goes with its last file.
    let second = ground.edition(&[("index.html", "home"), ("gone/index.html", "a folder now")]).await;
    ground.show(second).await;
    assert_eq!(ground.read("gone/index.html").as_deref(), Some("a folder now"));
    assert!(!ground.live("p").exists());
    assert_eq!(std::fs::read_to_string(reader.join("p/1/index.html")).unwrap(), "one");

    ground.show(first).await;
    assert_eq!(ground.read("gone").as_deref(), Some("gone"), "rolled back");
    assert_eq!(ground.read("p/1/index.html").as_deref(), Some("one"));
}

#[tokio::test]
async fn an_edit_touches_what_it_changed_and_no_other_file() {
    let ground = Ground::new();
    let edition = async |text| {
        let names: Vec<String> = (0..200).map(|n| format!("p{n}/index.html")).collect();
        let mut files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "same")).collect();
        files[7].1 = text;
        ground.edition(&files).await
    };
    ground.show(edition("first").await).await;
    // Both trees are whole now. A folder whose files are not touched keeps its time of change.
    let other = ground.forest().trees(&ground.host).1.folder();
    let changed = |path: &str| std::fs::metadata(other.join(path)).unwrap().ctime_nsec();
    let before = (changed("p7"), changed("p8"));
    ground.show(edition("second").await).await;
    assert_eq!(ground.read("p7/index.html").as_deref(), Some("second"));
    assert_eq!(std::fs::canonicalize(ground.live("")).unwrap(), std::fs::canonicalize(&other).unwrap());
    assert_ne!(changed("p7"), before.0);
    assert_eq!(changed("p8"), before.1);
}

#[tokio::test]
async fn a_change_that_was_cut_off_or_a_damaged_tree_is_made_whole() {
    let ground = Ground::new();
    let first = ground.edition(&[("index.html", "home"), ("old", "old")]).await;
    let second = ground.edition(&[("index.html", "home"), ("new", "new"), ("also", "also")]).await;
    let third = ground.edition(&[("index.html", "third"), ("old", "old")]).await;
    ground.show(first).await;
    // Killed halfway from the first to the second: one file is there, one is not, one is not gone yet.
    let other = ground.forest().trees(&ground.host).1;
    other.note(Journal { holds: Some(first), towards: Some(second) }).unwrap();
    std::fs::write(other.folder().join("new"), "new").unwrap();
    ground.show(third).await;
    assert_eq!(names(&ground.live("")), ["index.html", "index.html.br", "old", "old.br"]);
    assert_eq!(ground.read("index.html").as_deref(), Some("third"));

    // A folder where a file has to go, put there by somebody else.
    let other = ground.forest().trees(&ground.host).1;
    std::fs::create_dir_all(other.folder().join("new/below")).unwrap();
    ground.show(second).await;
    assert_eq!(ground.read("new").as_deref(), Some("new"));
}

#[tokio::test]
async fn what_older_versions_left_in_the_forest_is_swept() {
    let ground = Ground::new();
    let root = ground.edition(&[("index.html", "home")]).await;
    let old = ground.folder.path().join(format!("sites/.trees/{}/0badcafe", ground.site));
    std::fs::create_dir_all(&old).unwrap();
    ground.show(root).await;
    assert!(!old.exists());
    assert_eq!(ground.read("index.html").as_deref(), Some("home"));
}

fn names(folder: &Path) -> Vec<String> {
    let items = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        items.map(|item| item.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
