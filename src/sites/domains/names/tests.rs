use super::*;

fn refused(text: &str) -> &'static str {
    let own = ["sites.service.com".parse().unwrap(), "console.service.com".parse().unwrap()];
    name(text, &own).map_or_else(|fault| fault.code(), |_| "")
}

#[test]
fn names_of_nobody_and_of_the_operator_are_refused() {
    for text in ["127.0.0.1", "[::1]", "::1", "1.2.3.4.", "0x7f.1", "127.1"] {
        assert_eq!(refused(text), "ip_address", "{text}");
    }
    for text in
        ["localhost", "a.localhost", "nas.local", "x.internal", "com", "co.uk", "github.io", "intranet"]
    {
        assert_eq!(refused(text), "reserved", "{text}");
    }
    for text in ["sites.service.com", "acme.sites.service.com", "Console.Service.com."] {
        assert_eq!(refused(text), "reserved", "{text}");
    }
    for text in ["https://a.com", "a.com/x", "a..com", "-a.com", "a b.com", "", "*.a.com"] {
        assert_eq!(refused(text), "form", "{text}");
    }
}

#[test]
fn a_name_that_poses_as_another_is_refused_and_one_in_its_own_script_is_not() {
    // Cyrillic а in a Latin word; a word of Cyrillic letters that all look Latin; Greek ο; a phonetic ɡ; a bad punycode.
    for text in [
        "pаypal.com",
        "аррӏе.com",
        "gοοgle.com",
        "ɡoogle.com",
        "xn--a.com",
        "xn--80ak6aa92e.com",
        "gooーgle.com",
        "l·l.com",
    ] {
        assert_eq!(refused(text), "look_alike", "{text}");
    }
    for text in
        ["bücher.de", "пример-сайт.com", "日本語データ.jp", "docs.acme.com", "www.acme.co.uk", "한국말.com"]
    {
        assert_eq!(refused(text), "", "{text}: {:?}", name(text, &[]));
    }
}

#[test]
fn www_is_proved_with_its_domain() {
    let proved = |text: &str| proved_by(&text.parse().unwrap()).to_owned();
    assert_eq!(proved("www.acme.com"), "acme.com");
    assert_eq!(proved("www.docs.acme.com"), "docs.acme.com");
    assert_eq!(proved("docs.acme.com"), "docs.acme.com");
    assert_eq!(proved("www.co.uk"), "www.co.uk", "nobody proves a suffix");
}
