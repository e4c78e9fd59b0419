//! Whose address a request comes from, where proxies stand in front. Headers are believed as far as somebody that the
//! operator has named has written them, and no further.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;

/// Hops that are looked at: whoever sends more of them has made them up.
const HOPS: usize = 32;

/// Proxies whose word about their clients is taken: an address or a network (CIDR).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proxies(IpNet);

/// What is neither an address nor a network.
#[derive(Debug, thiserror::Error)]
#[error("\"{0}\" is no address and no network: write 10.0.0.7, 10.0.0.0/8 or fd00::/8")]
pub struct BadProxies(String);

impl Proxies {
    /// Whether this is the address of one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for Proxies {
    type Err = BadProxies;

    fn from_str(text: &str) -> Result<Proxies, BadProxies> {
        let alone = || text.parse::<IpAddr>().map(IpNet::from);
        let net = text.parse::<IpNet>().or_else(|_| alone());
        net.map(Proxies).map_err(|_| BadProxies(text.chars().take(80).collect()))
    }
}

impl fmt::Display for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The client's address: the peer's or, where the peer is a known proxy, the last hop of `X-Forwarded-For` that is none.
/// `lines` are the header's lines in their order. `Forwarded` and `X-Real-IP` are not asked: proxies pass on what
/// strangers have put in there.
pub fn client<'a>(
    peer: IpAddr,
    lines: impl DoubleEndedIterator<Item = &'a [u8]>,
    proxies: &[Proxies],
) -> IpAddr {
    let is_proxy = |address: &IpAddr| proxies.iter().any(|known| known.contains(*address));
    let mut client = peer.to_canonical();
    let hops = lines.rev().flat_map(|line| line.rsplit(|byte| *byte == b','));
    for hop in hops.take(HOPS) {
        // Who is no proxy has written everything to the left of it; what can't be read ends what can be believed.
        match parsed(hop) {
            Some(before) if is_proxy(&client) => client = before,
            _ => break,
        }
    }
    client
}

/// An address, with or without a port.
fn parsed(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?.trim();
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse::<IpAddr>().ok().or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, lines: &[&str]) -> String {
        let proxies = ["10.0.0.0/8", "192.0.2.1", "fd00::/8"].map(|text| text.parse().unwrap());
        let lines = lines.iter().map(|line| line.as_bytes());
        client(peer.parse().unwrap(), lines, &proxies).to_string()
    }

    #[test]
    fn a_strangers_headers_say_nothing() {
        assert_eq!(from("198.51.100.7", &["203.0.113.1"]), "198.51.100.7");
        assert_eq!(
            client([198, 51, 100, 7].into(), ["10.0.0.1".as_bytes()].into_iter(), &[]).to_string(),
            "198.51.100.7"
        );
    }

    #[test]
    fn the_last_hop_that_is_no_proxy_is_the_client() {
        assert_eq!(from("10.0.0.1", &["203.0.113.1"]), "203.0.113.1");
        assert_eq!(from("10.0.0.1", &["1.1.1.1, 203.0.113.1, 192.0.2.1"]), "203.0.113.1");
        assert_eq!(
            from("10.0.0.1", &["1.1.1.1", "203.0.113.1", "10.9.9.9"]),
            "203.0.113.1",
            "over several lines"
        );
        assert_eq!(from("::ffff:10.0.0.1", &["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(from("fd00::1", &["::ffff:203.0.113.1"]), "203.0.113.1");
        assert_eq!(from("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3", "proxies alone: the first of them");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn what_can_not_be_read_ends_the_walk_at_the_last_hop_that_can_be_believed() {
        for garbage in
            ["", "unknown", "203.0.113.1, ", "203.0.113.1, _hidden", "203.0.113.1 10.0.0.2", "\u{e4}"]
        {
            assert_eq!(from("10.0.0.1", &[garbage]), "10.0.0.1", "{garbage:?}");
        }
        assert_eq!(from("10.0.0.1", &["203.0.113.1, what?, 10.0.0.2"]), "10.0.0.2");
        let long = "10.0.0.2,".repeat(100_000);
        assert_eq!(from("10.0.0.1", &[&format!("203.0.113.1,{long}10.0.0.3")]), "10.0.0.2");
    }

    #[test]
    fn a_network_that_is_none_is_refused_with_what_would_be_one() {
        let refused = "10.0.0.0/33".parse::<Proxies>().unwrap_err().to_string();
        assert!(refused.contains("10.0.0.0/8"), "{refused}");
        assert!("proxy.example".parse::<Proxies>().is_err() && "".parse::<Proxies>().is_err());
    }
}
