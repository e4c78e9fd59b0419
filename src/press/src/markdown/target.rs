//! Where a link points, judged by its text alone.

/// The destination of a link or picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// Another site, a mail address or a telephone number: not checked here.
    External,
    /// A place on the same page.
    Anchor(&'a str),
    /// A document by its path in `content/`: `@/guide/start.md` or a relative `start.md`.
    Document { path: String, fragment: &'a str },
    /// A path of the finished site, decoded, without slashes at its ends: `guide/start`, `pic.png`; empty for the home page.
    Path { path: String, tail: &'a str, fragment: &'a str },
    /// A scheme that could run script or reach into the reader's machine.
    Forbidden,
}

/// Judges a destination as written in the document at `document` (`guide/start.md`).
pub(crate) fn classify<'a>(destination: &'a str, document: &str) -> Target<'a> {
    if let Some(fragment) = destination.strip_prefix('#') {
        return Target::Anchor(fragment);
    }
    if destination.starts_with("//") || has_scheme(destination) {
        return scheme_target(destination);
    }
    let (before, fragment) = destination.split_once('#').unwrap_or((destination, ""));
    let end = before.find('?').unwrap_or(before.len());
    let (path, tail) = (&before[..end], &destination[end..]);
    if let Some(path) = path.strip_prefix("@/") {
        return Target::Document { path: decode(path), fragment };
    }
    let is_document = path.ends_with(".md") || path.ends_with(".markdown");
    if let Some(path) = path.strip_prefix('/') {
        // A root path that ends in .md is the Markdown mirror of a page: a file of the finished site.
        return Target::Path { path: decode(path.trim_matches('/')), tail, fragment };
    }
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let joined = join(folder, &decode(path));
    if is_document {
        Target::Document { path: joined, fragment }
    } else {
        Target::Path { path: joined, tail, fragment }
    }
}

fn has_scheme(destination: &str) -> bool {
    let end = destination.find([':', '/', '?', '#']);
    end.is_some_and(|end| destination.as_bytes()[end] == b':')
}

fn scheme_target(destination: &str) -> Target<'static> {
    let scheme = destination.split(':').next().unwrap_or_default();
    let allowed = ["http", "https", "mailto", "tel"];
    if destination.starts_with("//") || allowed.iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        Target::External
    } else {
        Target::Forbidden
    }
}

/// Joins a relative path to a folder; `..` above the root stays visible as such, so that it is found broken.
fn join(folder: &str, path: &str) -> String {
    let mut segments: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    segments.join("/")
}

/// Undoes percent-encoding; what is not valid UTF-8 then stays encoded.
pub(crate) fn decode(path: &str) -> String {
    if !path.contains('%') {
        return path.to_owned();
    }
    let hex = |byte: u8| (byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = bytes.get(at + 1).copied().and_then(hex).zip(bytes.get(at + 2).copied().and_then(hex));
        match (bytes[at], pair) {
            (b'%', Some((high, low))) => {
                out.push(high * 16 + low);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_told_apart() {
        let judge = |destination: &'static str| classify(destination, "guide/start.md");
        let document = |path: &str, fragment| Target::Document { path: path.to_owned(), fragment };
        let path = |path: &str, tail, fragment| Target::Path { path: path.to_owned(), tail, fragment };
        assert_eq!(judge("https://a.example"), Target::External);
        assert_eq!(judge("MAILTO:a@b.example"), Target::External);
        assert_eq!(judge("#top"), Target::Anchor("top"));
        assert_eq!(judge("@/a/b.md#x"), document("a/b.md", "x"));
        assert_eq!(judge("../a.md"), document("a.md", ""));
        assert_eq!(judge("next.md#x"), document("guide/next.md", "x"));
        assert_eq!(judge("/guide/start/?q=1#x"), path("guide/start", "?q=1#x", "x"));
        assert_eq!(judge("pic%20one.png"), path("guide/pic one.png", "", ""));
        assert_eq!(judge("/"), path("", "", ""));
        assert_eq!(judge("../../../x"), path("../../x", "", ""));
    }

    #[test]
    fn script_is_no_destination() {
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
        ] {
            assert_eq!(classify(bad, "a.md"), Target::Forbidden, "{bad}");
        }
    }
}
