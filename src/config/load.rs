//! From four layers to one set of settings, remembering where each value came from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::Settings;
use super::known::{KNOWN, find, nearest};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The table of defaults.
    Default,
    /// A file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// A file named by an environment variable (`…_FILE`).
    SecretFile(PathBuf),
    /// A flag of the command line.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(path) | Origin::SecretFile(path) => write!(f, "{}", path.display()),
            Origin::Environment(name) => write!(f, "${name}"),
            Origin::Flag(flag) => f.write_str(flag),
        }
    }
}

/// A setting that stops the start: one line that names it, where it stands and what would be right.
#[derive(Debug, thiserror::Error)]
#[error("setting {path} ({origin}): {message}")]
pub struct BadSetting {
    path: String,
    origin: Origin,
    message: String,
}

/// The layers, lowest first, as they are put on.
#[derive(Debug, Clone)]
pub struct Layers {
    pub(super) values: BTreeMap<String, (Value, Origin)>,
}

impl Layers {
    /// The defaults alone.
    pub fn defaults() -> Layers {
        let value =
            |text: &str| format!("v = {text}").parse::<Table>().ok().and_then(|mut table| table.remove("v"));
        let values = KNOWN
            .iter()
            .filter_map(|known| Some((known.path.to_owned(), (value(known.default)?, Origin::Default))));
        Layers { values: values.collect() }
    }

    /// Another default for this run: a command that talks to a person logs less than a server.
    pub fn default_value(&mut self, path: &str, value: impl Into<Value>) {
        self.values.insert(path.to_owned(), (value.into(), Origin::Default));
    }

    /// Puts a settings file on top.
    ///
    /// # Errors
    /// When it is no TOML, or names a setting that does not exist.
    pub fn file(&mut self, path: &Path, text: &str) -> Result<(), BadSetting> {
        let origin = Origin::File(path.to_owned());
        let table = text.parse::<Table>().map_err(|error| BadSetting {
            path: "*".to_owned(),
            origin: origin.clone(),
            message: error.to_string().trim().replace('\n', " "),
        })?;
        self.table("", table, &origin)
    }

    fn table(&mut self, prefix: &str, table: Table, origin: &Origin) -> Result<(), BadSetting> {
        for (key, value) in table {
            let path = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
            match value {
                Value::Table(inner) if find(&path).is_none() => self.table(&path, inner, origin)?,
                value => self.set(path, value, origin.clone())?,
            }
        }
        Ok(())
    }

    /// Puts the environment on top: `CITEPRESS_SERVER__PORT`, `…_FILE` for a value kept in a file, and the usual
    /// `DATABASE_URL`, `REDIS_URL` and `PORT`.
    ///
    /// # Errors
    /// When a `CITEPRESS_` variable names no setting, or a file can't be read.
    pub fn environment(
        &mut self,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), BadSetting> {
        let mut variables: Vec<_> = variables.into_iter().collect();
        // PORT and the URLs first: the product's own names win over them.
        variables.sort_by_key(|(name, _)| (name.starts_with("CITEPRESS_"), name.clone()));
        for (name, value) in variables {
            let path = match name.as_str() {
                "PORT" => "server.port".to_owned(),
                "DATABASE_URL" => "database.url".to_owned(),
                "REDIS_URL" => "redis.url".to_owned(),
                _ => match name.strip_prefix("CITEPRESS_") {
                    Some(rest) => rest.to_lowercase().replace("__", "."),
                    None => continue,
                },
            };
            let file = path.strip_suffix("_file").filter(|path| find(path).is_some());
            match file {
                Some(path) => self.secret_file(path, &name, Path::new(&value))?,
                None => self.text(path, value, Origin::Environment(name))?,
            }
        }
        Ok(())
    }

    fn secret_file(&mut self, path: &str, name: &str, file: &Path) -> Result<(), BadSetting> {
        let text = std::fs::read_to_string(file).map_err(|error| BadSetting {
            path: path.to_owned(),
            origin: Origin::Environment(name.to_owned()),
            message: format!("{} can't be read: {error}", file.display()),
        })?;
        self.text(path.to_owned(), text.trim_end().to_owned(), Origin::SecretFile(file.to_owned()))
    }

    /// Puts a flag on top.
    ///
    /// # Errors
    /// When the path names no setting.
    pub fn flag(
        &mut self,
        flag: &'static str,
        path: &str,
        value: impl Into<Value>,
    ) -> Result<(), BadSetting> {
        self.set(path.to_owned(), value.into(), Origin::Flag(flag))
    }

