//! A site's folder that a test writes and builds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

use serde_json::Value;
use tempfile::TempDir;

use crate::database::{self, Fresh};

/// A folder for one test: the site is `site`, its output `out`.
pub struct Site {
    folder: TempDir,
    /// Those of the data folders in it, by name.
    databases: Mutex<BTreeMap<String, Fresh>>,
}

impl Site {
    /// A site of two pages with the theme that is part of the program.
    pub fn new() -> Site {
        let site = Site::empty();
        site.write("site.toml", "title = \"Test\"\nbase_url = \"https://docs.example\"\ntheme = \"plain\"\n");
        site.write("content/_index.md", "+++\ntitle = \"Home\"\n+++\nWelcome.\n");
        site.write("content/guide/start.md", "+++\ntitle = \"Start\"\n+++\nBegin here.\n");
        site
    }

    /// An empty folder.
    pub fn empty() -> Site {
        Site { folder: tempfile::tempdir().unwrap(), databases: Mutex::default() }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    pub fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// The folder around site and output.
    pub fn around(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file of the site at once: who watches never sees a part of it.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let draft = self.folder.path().join("draft");
        std::fs::write(&draft, bytes).unwrap();
        std::fs::rename(draft, path).unwrap();
    }

    pub fn remove(&self, path: &str) {
        std::fs::remove_file(self.path().join(path)).unwrap();
    }

    /// A file of the output, as text.
    pub fn built(&self, path: &str) -> String {
        let path = self.out().join(path);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// `citepress build site --out out` and more arguments.
    pub fn build(&self, more: &[&str]) -> Ran {
        let mut arguments = vec!["build", "site", "--out", "out"];
        arguments.extend(more);
        self.run(&arguments)
    }

    /// `citepress` with these arguments, in the folder around the site.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran(self.command(arguments).output().unwrap())
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_citepress"));
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        if let Some(at) = arguments.iter().position(|argument| *argument == "--data")
            && database::is_served()
        {
            let data = self.folder.path().join(arguments[at + 1]);
            let mut databases = self.databases.lock().unwrap();
            databases.entry(arguments[at + 1].to_owned()).or_insert_with(|| Fresh::at_once(&data));
            command.envs(database::named(&data));
        }
        command
    }

    /// Every file of the output with its bytes, sorted by path.
    pub fn tree(&self) -> Vec<(String, Vec<u8>)> {
        tree(&self.out())
    }
}

/// Every file below a folder with its bytes, sorted by path.
pub fn tree(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                files.push((name, std::fs::read(path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// A command that ended.
pub struct Ran(pub Output);

impl Ran {
    pub fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout()).unwrap_or_else(|error| panic!("{error}: {}", self.stdout()))
    }

    /// The same, if it ended well.
    #[track_caller]
    pub fn good(self) -> Ran {
        assert!(self.0.status.success(), "{}{}", self.stdout(), self.stderr());
        self
    }

    /// The same, if it ended with code 1, which is for what a person can mend.
    #[track_caller]
    pub fn bad(self) -> Ran {
        assert_eq!(self.0.status.code(), Some(1), "{}{}", self.stdout(), self.stderr());
        self
    }
}
