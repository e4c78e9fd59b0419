//! `ops/init`, run for real: what it makes, for whom, and what it refuses. Giving files away takes root, so `chown` writes
//! down what it was asked instead.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::compose::Compose;
use super::{here, text};

/// The volumes, as `init` finds them.
pub struct Volumes {
    folder: tempfile::TempDir,
}

impl Volumes {
    pub fn new() -> Volumes {
        let folder = tempfile::tempdir().unwrap();
        let volumes = Volumes { folder };
        for name in ["secrets", "data", "sites", "backups", "postgres", "s3", "caddy"] {
            std::fs::create_dir_all(volumes.path(name)).unwrap();
        }
        let chown = volumes.folder.path().join("bin/chown");
        std::fs::create_dir(chown.parent().unwrap()).unwrap();
        let log = volumes.folder.path().join("owners");
        std::fs::write(&chown, format!("#!/bin/sh\nprintf '%s\\n' \"$*\" >> '{}'\n", log.display())).unwrap();
        std::fs::set_permissions(&chown, PermissionsExt::from_mode(0o755)).unwrap();
        volumes
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join("volumes").join(below)
    }

    pub fn read(&self, below: &str) -> String {
        String::from_utf8_lossy(&std::fs::read(self.path(below)).unwrap()).into_owned()
    }

    /// Starts it.
    pub fn init(&self) -> Output {
        let path = format!("{}:/usr/bin:/bin", self.folder.path().join("bin").display());
        let mut init = Command::new("/bin/sh");
        init.arg(here("ops/init")).arg(self.folder.path().join("volumes")).env_clear().env("PATH", path);
        init.output().unwrap()
    }

    pub fn made() -> Volumes {
        let volumes = Volumes::new();
        let done = volumes.init();
        assert!(done.status.success(), "{done:?}");
        volumes
    }

    /// Who was given a file last, or the draft that it was made from, or a folder above with all that lies in it.
    fn owner(&self, below: &str) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("owners")).unwrap();
        let path = self.path(below);
        let given = log.lines().rev().find_map(|line| {
            let (with_all, line) = match line.strip_prefix("-R -h ") {
                Some(line) => (true, line),
                None => (false, line),
            };
            let (owner, files) = line.split_once(' ')?;
            let is_meant = |file: &str| {
                let file = Path::new(file.trim_end_matches(".new"));
                file == path || (with_all && path.starts_with(file))
            };
            files.split(' ').any(is_meant).then(|| owner.to_owned())
        });
        given.unwrap_or_else(|| panic!("{below} was given to nobody:\n{log}"))
    }

    /// Every file that holds something secret, with its content.
    fn secrets(&self) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::from([(
            "data/secret.key".to_owned(),
            std::fs::read(self.path("data/secret.key")).unwrap(),
        )]);
        for folder in std::fs::read_dir(self.path("secrets")).unwrap().flatten() {
            for file in std::fs::read_dir(folder.path()).unwrap().flatten() {
                let below = file.path().strip_prefix(self.path("")).unwrap().display().to_string();
                found.insert(below, std::fs::read(file.path()).unwrap());
            }
        }
        found
    }
}

