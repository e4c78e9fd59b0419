//! A robots.txt read into groups, and what it allows.

use std::time::Duration;

use url::{Position, Url};

use super::pattern;

/// Bytes that are read: RFC 9309 asks for at least 500 KiB.
const MOST_BYTES: usize = 500 * 1024;

/// A robots.txt.
#[derive(Debug, Clone, Default)]
pub struct Robots {
    groups: Vec<Group>,
    sitemaps: Vec<String>,
}

#[derive(Debug, Clone, Default)]
struct Group {
    agents: Vec<String>,
    rules: Vec<Rule>,
    delay: Option<Duration>,
}

#[derive(Debug, Clone)]
struct Rule {
    allow: bool,
    pattern: String,
    line: String,
}

/// Whether an address may be fetched, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// It may be fetched.
    pub allowed: bool,
    /// The line that decided; `None` when no line speaks of it.
    pub line: Option<String>,
}

impl Robots {
    /// Reads the text. Nothing is an error: lines that are not understood are skipped, as the RFC asks.
    pub fn parse(text: &str) -> Robots {
        let text = &text[..text.floor_char_boundary(MOST_BYTES)];
        let mut robots = Robots::default();
        let mut naming = false;
        for line in text.trim_start_matches('\u{feff}').split(['\n', '\r', '\0']) {
            let line = line.split('#').next().unwrap_or("").trim();
            let Some((key, value)) = line.split_once(':') else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            match key.as_str() {
                "user-agent" => {
                    if !naming {
                        robots.groups.push(Group::default());
                    }
                    naming = true;
                    if let Some(group) = robots.groups.last_mut() {
                        group.agents.push(token(value));
                    }
                }
                "allow" | "disallow" => {
                    naming = false;
                    // Rules before any user-agent belong to nobody; an empty pattern is no rule.
                    if let (Some(group), false) = (robots.groups.last_mut(), value.is_empty()) {
                        let pattern = pattern::normal(value);
                        group.rules.push(Rule { allow: key == "allow", pattern, line: line.to_owned() });
                    }
                }
                // Other records do not end a group.
                "crawl-delay" => {
                    let delay =
                        value.parse().ok().and_then(|seconds| Duration::try_from_secs_f32(seconds).ok());
                    if let Some(group) = robots.groups.last_mut() {
                        group.delay = group.delay.or(delay);
                    }
                }
                "sitemap" => robots.sitemaps.push(value.to_owned()),
                _ => {}
            }
        }
        robots
    }

    /// The Sitemap lines, as written.
    pub fn sitemaps(&self) -> &[String] {
        &self.sitemaps
    }

    /// Whether the agent (its product token, `Googlebot`) may fetch the address.
    ///
    /// Of the rules that match the longest decides, and of two as long the one that allows. All groups that name the
    /// agent count as one; `*` speaks only to those that no group names.
    pub fn decide(&self, agent: &str, url: &Url) -> Decision {
        let path = pattern::normal(&url[Position::BeforePath..Position::AfterQuery]);
        if path == "/robots.txt" {
            return Decision { allowed: true, line: None };
        }
        let matching = self
            .groups_of(agent)
            .into_iter()
            .flat_map(|group| &group.rules)
            .filter(|rule| pattern::matches(&rule.pattern, &path));
        let best = matching.max_by_key(|rule| (rule.pattern.len(), rule.allow));
        match best {
            Some(rule) => Decision { allowed: rule.allow, line: Some(rule.line.clone()) },
            None => Decision { allowed: true, line: None },
        }
    }
}

impl Robots {
    /// The pause between two requests that the agent is asked for: no part of the RFC, but of many files.
    pub fn delay(&self, agent: &str) -> Option<Duration> {
        self.groups_of(agent).into_iter().find_map(|group| group.delay)
    }

    fn groups_of(&self, agent: &str) -> Vec<&Group> {
        let named = |name: &str| -> Vec<&Group> {
            self.groups.iter().filter(|group| group.agents.iter().any(|agent| agent == name)).collect()
        };
        let own = named(&token(agent));
        if own.is_empty() { named("*") } else { own }
    }
}

