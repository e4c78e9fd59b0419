//! The networks of docker-compose.yml: who has which address.

use std::net::IpAddr;

use ipnet::IpNet;

use super::compose::Compose;

/// What is written at a network's only pool of addresses.
fn pool<T: std::str::FromStr<Err: std::fmt::Debug>>(compose: &Compose, network: &str, key: &str) -> T {
    let pools = &compose.network(network)["ipam"]["config"];
    assert_eq!(pools.as_sequence().map(Vec::len), Some(1), "{network}");
    let text = pools[0][key].as_str().unwrap_or_else(|| panic!("{network} has no {key}"));
    text.parse().unwrap()
}

/// Whoever starts first would have it otherwise, and the app believes whatever comes from Caddy's.
#[test]
fn a_fixed_address_is_given_to_nobody_else() {
    let compose = Compose::read();
    let mut fixed = Vec::new();
    for service in compose.services() {
        for (network, how) in service.get("networks").as_mapping().into_iter().flatten() {
            let Some(address) = how["ipv4_address"].as_str() else { continue };
            let (network, address): (&str, IpAddr) = (network.as_str().unwrap(), address.parse().unwrap());
            let subnet: IpNet = pool(&compose, network, "subnet");
            let given: IpNet = pool(&compose, network, "ip_range");
            let gateway: IpAddr = pool(&compose, network, "gateway");
            assert!(subnet.contains(&given) && subnet.contains(&address), "{}: {address}", service.name);
            assert!(!given.contains(&address), "{}: {address} is given to whoever comes first", service.name);
            assert!(!given.contains(&gateway) && gateway != address, "{network}: {gateway}");
            fixed.push((network.to_owned(), address));
        }
    }
    let all = fixed.len();
    fixed.sort();
    fixed.dedup();
    assert!(all == fixed.len() && all > 0, "{fixed:?}");
}