/// Where a file that a service reads lies among the volumes.
pub fn below(service: &super::compose::Service, path: &str) -> String {
    let volumes = service.volumes();
    let (source, target, _) =
        volumes.iter().find(|(_, target, _)| path.starts_with(&format!("{target}/"))).unwrap();
    format!("{source}{}", &path[target.len()..])
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn secrets_are_made_once_and_each_is_read_by_its_service_alone() {
    let volumes = Volumes::made();
    let made = volumes.secrets();
    assert_eq!(made["data/secret.key"].len(), 32);
    for file in made.keys() {
        assert_eq!(mode(&volumes.path(file)), 0o600, "{file}");
    }
    assert_eq!(mode(&volumes.path("secrets")), 0o711, "its folders are found by those who know their names");
    for folder in ["app", "postgres", "redis", "s3"] {
        assert_eq!(mode(&volumes.path(&format!("secrets/{folder}"))), 0o700, "{folder}");
    }
    let password = volumes.read("secrets/postgres/password");
    assert!(password.len() == 64 && password.bytes().all(|byte| byte.is_ascii_hexdigit()), "{password}");
    let again = volumes.init();
    assert!(again.status.success(), "{again:?}");
    assert_eq!(volumes.secrets(), made, "the second start finds what the first has made");
    let other = Volumes::made();
    assert!(
        other.secrets().iter().all(|(file, text)| made[file] != *text),
        "no two installations share a secret"
    );
}

#[test]
fn both_sides_of_each_door_have_the_same_key() {
    let volumes = Volumes::made();
    let password = volumes.read("secrets/postgres/password");
    let address = format!("postgres://citepress:{password}@postgres:5432/citepress");
    assert_eq!(volumes.read("secrets/app/database-url"), address);
    let postgres = Compose::read().service("postgres");
    let files = postgres.environment();
    assert_eq!(below(&postgres, &files["CITEPRESS_PASSWORD_FILE"]), "secrets/postgres/password");
    let superuser = volumes.read(&below(&postgres, &files["POSTGRES_PASSWORD_FILE"]));
    assert_ne!(superuser, password, "whoever has the app's password is no superuser");
    let password = volumes.read("secrets/redis/password");
    assert_eq!(volumes.read("secrets/app/redis-url"), format!("redis://:{password}@redis:6379/0"));
    assert!(volumes.read("secrets/redis/redis.conf").contains(&format!("\nrequirepass {password}\n")));
    let s3: serde_json::Value = serde_json::from_str(&volumes.read("secrets/s3/s3.json")).unwrap();
    let keys = &s3["identities"][0]["credentials"][0];
    assert_eq!(keys["accessKey"], *volumes.read("secrets/app/s3-access-key"));
    assert_eq!(keys["secretKey"], *volumes.read("secrets/app/s3-secret-key"));
}

#[test]
fn every_secret_file_that_a_service_reads_is_made_and_is_its_own() {
    let volumes = Volumes::made();
    let compose = Compose::read();
    let mut read = 0;
    for service in compose.services() {
        let files = service
            .environment()
            .into_iter()
            .filter(|(name, _)| name.ends_with("_FILE"))
            .map(|(_, file)| file);
        let said = service.list("command").into_iter();
        let said = said.filter_map(|word| word.split('=').next_back().map(str::to_owned));
        for file in files.chain(said.filter(|word| word.starts_with("/run/citepress/"))) {
            let file = below(&service, &file);
            assert_eq!(volumes.owner(&file), service.text("user"), "{}: {file}", service.name);
            assert!(!volumes.read(&file).trim().is_empty(), "{file}");
            read += 1;
        }
        // Whoever has secrets gets them to read, never to write.
        let secrets = service.volumes().into_iter().find(|(source, ..)| source == "secrets");
        assert!(
            secrets.is_none_or(|(_, _, read_only)| read_only || service.name == "init"),
            "{}",
            service.name
        );
    }
    assert!(read >= 10, "{read}");
    for (service, volume) in [
        ("app", "data"),
        ("app", "sites"),
        ("worker", "backups"),
        ("postgres", "postgres"),
        ("s3", "s3"),
        ("caddy", "caddy"),
    ] {
        assert_eq!(volumes.owner(volume), compose.service(service).text("user"), "{volume}");
    }
    assert_eq!(volumes.owner("data/secret.key"), compose.service("app").text("user"));
}

/// An engine fills an empty volume from the image, and Caddy's has a folder there that is root's.
#[test]
fn what_an_image_has_put_into_a_volume_is_its_services_own() {
    let volumes = Volumes::new();
    let compose = Compose::read();
    for (service, below) in [("caddy", "caddy/caddy"), ("s3", "s3/filer")] {
        std::fs::create_dir(volumes.path(below)).unwrap();
        // Twice: each start does it again.
        for _ in 0..2 {
            let done = volumes.init();
            assert!(done.status.success(), "{done:?}");
            assert_eq!(volumes.owner(below), compose.service(service).text("user"), "{below}");
        }
    }
}

#[test]
fn no_new_secret_is_made_for_an_old_database() {
    for lost in ["secrets/postgres/password", "data/secret.key"] {
        let volumes = Volumes::made();
        std::fs::create_dir(volumes.path("postgres/pgdata")).unwrap();
        assert!(volumes.init().status.success());
        std::fs::remove_file(volumes.path(lost)).unwrap();
        let refused = volumes.init();
        let why = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && why.contains("from a backup"), "{lost}: {why}");
        assert!(!volumes.path(lost).exists(), "{lost}");
    }
}

#[test]
fn no_secret_stands_in_the_file_or_in_an_environment() {
    for service in Compose::read().services() {
        for (name, value) in service.environment() {
            let secret =
                ["PASSWORD", "SECRET", "TOKEN", "_KEY", "DSN", "DATABASE__URL", "REDIS__URL", "SMTP"];
            let is_secret = secret.iter().any(|word| name.contains(word));
            assert!(!is_secret || name.ends_with("_FILE"), "{}: {name}={value}", service.name);
            let given = url::Url::parse(&value).is_ok_and(|url| url.password().is_some());
            assert!(!given, "{}: {name} holds a password", service.name);
        }
    }
    assert!(text(".gitignore").lines().any(|line| line == "/.env"));
}
