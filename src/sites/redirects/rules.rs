//! Which paths may be redirected, and where to. Pure.

use url::Url;

use crate::base::HostName;

/// The most that a site may have.
pub(super) const MOST: u64 = 10_000;

const LONGEST_PATH: usize = 800;
/// Parts become folders of the published tree, whose names are bounded by the file system.
const LONGEST_PART: usize = 200;
const LONGEST_TARGET: usize = 2_000;
/// Any host will do to read a path: what leaves it was no path.
const HERE: &str = "https://here.invalid";

/// What is wrong with a redirect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedirectFault {
    /// No path of a site.
    #[error("\"{0}\" is no path to redirect: write it as /old/page, without host, ?, # and ..")]
    From(String),
    /// The home page.
    #[error("the home page can't be redirected: it always has a page of its own")]
    Home,
    /// The product's own addresses.
    #[error("{0} can't be redirected: paths that begin with /_ are the product's own")]
    Reserved(String),
    /// Neither a path nor an address on the web.
    #[error(
        "\"{0}\" is nowhere to redirect to: write a path such as /new/page, or an https address on a host of yours"
    )]
    To(String),
    /// A host that the organisation does not have.
    #[error("{0} is no host of yours: add it as a domain and have it verified first, or redirect to a path")]
    Foreign(String),
    /// The path has a redirect.
    #[error("{0} is redirected already: delete that redirect first")]
    Taken(String),
    /// It leads back to where it begins.
    #[error("readers would go in a circle ({0}): redirect to where they should end, or delete one of these")]
    Circle(String),
    /// So many hops that browsers and crawlers give up.
    #[error("readers would be sent on more than {0} times: redirect to where they should end")]
    Chain(usize),
    /// A page has the path.
    #[error("a page or file of the site lives at {0}: take it off first, or redirect another path")]
    Shadowed(String),
    /// Neither of the two statuses that say so for good.
    #[error("{0} is no status of a redirect here: use 301, or 308 for clients that repeat a method")]
    Status(u16),
    /// The site has as many as it may have.
    #[error("a site has {MOST} redirects at most: delete some that nobody follows any more")]
    TooMany,
}

impl RedirectFault {
    /// For programs.
    pub fn code(&self) -> &'static str {
        match self {
            RedirectFault::From(_) => "bad_path",
            RedirectFault::Home | RedirectFault::Reserved(_) => "reserved",
            RedirectFault::To(_) => "bad_target",
            RedirectFault::Foreign(_) => "foreign_host",
            RedirectFault::Taken(_) => "taken",
            RedirectFault::Circle(_) => "circle",
            RedirectFault::Chain(_) => "chain",
            RedirectFault::Shadowed(_) => "shadowed",
            RedirectFault::Status(_) => "status",
            RedirectFault::TooMany => "too_many",
        }
    }

    /// What is to be mended: `from`, `to` or `status`.
    pub fn field(&self) -> &'static str {
        use RedirectFault::{Chain, Circle, Foreign, Status, To};
        match self {
            To(_) | Foreign(_) | Circle(_) | Chain(_) => "to",
            Status(_) => "status",
            _ => "from",
        }
    }
}

/// Where a redirect leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// As it is sent: a path, or a whole address.
    pub text: String,
    /// The host; absent for the site itself.
    pub host: Option<HostName>,
    /// The path as a redirect of that host would have it; absent where none could.
    pub path: Option<String>,
}

/// The one form of a path that readers ask for: decoded, without the slash or index.html at its end, `""` for the home page.
pub(super) fn folded(path: &str) -> Option<String> {
    let decoded = percent_encoding::percent_decode_str(path.strip_prefix('/')?).decode_utf8().ok()?;
    let stem = decoded.strip_suffix("index.html").filter(|stem| stem.is_empty() || stem.ends_with('/'));
    let stem = stem.unwrap_or(&decoded);
    let stem = stem.strip_suffix('/').unwrap_or(stem);
    if stem.is_empty() {
        return Some(String::new());
    }
    let plain = |part: &str| {
        let size = (1..=LONGEST_PART).contains(&part.len());
        let special = [".", "..", "index.html"].contains(&part);
        size && !special && !part.chars().any(|c| c.is_control() || c == '\\')
    };
    (stem.len() <= LONGEST_PATH && stem.split('/').all(plain)).then(|| format!("/{stem}"))
}

