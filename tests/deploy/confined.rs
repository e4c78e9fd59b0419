//! How far each service of docker-compose.yml is trusted: no further than its work needs.

use super::compose::{Compose, Service, texts};

/// Runs, does one thing, and is over before others start.
fn is_once(compose: &Compose, service: &Service) -> bool {
    service.text("restart") == "no" && compose.is_awaited(&service.name)
}

#[test]
fn whatever_stays_is_looked_at_and_started_again() {
    let compose = Compose::read();
    for service in compose.services() {
        if is_once(&compose, &service) {
            continue;
        }
        let check = service.get("healthcheck");
        assert!(!texts(&check["test"]).is_empty(), "{} has no health check", service.name);
        assert!(check["interval"].is_string() && check["timeout"].is_string(), "{}", service.name);
        // A development service that ends has something to say to whoever looks at it.
        let ends = texts(service.get("profiles")) == ["dev"];
        assert_eq!(service.text("restart"), if ends { "no" } else { "unless-stopped" }, "{}", service.name);
    }
}

#[test]
fn no_service_can_do_more_than_it_needs() {
    let compose = Compose::read();
    for service in compose.services() {
        let name = &service.name;
        assert_eq!(service.get("read_only").as_bool(), Some(true), "{name}");
        assert_eq!(service.list("cap_drop"), ["ALL"], "{name}");
        assert_eq!(service.list("security_opt"), ["no-new-privileges:true"], "{name}");
        assert!(
            service.get("logging")["options"]["max-size"].is_string(),
            "{name}: its log grows without an end"
        );
        for more in ["privileged", "pid", "ipc", "userns_mode", "devices", "volumes_from"] {
            assert!(service.get(more).is_null(), "{name}: {more}");
        }
        assert!(service.volumes().iter().all(|(source, ..)| !source.contains("docker.sock")), "{name}");
        let user = service.text("user").split(':').next().unwrap().parse::<u32>().unwrap();
        let alone = is_once(&compose, &service) && service.text("network_mode") == "none";
        assert!(user > 0 || alone, "{name} stays, or talks to others, as root");
        let rights: &[&str] = match name.as_str() {
            "init" => &["CHOWN", "DAC_OVERRIDE", "FOWNER"],
            "dev-init" => &["CHOWN"],
            "caddy" => &["NET_BIND_SERVICE"],
            _ => &[],
        };
        assert_eq!(service.list("cap_add"), rights, "{name}");
    }
}

#[test]
fn only_the_proxy_is_reached_from_outside() {
    let compose = Compose::read();
    for service in compose.services() {
        for port in service.list("ports") {
            // An address is always named: without one the port is open to IPv6 too, and its readers all look the same.
            let open = ["0.0.0.0:80:80", "0.0.0.0:443:443", "0.0.0.0:443:443/udp"].contains(&port.as_str());
            let is_for_all = service.name == "caddy" && open;
            assert!(is_for_all || port.starts_with("127.0.0.1:"), "{}: {port}", service.name);
        }
        let networks = service.get("networks");
        let outside = ["front", "out"].iter().any(|name| {
            networks.get(name).is_some()
                || networks.as_sequence().is_some_and(|list| list.contains(&(*name).into()))
        });
        if ["postgres", "redis", "s3", "bucket"].contains(&service.name.as_str()) {
            assert!(!outside, "{} talks to the outside", service.name);
        }
    }
    let file = super::text("docker-compose.yml");
    let back = file.split("\nnetworks:").nth(1).unwrap().split("back:").nth(1).unwrap();
    assert!(back.trim_start().starts_with("internal: true"), "the network behind leads nowhere");
}

#[test]
fn the_published_trees_are_the_only_thing_of_ours_that_the_proxy_reads() {
    let compose = Compose::read();
    let caddy = compose.service("caddy").volumes();
    let shared: Vec<_> =
        caddy.iter().filter(|(source, ..)| !source.starts_with('.') && source != "caddy").collect();
    assert_eq!(shared, [&("sites".to_owned(), "/srv/sites".to_owned(), true)]);
    for name in ["app", "worker"] {
        let service = compose.service(name);
        assert_eq!(
            service.environment()["CITEPRESS_SITES_DIR"],
            "/srv/sites",
            "links lead to the same place"
        );
        assert!(service.volumes().contains(&("sites".to_owned(), "/srv/sites".to_owned(), false)));
    }
}
