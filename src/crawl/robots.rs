//! What a host's robots.txt says to this crawler (RFC 9309).

use std::time::Duration;

use checks::robots::Robots;
use url::Url;

use super::config::AGENT;

/// RFC 9309 asks for at least this many bytes to be read; what follows is ignored.
pub(super) const READ: usize = 500 << 10;
/// Redirects that it may take, at least five by the same.
pub(super) const HOPS: usize = 5;

/// A host's rules.
#[derive(Debug)]
pub(super) enum Rules {
    /// There are none: 4xx.
    Open,
    Listed(Robots),
}

impl Rules {
    /// Reads what came for `/robots.txt`.
    ///
    /// # Errors
    /// Why it can't be read: then all is closed for now.
    pub(super) fn read(status: u16, body: &[u8]) -> Result<Rules, String> {
        match status {
            200..300 => {
                let text = String::from_utf8_lossy(&body[..body.len().min(READ)]);
                Ok(Rules::Listed(Robots::parse(&text)))
            }
            // "Too many requests" says nothing about the rules, so it counts with the server errors.
            429 | 500.. => Err(format!("status {status}")),
            _ => Ok(Rules::Open),
        }
    }

    /// Whether a URL of this host may be fetched.
    pub(super) fn allow(&self, url: &Url) -> bool {
        match self {
            Rules::Open => true,
            Rules::Listed(robots) => robots.decide(AGENT, url).allowed,
        }
    }

    /// The pause it asks for.
    pub(super) fn crawl_delay(&self) -> Option<Duration> {
        let Rules::Listed(robots) = self else { return None };
        robots.delay(AGENT)
    }

    /// The sitemaps it names.
    pub(super) fn sitemaps(&self) -> Vec<Url> {
        let Rules::Listed(robots) = self else { return Vec::new() };
        robots.sitemaps().iter().filter_map(|text| Url::parse(text.trim()).ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(robots: &str, path: &str) -> bool {
        let url = Url::parse("https://example.com").unwrap().join(path).unwrap();
        Rules::read(200, robots.as_bytes()).unwrap().allow(&url)
    }

    #[test]
    fn the_longest_rule_wins_and_allow_wins_a_tie() {
        let robots = "User-agent: *\nDisallow: /a\nAllow: /a/open\nDisallow: /b\nAllow: /b\n";
        assert!(!allows(robots, "/a/x") && allows(robots, "/a/open/x") && allows(robots, "/b/x"));
    }

    #[test]
    fn wildcards_and_line_ends_are_understood() {
        let robots = "User-agent: *\nDisallow: /*.pdf$\nDisallow: /x*/y\n";
        assert!(!allows(robots, "/doc.pdf") && allows(robots, "/doc.pdf?x") && !allows(robots, "/xa/y"));
    }

    #[test]
    fn rules_for_this_crawler_replace_those_for_all() {
        let robots = "User-agent: *\nDisallow: /\n\nUser-agent: citepressbot/2.0\nUser-agent: other\nDisallow: /private\n";
        assert!(allows(robots, "/page") && !allows(robots, "/private/x"));
        assert!(allows("User-agent: GPTBot\nDisallow: /\n", "/page"));
        assert!(allows("", "/page") && allows("<html>not found</html>", "/page"));
    }

    #[test]
    fn only_a_missing_file_opens_a_host_that_has_none() {
        let url = Url::parse("https://example.com/a").unwrap();
        assert!(Rules::read(404, b"").unwrap().allow(&url) && Rules::read(403, b"").unwrap().allow(&url));
        for status in [429, 500, 503] {
            assert!(Rules::read(status, b"User-agent: *\nAllow: /\n").is_err(), "{status}");
        }
    }

    #[test]
    fn delay_and_sitemaps_are_read() {
        let rules = Rules::read(
            200,
            b"Sitemap: https://example.com/s.xml\r\nSitemap: nonsense\r\nUser-agent: *\r\nCrawl-delay: 2.5\r\n",
        )
        .unwrap();
        assert_eq!(rules.crawl_delay(), Some(Duration::from_millis(2500)));
        assert_eq!(rules.sitemaps(), [Url::parse("https://example.com/s.xml").unwrap()]);
        assert_eq!(Rules::read(200, b"User-agent: *\nCrawl-delay: -1\n").unwrap().crawl_delay(), None);
    }

    #[test]
    fn hostile_rules_take_no_time() {
        let star = format!("User-agent: *\nDisallow: /{}\n", "*a".repeat(50_000));
        let path = format!("/{}", "a".repeat(4000));
        let start = std::time::Instant::now();
        assert!(allows(&star, &path));
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    }
}
