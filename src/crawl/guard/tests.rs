use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn no_special_address_is_public_and_its_neighbours_are() {
    // First and last address of each range, then the neighbours just outside of it.
    let ranges = [
        ("0.0.0.0", "0.255.255.255", "", "1.0.0.0"),
        ("10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"),
        ("100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"),
        ("127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"),
        ("168.63.129.16", "168.63.129.16", "168.63.129.15", "168.63.129.17"),
        ("169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"),
        ("172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"),
        ("192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"),
        ("192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"),
        ("192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"),
        ("192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"),
        ("198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"),
        ("198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"),
        ("203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"),
        ("224.0.0.0", "255.255.255.255", "223.255.255.255", ""),
        ("::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""),
        ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2000:ffff::", "2001:200::"),
        ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7::", "2001:db9::"),
        ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:ffff::", "2003::"),
        ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffe:ffff::", "3fff:1000::"),
        ("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:ffff::", ""),
    ];
    for (first, last, before, after) in ranges {
        for closed in [first, last] {
            assert!(!is_public(ip(closed)), "{closed} is special");
        }
        for open in [before, after].into_iter().filter(|text| !text.is_empty()) {
            assert!(is_public(ip(open)), "{open} is public");
        }
    }
}

#[test]
fn well_known_targets_of_forged_requests_are_refused() {
    let targets = [
        "127.0.0.1",
        "::1",
        "::",
        "0.0.0.0",
        "169.254.169.254",
        "fd00:ec2::254",
        "100.100.100.200",
        "192.0.0.192",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "ff02::1",
        "100::1",
        "64:ff9b:1::a00:1",
        "5f00::1",
    ];
    for target in targets {
        assert!(!is_public(ip(target)), "{target}");
    }
}

#[test]
fn an_ipv4_address_inside_an_ipv6_address_is_judged_as_itself() {
    assert!(!is_public(ip("::ffff:127.0.0.1")));
    assert!(!is_public(ip("::ffff:10.0.0.1")));
    assert!(is_public(ip("::ffff:93.184.215.14")));
    assert!(!is_public(ip("64:ff9b::127.0.0.1")));
    assert!(!is_public(ip("64:ff9b::169.254.169.254")));
    assert!(is_public(ip("64:ff9b::93.184.215.14")));
    assert!(!is_public(ip("2002:7f00:1::")), "6to4 of loopback");
    assert!(!is_public(ip("2002:5db8:d70e::")), "6to4 even of a public address");
    assert!(!is_public(ip("2001:0:53aa:64c:0:0:80ff:fffe")), "Teredo");
    assert!(!is_public(ip("::127.0.0.1")), "IPv4-compatible");
}

#[test]
fn every_spelling_of_loopback_in_a_url_is_loopback() {
    let spellings = [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://127.0.0.1./",
        "http://１２７.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://[0:0:0:0:0:ffff:7f00:1]/",
    ];
    for spelling in spellings {
        let url = url::Url::parse(spelling).unwrap();
        let address = match url.host().unwrap() {
            url::Host::Ipv4(ip) => IpAddr::V4(ip),
            url::Host::Ipv6(ip) => IpAddr::V6(ip),
            url::Host::Domain(name) => panic!("{spelling} was read as the name {name}"),
        };
        assert!(!Guard::new(Vec::new(), &[]).permits("", address, 80), "{spelling}");
    }
}

#[test]
fn only_web_ports_are_open_unless_named() {
    let public = ip("93.184.215.14");
    let guard = Guard::new(Vec::new(), &[8443]);
    assert!(guard.permits("example.com", public, 80) && guard.permits("example.com", public, 8443));
    assert!(!guard.permits("example.com", public, 22) && !guard.could_permit("example.com", 6379));
}

#[test]
fn an_operator_allows_what_he_names_and_nothing_beside_it() {
    let allow = |text: &str| Guard::new(vec![text.parse().unwrap()], &[]);
    let one = allow("127.0.0.1:8080");
    assert!(one.permits("demo.localhost", ip("127.0.0.1"), 8080));
    assert!(one.permits("127.0.0.1", ip("::ffff:127.0.0.1"), 8080));
    assert!(!one.permits("demo.localhost", ip("127.0.0.1"), 80));
    assert!(!one.permits("demo.localhost", ip("127.0.0.2"), 8080));
    assert!(
        !one.permits("example.com", ip("93.184.215.14"), 8080),
        "the port is opened for that address alone"
    );

    let net = allow("10.1.0.0/16");
    assert!(net.permits("wiki", ip("10.1.2.3"), 9000) && !net.permits("wiki", ip("10.2.0.1"), 80));

    let name = allow("wiki.internal:8080");
    assert!(name.permits("WIKI.internal.", ip("10.0.0.9"), 8080));
    assert!(!name.permits("other.internal", ip("10.0.0.9"), 8080));

    assert!(allow("[::1]:81").permits("x", ip("::1"), 81) && allow("::1").permits("x", ip("::1"), 99));
}

#[test]
fn a_wrong_entry_says_how_to_write_one() {
    for text in ["", "10.0.0.0/99", "host:port", "a b", "host:99999", "http://x/"] {
        let refused = text.parse::<Allow>().unwrap_err().to_string();
        assert!(refused.contains("10.1.0.0/16"), "{text}: {refused}");
    }
}