    /// A value from outside TOML takes the type of the setting's default.
    fn text(&mut self, path: String, text: String, origin: Origin) -> Result<(), BadSetting> {
        let parsed = match self.values.get(&path).map(|(value, _)| value) {
            Some(Value::String(_)) | None => Value::String(text),
            Some(Value::Array(_)) if !text.trim_start().starts_with('[') => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Value::Array(
                    items.map(|item| item.parse::<i64>().map_or_else(|_| item.into(), Value::from)).collect(),
                )
            }
            Some(_) => format!("v = {text}")
                .parse::<Table>()
                .ok()
                .and_then(|mut table| table.remove("v"))
                .unwrap_or(Value::String(text)),
        };
        self.set(path, parsed, origin)
    }

    fn set(&mut self, path: String, value: Value, origin: Origin) -> Result<(), BadSetting> {
        if find(&path).is_none() {
            let message = match nearest(&path) {
                Some(near) => format!("there is no such setting. Did you mean {near}?"),
                None => "there is no such setting. `citepress config` lists them".to_owned(),
            };
            return Err(BadSetting { path, origin, message });
        }
        self.values.insert(path, (value, origin));
        Ok(())
    }

    /// Reads the settings.
    ///
    /// # Errors
    /// When a value is of the wrong type or out of its range.
    pub fn settings(&self) -> Result<Settings, BadSetting> {
        let mut tree = Table::new();
        for (path, (value, _)) in &self.values {
            insert(&mut tree, path, value.clone());
        }
        serde_path_to_error::deserialize(Value::Table(tree)).map_err(|error| {
            let path = error.path().to_string();
            // The path may end inside a list; the setting is the longest known beginning.
            let known = KNOWN
                .iter()
                .map(|known| known.path)
                .filter(|known| path.starts_with(known))
                .max_by_key(|k| k.len());
            let path = known.unwrap_or(&path).to_owned();
            let origin = self.values.get(&path).map_or(Origin::Default, |(_, origin)| origin.clone());
            BadSetting { path, origin, message: error.inner().to_string().trim().replace('\n', " ") }
        })
    }
}

fn insert(tree: &mut Table, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            tree.insert(path.to_owned(), value);
        }
        Some((head, rest)) => {
            let inner = tree.entry(head).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Result<Layers, BadSetting> {
        let mut layers = Layers::defaults();
        layers.environment(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))?;
        Ok(layers)
    }

    #[test]
    fn every_default_is_a_value_that_the_program_accepts() {
        let settings = Layers::defaults().settings().unwrap();
        assert_eq!(Layers::defaults().values.len(), KNOWN.len());
        assert_eq!(settings.server.public_url(9000), "http://localhost:9000");
        assert_eq!(settings.sites_dir(), Path::new("./data/sites"));
    }

    #[test]
    fn a_later_layer_wins_and_is_remembered() {
        let mut layers = Layers::defaults();
        layers.file(Path::new("citepress.toml"), "[server]\nport = 1000\n[crawl]\nports = [8080]").unwrap();
        layers
            .environment([("PORT".into(), "2000".into()), ("CITEPRESS_CRAWL__PORTS".into(), "81, 82".into())])
            .unwrap();
        assert_eq!(layers.settings().unwrap().server.port, 2000);
        assert_eq!(layers.settings().unwrap().crawl.ports, [81, 82]);
        layers.flag("--port", "server.port", 3000).unwrap();
        assert_eq!(layers.settings().unwrap().server.port, 3000);
        assert_eq!(layers.values["server.port"].1, Origin::Flag("--port"));
    }

    #[test]
    fn the_usual_names_of_other_programs_are_understood_and_the_products_own_win() {
        let usual = [("REDIS_URL", "redis://usual"), ("DATABASE_URL", "sqlite:usual")];
        let settings = environment(&usual).unwrap().settings().unwrap();
        assert_eq!(settings.redis.cache([0; 32]).unwrap().url.reveal(), "redis://usual");
        assert_eq!(settings.database.url.reveal(), "sqlite:usual");
        let own = [("REDIS_URL", "redis://usual"), ("CITEPRESS_REDIS__URL", "")];
        assert!(environment(&own).unwrap().settings().unwrap().redis.cache([0; 32]).is_none());
    }

    #[test]
    fn an_unknown_setting_is_named_with_the_one_that_was_meant() {
        let mut layers = Layers::defaults();
        let error = layers.file(Path::new("c.toml"), "[server]\nprot = 1").unwrap_err().to_string();
        assert_eq!(
            error,
            "setting server.prot (c.toml): there is no such setting. Did you mean server.port?"
        );
        let error = environment(&[("CITEPRESS_SERVER__PROT", "1")]).unwrap_err().to_string();
        assert!(error.contains("$CITEPRESS_SERVER__PROT"), "{error}");
    }

    #[test]
    fn a_value_of_the_wrong_type_is_named_with_its_origin() {
        let error = environment(&[("PORT", "many")]).unwrap().settings().unwrap_err().to_string();
        assert!(error.starts_with("setting server.port ($PORT): "), "{error}");
        let error = environment(&[("PORT", "70000")]).unwrap().settings().unwrap_err().to_string();
        assert!(error.contains("server.port"), "{error}");
        let error = environment(&[("CITEPRESS_SERVER__SITES_DOMAIN", "..")])
            .unwrap()
            .settings()
            .unwrap_err()
            .to_string();
        assert!(error.contains("server.sites_domain") && error.contains("no host name"), "{error}");
    }

    #[test]
    fn a_secret_can_come_from_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "sk-1\n").unwrap();
        let path = file.path().to_str().unwrap();
        let layers = environment(&[("CITEPRESS_LLM__OPENAI__API_KEY_FILE", path)]).unwrap();
        assert_eq!(layers.settings().unwrap().llm.openai.api_key.reveal(), "sk-1");
    }
}
