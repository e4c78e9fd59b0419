//! A site in memory: texts in, files out.

use press::{Asset, Change, Delta, Document, Fault, OutFile, Press, Sink, SiteConfig, Texts, Theme};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

/// Takes files into memory.
#[derive(Default)]
pub struct Files(pub Mutex<BTreeMap<String, Vec<u8>>>, Mutex<BTreeMap<String, String>>);

impl Files {
    /// Old addresses and where they lead.
    pub fn redirects(&self) -> Vec<(String, String)> {
        self.1.lock().unwrap().clone().into_iter().collect()
    }
}

impl Sink for Files {
    fn write(&self, file: OutFile<'_>) -> io::Result<()> {
        match file.redirect {
            Some(to) => drop(self.1.lock().unwrap().insert(file.path.to_owned(), to.to_owned())),
            None => drop(self.1.lock().unwrap().remove(file.path)),
        }
        self.0.lock().unwrap().insert(file.path.to_owned(), file.bytes.to_vec());
        Ok(())
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.1.lock().unwrap().remove(path);
        let removed = self.0.lock().unwrap().remove(path);
        assert!(removed.is_some(), "{path} is removed but was never written");
        Ok(())
    }
}

/// The texts of a site as it stands.
#[derive(Default, Clone)]
pub struct Sources(pub BTreeMap<String, String>);

impl Texts for Sources {
    fn text(&self, path: &str) -> io::Result<Cow<'_, str>> {
        self.0
            .get(path)
            .map(|text| Cow::Borrowed(text.as_str()))
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// A press with its sources and its output.
pub struct Site {
    pub press: Press,
    pub sources: Sources,
    pub files: Files,
}

pub const CONFIG: &str =
    "title = \"Example\"\nbase_url = \"https://docs.example\"\ndescription = \"An example site.\"\n";

impl Site {
    pub fn new() -> Site {
        Site::with(CONFIG, Theme::builtin("plain").unwrap())
    }

    pub fn with(config: &str, theme: Theme) -> Site {
        let press = Press::new(SiteConfig::parse(config).unwrap(), Arc::new(theme)).unwrap();
        Site { press, sources: Sources::default(), files: Files::default() }
    }

    /// Plans and renders; on faults everything stays as it was.
    pub fn change(&mut self, changes: Vec<Change>) -> Result<Delta, Vec<Fault>> {
        let mut sources = self.sources.clone();
        for change in &changes {
            match change {
                Change::Put(Document { path, text }) => drop(sources.0.insert(path.clone(), text.clone())),
                Change::Remove(path) => drop(sources.0.remove(path)),
                _ => {}
            }
        }
        let plan = self.press.plan(changes)?;
        let delta = self.press.render(plan, &sources, &self.files)?;
        self.sources = sources;
        Ok(delta)
    }

    pub fn put(&mut self, documents: &[(&str, &str)]) -> Result<Delta, Vec<Fault>> {
        self.change(documents.iter().map(|(path, text)| put(path, text)).collect())
    }

    pub fn file(&self, path: &str) -> String {
        let files = self.files.0.lock().unwrap();
        let found = files.get(path).unwrap_or_else(|| panic!("no {path} among {:?}", files.keys()));
        String::from_utf8(found.clone()).unwrap()
    }

    pub fn has(&self, path: &str) -> bool {
        self.files.0.lock().unwrap().contains_key(path)
    }
}

pub fn put(path: &str, text: &str) -> Change {
    Change::Put(Document { path: path.to_owned(), text: text.to_owned() })
}

pub fn asset(path: &str, bytes: &[u8]) -> Change {
    Change::PutAsset(Asset { path: path.to_owned(), bytes: bytes.to_vec().into() })
}

/// A document with a title and a body.
pub fn page(title: &str, body: &str) -> String {
    format!("+++\ntitle = \"{title}\"\n+++\n{body}\n")
}

/// Faults as a person reads them.
pub fn told(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}
