//! docker-compose.yml as Compose reads it: merges applied, and variables at their defaults.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::Value;

use super::{here, is_pinned, text};

pub struct Compose {
    file: Value,
}

/// One service.
pub struct Service {
    pub name: String,
    value: Value,
}

impl Compose {
    /// With an empty `.env`.
    pub fn read() -> Compose {
        let mut file: Value = serde_yaml::from_str(&expanded(&text("docker-compose.yml"))).unwrap();
        // Each turn merges one storey: what is merged may itself begin with a merge.
        loop {
            let before = file.clone();
            file.apply_merge().unwrap();
            if file == before {
                return Compose { file };
            }
        }
    }

    pub fn services(&self) -> Vec<Service> {
        let named = self.file["services"].as_mapping().unwrap().iter();
        named
            .map(|(name, value)| Service { name: name.as_str().unwrap().into(), value: value.clone() })
            .collect()
    }

    pub fn service(&self, name: &str) -> Service {
        self.services().into_iter().find(|service| service.name == name).unwrap()
    }

    pub fn network(&self, name: &str) -> &Value {
        &self.file["networks"][name]
    }

    /// The names below a key of the file.
    fn names(&self, key: &str) -> BTreeSet<String> {
        keys(&self.file[key])
    }

    /// Who waits until a service is over.
    pub fn is_awaited(&self, name: &str) -> bool {
        let waits = |service: &Service| {
            service.value["depends_on"][name]["condition"] == "service_completed_successfully"
        };
        self.services().iter().any(waits)
    }
}

impl Service {
    pub fn get(&self, key: &str) -> &Value {
        &self.value[key]
    }

    pub fn text(&self, key: &str) -> &str {
        self.value[key].as_str().unwrap_or_default()
    }

    /// The texts of a list.
    pub fn list(&self, key: &str) -> Vec<String> {
        texts(&self.value[key])
    }

    pub fn environment(&self) -> BTreeMap<String, String> {
        let Some(variables) = self.value["environment"].as_mapping() else { return BTreeMap::new() };
        let pair = |(name, value): (&Value, &Value)| {
            // What expands to nothing is an empty text to Compose.
            let text = if value.is_null() { "" } else { value.as_str().unwrap() };
            (name.as_str().unwrap().to_owned(), text.to_owned())
        };
        variables.iter().map(pair).collect()
    }

    /// Source and target of each volume, and whether it is read alone.
    pub fn volumes(&self) -> Vec<(String, String, bool)> {
        let volumes = self.list("volumes").into_iter().map(|volume| {
            let parts: Vec<&str> = volume.split(':').collect();
            (parts[0].to_owned(), parts[1].to_owned(), parts.get(2) == Some(&"ro"))
        });
        volumes.collect()
    }

    /// Ours, from the image that is built here.
    pub fn is_citepress(&self) -> bool {
        self.value.get("build").is_some()
    }
}

pub fn texts(value: &Value) -> Vec<String> {
    let items = value.as_sequence().into_iter().flatten();
    items.map(|item| item.as_str().unwrap_or_else(|| panic!("{item:?} is no text")).to_owned()).collect()
}

/// The keys of a map, or the items of a list: Compose takes either.
fn keys(value: &Value) -> BTreeSet<String> {
    match value.as_mapping() {
        Some(map) => map.keys().map(|key| key.as_str().unwrap().to_owned()).collect(),
        None => texts(value).into_iter().collect(),
    }
}

/// `${NAME:-default}` as its default, and `$$` as a dollar. A variable without a default would have to be set.
fn expanded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let end = rest.find('}').unwrap();
        let (_, default) = rest[..end]
            .split_once(":-")
            .unwrap_or_else(|| panic!("${}}} has no default: an empty .env would not do", &rest[..end]));
        out.push_str(default);
        rest = &rest[end + 1..];
    }
    out + rest
}

#[test]
fn whatever_a_service_names_is_there() {
    let compose = Compose::read();
    let (volumes, networks) = (compose.names("volumes"), compose.names("networks"));
    let (mut used, mut joined) = (BTreeSet::new(), BTreeSet::new());
    for service in compose.services() {
        for (source, target, _) in service.volumes() {
            assert!(target.starts_with('/'), "{}: {target}", service.name);
            match source.strip_prefix('.') {
                // The operator's own, made by the engine where it is missing.
                Some("/certificates") => {}
                Some(path) => assert!(here(&format!(".{path}")).exists(), "{}: {source}", service.name),
                None => {
                    assert!(volumes.contains(&source), "{}: {source}", service.name);
                    used.insert(source);
                }
            }
        }
        for network in keys(service.get("networks")) {
            assert!(networks.contains(&network), "{}: {network}", service.name);
            joined.insert(network);
        }
        for (name, how) in service.get("depends_on").as_mapping().into_iter().flatten() {
            let other = compose.service(name.as_str().unwrap());
            let condition = how["condition"].as_str().unwrap();
            let holds = match condition {
                "service_healthy" => other.get("healthcheck").is_mapping(),
                "service_completed_successfully" => other.text("restart") == "no",
                other => other == "service_started",
            };
            assert!(holds, "{} waits for {}: {condition}", service.name, other.name);
        }
    }
    assert_eq!((used, joined), (volumes, networks), "nothing is declared that nobody uses");
}

#[test]
fn every_image_is_one_release() {
    let compose = Compose::read();
    for service in compose.services() {
        assert!(is_pinned(service.text("image")), "{}: {}", service.name, service.text("image"));
    }
    assert_eq!(compose.service("app").text("image"), format!("citepress:{}", env!("CARGO_PKG_VERSION")));
}

/// What `.env.example` offers is what the file asks for, and nothing in it is set.
#[test]
fn the_example_of_an_environment_names_every_variable_and_sets_none() {
    let file = text("docker-compose.yml");
    let asked: BTreeSet<&str> =
        file.match_indices("${").map(|(at, _)| file[at + 2..].split(":-").next().unwrap()).collect();
    let example = text(".env.example");
    let offered: BTreeSet<&str> = example
        .lines()
        .filter_map(|line| line.strip_prefix('#')?.split_once('='))
        .map(|(name, _)| name)
        .filter(|name| !name.contains(' '))
        .collect();
    assert_eq!(asked, offered);
    assert!(example.lines().all(|line| line.is_empty() || line.starts_with('#')));
}