/// The product token of a user-agent line: letters, `_` and `-`, in lower case; `*` is itself. Digits are taken as
/// well, for names in use have them.
fn token(value: &str) -> String {
    if value.starts_with('*') {
        return "*".to_owned();
    }
    let end =
        value.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')).unwrap_or(value.len());
    value[..end].to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(robots: &str, agent: &str, path: &str) -> bool {
        let url = Url::parse(&format!("https://acme.example{path}")).unwrap();
        Robots::parse(robots).decide(agent, &url).allowed
    }

    /// RFC 9309, section 5.1.
    const SIMPLE: &str = "User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n\n\
        User-Agent: foobot\nDisallow:/\nAllow:/example/page.html\nAllow:/example/allowed.gif\n\n\
        User-Agent: barbot\nUser-Agent: bazbot\nDisallow: /example/page.html\n\nUser-Agent: quxbot\n";

    #[test]
    fn the_simple_example_of_the_rfc_reads_as_the_rfc_says() {
        assert!(!allowed(SIMPLE, "otherbot", "/a/b.gif"));
        assert!(allowed(SIMPLE, "otherbot", "/a/b.gifs"));
        assert!(!allowed(SIMPLE, "otherbot", "/example/x"));
        assert!(allowed(SIMPLE, "otherbot", "/publications/x"));
        assert!(!allowed(SIMPLE, "foobot", "/"));
        assert!(allowed(SIMPLE, "foobot", "/example/page.html"));
        assert!(allowed(SIMPLE, "FooBot/2.1", "/example/allowed.gif"));
        assert!(!allowed(SIMPLE, "barbot", "/example/page.html"));
        assert!(!allowed(SIMPLE, "bazbot", "/example/page.html"));
        assert!(allowed(SIMPLE, "bazbot", "/a/b.gif"), "a group of its own replaces *");
        assert!(allowed(SIMPLE, "quxbot", "/example/x"), "an empty group allows all");
    }

    /// RFC 9309, section 5.2.
    #[test]
    fn the_longest_match_decides() {
        let robots = "User-agent: foobot\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n";
        assert!(!allowed(robots, "foobot", "/example/page/disallowed.gif"));
        assert!(allowed(robots, "foobot", "/example/page/other.gif"));
    }

    #[test]
    fn of_two_rules_as_long_the_one_that_allows_decides() {
        assert!(allowed("user-agent: *\ndisallow: /p\nallow: /p\n", "x", "/page"));
    }

    #[test]
    fn groups_of_the_same_agent_are_one() {
        let robots =
            "user-agent: foo\ndisallow: /a\n\nuser-agent: *\ndisallow: /\n\nuser-agent: Foo\ndisallow: /b\n";
        assert!(
            !allowed(robots, "foo", "/a") && !allowed(robots, "foo", "/b") && allowed(robots, "foo", "/c")
        );
    }

    /// The table of RFC 9309, section 2.2.2.
    #[test]
    fn percent_encoding_is_brought_to_one_form_before_comparing() {
        for (path, uri) in [
            ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
            ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https://foo.bar"),
            ("/foo/bar/ツ", "/foo/bar/%E3%83%84"),
            ("/foo/bar/%E3%83%84", "/foo/bar/ツ"),
            ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
            ("/foo/bar/baz", "/foo/bar/%62%61%7a"),
        ] {
            assert!(!allowed(&format!("user-agent: *\ndisallow: {path}"), "x", uri), "{path} and {uri}");
        }
        assert!(allowed("user-agent: *\ndisallow: /a/b", "x", "/a%2Fb"), "an encoded slash is another path");
    }

    #[test]
    fn wildcards_match_any_run_and_a_dollar_the_end() {
        assert!(!allowed("user-agent: *\ndisallow: /*/x*.php$", "q", "/a/b/x1/y.php"));
        assert!(allowed("user-agent: *\ndisallow: /*/x*.php$", "q", "/a/b/x1/y.php5"));
        assert!(!allowed("user-agent: *\ndisallow: *a*a*a*b", "q", &format!("/{}b", "a".repeat(2000))));
        assert!(allowed("user-agent: *\ndisallow: *a*a*a*b", "q", &format!("/{}", "a".repeat(2000))));
    }

    #[test]
    fn other_records_do_not_end_a_group_and_comments_are_skipped() {
        let robots = "\u{feff}user-agent: foo # the bot\ncrawl-delay: 3\nuser-agent: bar\nSitemap: https://a.example/s.xml\ndisallow: /x # no\n";
        assert!(!allowed(robots, "foo", "/x") && !allowed(robots, "bar", "/x"));
        assert_eq!(Robots::parse(robots).sitemaps(), ["https://a.example/s.xml"]);
    }

    #[test]
    fn the_line_that_decided_is_told() {
        let url = Url::parse("https://a.example/x").unwrap();
        let decision = Robots::parse("User-agent: *\nDisallow: /").decide("GPTBot", &url);
        assert_eq!(decision, Decision { allowed: false, line: Some("Disallow: /".to_owned()) });
    }
}