/// The path that is to be redirected, in its one form.
pub(super) fn from(text: &str) -> Result<String, RedirectFault> {
    let bad = || RedirectFault::From(shortened(text));
    if text.contains(['?', '#']) {
        return Err(bad());
    }
    let path = folded(text).ok_or_else(bad)?;
    if path.is_empty() {
        return Err(RedirectFault::Home);
    }
    if path.starts_with("/_") {
        return Err(RedirectFault::Reserved(path));
    }
    Ok(path)
}

/// Reads a target. Browsers take a backslash for a slash and drop tabs and line ends, so neither may stand in one.
pub(super) fn to(text: &str) -> Result<Target, RedirectFault> {
    let bad = || RedirectFault::To(shortened(text));
    let odd = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
    if text.len() > LONGEST_TARGET || text.contains(odd) || text.starts_with("//") {
        return Err(bad());
    }
    if text.starts_with('/') {
        let url = Url::parse(HERE).and_then(|here| here.join(text)).map_err(|_| bad())?;
        let text = url.as_str().strip_prefix(HERE).filter(|rest| !rest.starts_with("//")).ok_or_else(bad)?;
        return Ok(Target { text: text.to_owned(), host: None, path: folded(url.path()) });
    }
    let url = Url::parse(text).map_err(|_| bad())?;
    let plain = ["http", "https"].contains(&url.scheme())
        && url.username().is_empty()
        && url.password().is_none()
        && text.contains("://");
    let host = url.domain().filter(|_| plain).and_then(|host| host.parse().ok()).ok_or_else(bad)?;
    Ok(Target { text: url.to_string(), host: Some(host), path: folded(url.path()) })
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_path_is_one_path() {
        for spelling in ["/old/page", "/old/page/", "/old/page/index.html", "/old/p%61ge"] {
            assert_eq!(from(spelling).as_deref(), Ok("/old/page"), "{spelling}");
        }
        assert_eq!(from("/caf%C3%A9"), from("/café"));
    }

    #[test]
    fn what_is_no_path_of_a_site_can_not_be_redirected() {
        let bad =
            ["", "old", "//evil", "/a//b", "/../x", "/%2e%2e/x", "/a?b", "/a#b", "/a\\b", "/%00", "/%ff"];
        for path in bad {
            assert!(matches!(from(path), Err(RedirectFault::From(_))), "{path:?}");
        }
        assert_eq!(from("/"), Err(RedirectFault::Home));
        assert!(matches!(from("/_preview/x"), Err(RedirectFault::Reserved(_))));
    }

    #[test]
    fn a_target_that_could_lead_a_browser_elsewhere_is_none() {
        let bad = [
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "https:evil.example",
            "/\t/evil.example",
            " //evil.example",
            "https://you@evil.example/",
            "https://127.0.0.1/",
            "ftp://a.example/",
            "/..//evil.example",
            "evil",
            "",
        ];
        for target in bad {
            assert!(matches!(to(target), Err(RedirectFault::To(_))), "{target:?}");
        }
        let own = to("/new page".replace(' ', "%20").as_str()).unwrap();
        assert_eq!((own.text.as_str(), own.path.as_deref()), ("/new%20page", Some("/new page")));
        let other = to("https://Docs.Example/a?b#c").unwrap();
        assert_eq!(other.text, "https://docs.example/a?b#c");
        assert_eq!(other.host.unwrap().as_str(), "docs.example");
    }
}
