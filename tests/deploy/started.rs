//! What docker-compose.yml starts of ours: settings that exist, commands that exist, and a Caddyfile that is served by them.

use std::collections::BTreeSet;
use std::process::Command;

use citepress::config::{Layers, Settings};

use super::compose::{Compose, Service};
use super::secrets::{Volumes, below};
use super::{here, text};

/// The settings that a service comes to, from its environment and the secrets that were made for it.
fn settings(service: &Service, volumes: &Volumes) -> Settings {
    let mut layers = Layers::defaults();
    let variables = service.environment().into_iter().map(|(name, value)| {
        let value = match name.starts_with("CITEPRESS_") && name.ends_with("_FILE") {
            true => volumes.path(&below(service, &value)).display().to_string(),
            false => value,
        };
        (name, value)
    });
    layers.environment(variables).unwrap_or_else(|error| panic!("{}: {error}", service.name));
    layers.settings().unwrap_or_else(|error| panic!("{}: {error}", service.name))
}

#[test]
fn every_variable_of_ours_is_a_setting_and_is_taken() {
    let volumes = Volumes::made();
    let compose = Compose::read();
    for service in compose.services().iter().filter(|service| service.is_citepress() || service.name == "dev")
    {
        let settings = settings(service, &volumes);
        let data = &service.environment()["CITEPRESS_DATA"];
        assert_eq!(settings.data.to_str().unwrap(), data);
        assert!(
            service.volumes().iter().any(|(_, target, _)| data.starts_with(target)),
            "{}: {data} is lost",
            service.name
        );
    }
    let app = settings(&compose.service("app"), &volumes);
    assert_eq!(app.database.url.reveal(), volumes.read("secrets/app/database-url"));
    assert_eq!((app.server.bind.to_string().as_str(), app.server.port), ("0.0.0.0", 8080));
    assert_eq!(app.server.public_url(8080), "https://localhost");
    // The proxy comes from its own address and is believed; nobody else is.
    let caddy = compose.service("caddy");
    let address = &caddy.get("networks")["front"]["ipv4_address"];
    let [proxy] = app.server.trusted_proxies.as_slice() else { panic!("one proxy") };
    let believed = address.as_str().unwrap().parse().unwrap();
    assert_eq!(*proxy, believed);
}

/// What nobody asks rings no alert: web nodes count requests, workers count jobs and editions.
#[test]
fn each_process_of_ours_tells_its_figures_behind_and_to_nobody_without_the_token() {
    let volumes = Volumes::made();
    let compose = Compose::read();
    let counting: Vec<Service> = compose.services().into_iter().filter(Service::is_citepress).collect();
    assert_eq!(counting.iter().map(|service| service.name.as_str()).collect::<Vec<_>>(), ["app", "worker"]);
    for service in counting {
        let metrics = settings(&service, &volumes).metrics;
        let bind = metrics.bind.unwrap_or_else(|| panic!("{} has no port for figures", service.name));
        assert!(bind.ip().is_unspecified(), "{}: {bind} is reached by nobody else", service.name);
        assert_eq!(metrics.token.reveal(), volumes.read("secrets/app/metrics-token"), "{}", service.name);
        assert!(
            super::compose::texts(service.get("networks")).contains(&"back".to_owned()),
            "{}",
            service.name
        );
        let published = service.list("ports");
        assert!(published.iter().all(|port| !port.ends_with(&format!(":{}", bind.port()))), "{published:?}");
        let asked = text("docs/operations.md");
        let asked = asked.lines().find(|line| line.contains("{ names: [")).expect("the guide asks them");
        assert!(
            asked.contains(&service.name) && asked.contains(&format!("port: {}", bind.port())),
            "{asked}"
        );
    }
}

#[test]
fn every_command_of_ours_is_there() {
    for service in Compose::read().services().iter().filter(|service| service.is_citepress()) {
        let check = super::compose::texts(&service.get("healthcheck")["test"]);
        assert_eq!(check[..2], ["CMD", "citepress"], "{}", service.name);
        for command in [&service.list("command"), &check[2..].to_vec()] {
            // With --help a command that can't be parsed is refused, and one that can does nothing.
            let asked =
                Command::new(env!("CARGO_BIN_EXE_citepress")).args(command).arg("--help").output().unwrap();
            assert!(asked.status.success(), "{}: {command:?}: {asked:?}", service.name);
        }
    }
}

#[test]
fn the_proxy_gets_every_variable_that_it_needs_and_no_other() {
    let caddyfile = text("Caddyfile");
    let (mut known, mut needed) = (BTreeSet::new(), BTreeSet::new());
    for (at, _) in caddyfile.match_indices("{$") {
        let inside = caddyfile[at + 2..].split('}').next().unwrap();
        match inside.split_once(':') {
            Some((name, _)) => known.insert(name.to_owned()),
            None => needed.insert(inside.to_owned()),
        };
    }
    let given: BTreeSet<String> = Compose::read().service("caddy").environment().into_keys().collect();
    assert!(needed.is_subset(&given), "{needed:?}");
    assert!(given.iter().all(|name| known.contains(name) || needed.contains(name)), "{given:?} of {known:?}");
}

#[test]
fn a_real_caddy_takes_the_caddyfile_with_these_variables() {
    let folder = tempfile::tempdir().unwrap();
    let caddy = Compose::read().service("caddy");
    assert_eq!(caddy.volumes()[0].0, "./Caddyfile");
    let mut command = Command::new("caddy");
    command.args(["validate", "--adapter", "caddyfile", "--config"]).arg(here("Caddyfile"));
    command.envs(caddy.environment()).env("HOME", folder.path());
    command.envs([("XDG_DATA_HOME", folder.path()), ("XDG_CONFIG_HOME", folder.path())]);
    let asked = command.output().expect("caddy is installed");
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
}

#[test]
fn what_is_started_as_a_script_is_one() {
    for script in ["ops/init", "ops/postgres", "ops/dev"] {
        let checked = Command::new("/bin/sh").arg("-n").arg(here(script)).output().unwrap();
        assert!(checked.status.success(), "{script}: {checked:?}");
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(here(script)).unwrap().permissions());
        assert_eq!(mode & 0o111, 0o111, "{script} can't be started");
    }
}
