//! Which addresses may be reached. Pure: the resolver that connects asks it for every address, and the fetcher
//! for every address that stands in a URL itself, so that neither a redirect nor a rebinding name gets round it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::IpNet;

/// What the operator allows besides the public internet: `10.1.0.0/16`, `192.168.1.5`, `127.0.0.1:8080`,
/// `[::1]:8080` or `wiki.internal:8080`. Without a port it means every port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    who: Who,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Who {
    Net(IpNet),
    Host(String),
}

/// A text that is no entry of the allow list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" allows nothing: write a network (10.1.0.0/16), an address, a host name, or one of the last two with a port (127.0.0.1:8080)"
)]
pub struct BadAllow(String);

impl FromStr for Allow {
    type Err = BadAllow;

    fn from_str(text: &str) -> Result<Allow, BadAllow> {
        let bad = || BadAllow(text.chars().take(80).collect());
        if let Ok(net) = text.parse::<IpNet>() {
            return Ok(Allow { who: Who::Net(net), port: None });
        }
        if let Ok(ip) = text.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Ok(Allow { who: Who::Net(ip.into()), port: None });
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse::<u16>().map_err(|_| bad())?)),
            None => (text, None),
        };
        let who = match url::Host::parse(host).map_err(|_| bad())? {
            url::Host::Domain(name) => Who::Host(name.trim_end_matches('.').to_owned()),
            url::Host::Ipv4(ip) => Who::Net(IpAddr::V4(ip).into()),
            url::Host::Ipv6(ip) => Who::Net(IpAddr::V6(ip).into()),
        };
        Ok(Allow { who, port })
    }
}

impl fmt::Display for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.who, self.port) {
            (Who::Net(net), None) => write!(f, "{net}"),
            (Who::Net(net), Some(port)) => write!(f, "{net} port {port}"),
            (Who::Host(name), None) => f.write_str(name),
            (Who::Host(name), Some(port)) => write!(f, "{name}:{port}"),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Allow {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The rule of who may be reached where.
#[derive(Debug, Clone)]
pub struct Guard {
    allow: Vec<Allow>,
    open_ports: Vec<u16>,
}

impl Guard {
    /// `allow` widens it beyond public addresses, `open_ports` beyond 80 and 443 (for public addresses).
    pub fn new(allow: Vec<Allow>, open_ports: &[u16]) -> Guard {
        Guard { allow, open_ports: [&[80, 443], open_ports].concat() }
    }

    /// What the operator allows and nothing else.
    pub(super) fn of_allowed(allow: Vec<Allow>) -> Guard {
        Guard { allow, open_ports: Vec::new() }
    }

    /// Whether a connection for `host` (as the URL names it) may go to this address and port.
    pub fn permits(&self, host: &str, ip: IpAddr, port: u16) -> bool {
        let ip = ip.to_canonical();
        (self.open_ports.contains(&port) && is_public(ip)) || self.allows(host, Some(ip), port)
    }

    /// Whether any address could be reached at this port: asked before a name is looked up.
    pub fn could_permit(&self, host: &str, port: u16) -> bool {
        self.open_ports.contains(&port)
            || self.allow.iter().any(|entry| {
                let here = match &entry.who {
                    Who::Net(_) => true,
                    Who::Host(name) => same_host(name, host),
                };
                here && entry.port.is_none_or(|allowed| allowed == port)
            })
    }

    /// Whether the operator named this host or address: his own, to which the pause between requests does not apply.
    pub fn allows(&self, host: &str, ip: Option<IpAddr>, port: u16) -> bool {
        self.allow.iter().filter(|entry| entry.port.is_none_or(|allowed| allowed == port)).any(|entry| {
            match &entry.who {
                Who::Net(net) => ip.is_some_and(|ip| net.contains(&ip)),
                Who::Host(name) => same_host(name, host),
            }
        })
    }

    /// The ports that any rule speaks of: each gets its own resolver, because a resolver is not told the port.
    pub(super) fn named_ports(&self) -> Vec<u16> {
        let mut ports: Vec<u16> =
            self.allow.iter().filter_map(|entry| entry.port).chain(self.open_ports.iter().copied()).collect();
        ports.sort_unstable();
        ports.dedup();
        ports
    }
}

fn same_host(name: &str, host: &str) -> bool {
    name.eq_ignore_ascii_case(host.trim_end_matches('.'))
}

/// IPv4 ranges that are not the public internet: IANA's special-purpose registry, multicast, what is reserved,
/// and the address at which one large cloud answers its machines.
const CLOSED_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),        // "this network"
    (Ipv4Addr::new(10, 0, 0, 0), 8),       // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),    // carrier-grade NAT; holds a cloud's metadata at 100.100.100.200
    (Ipv4Addr::new(127, 0, 0, 0), 8),      // loopback
    (Ipv4Addr::new(168, 63, 129, 16), 32), // a cloud's machine agent
    (Ipv4Addr::new(169, 254, 0, 0), 16),   // link-local, and the metadata of most clouds
    (Ipv4Addr::new(172, 16, 0, 0), 12),    // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),     // protocol assignments; another metadata address
    (Ipv4Addr::new(192, 0, 2, 0), 24),     // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),   // 6to4 relays
    (Ipv4Addr::new(192, 168, 0, 0), 16),   // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),    // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24),  // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),   // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),      // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),      // reserved, and broadcast
];

/// Parts of 2000::/3 that are not the public internet. All outside of 2000::/3 is closed anyway.
const CLOSED_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocol assignments: Teredo, benchmarks, ORCHID
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4: wraps any IPv4 address
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
const NAT64: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Whether an address belongs to the public internet. An address that carries an IPv4 address (mapped, NAT64)
/// is judged by that one.
pub fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) if within_v6(ip, NAT64) => is_public_v4(Ipv4Addr::from_bits(ip.to_bits() as u32)),
        IpAddr::V6(ip) => within_v6(ip, GLOBAL_V6) && !CLOSED_V6.iter().any(|net| within_v6(ip, *net)),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    !CLOSED_V4.iter().any(|(net, bits)| (ip.to_bits() ^ net.to_bits()) >> (32 - bits) == 0)
}

fn within_v6(ip: Ipv6Addr, (net, bits): (Ipv6Addr, u32)) -> bool {
    (ip.to_bits() ^ net.to_bits()) >> (128 - bits) == 0
}

#[cfg(test)]
mod tests;
