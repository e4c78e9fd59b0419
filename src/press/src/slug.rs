//! Names in addresses: from titles and file names, safe as URL segments and as file names.

/// A file or folder name, tag or heading as a segment: lower case, letters and digits of any script, `-`, `_`, `.`.
pub(crate) fn slugify(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_slug(&mut out, text, true);
    out
}

/// The id of a heading: as GitHub makes them, without dots.
pub(crate) fn heading_id(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_slug(&mut out, text, false);
    out
}

fn push_slug(out: &mut String, text: &str, dots: bool) {
    let mut gap = false;
    for c in text.chars() {
        let kept = match c {
            'a'..='z' | '0'..='9' | '_' => Some(c),
            'A'..='Z' => Some(c.to_ascii_lowercase()),
            '.' if dots => Some(c),
            ' ' | '-' | '\t' | '\n' | '/' => None,
            c if !c.is_ascii() && c.is_alphanumeric() => {
                flush(out, &mut gap);
                out.extend(c.to_lowercase());
                continue;
            }
            // Marks of letters (accents on their own, vowel signs) belong to the word; other signs vanish.
            c if !c.is_ascii() && !c.is_whitespace() && !c.is_control() && is_mark(c) => Some(c),
            _ => continue,
        };
        match kept {
            Some(c) => {
                flush(out, &mut gap);
                out.push(c);
            }
            None => gap = true,
        }
    }
    while dots && out.ends_with('.') {
        out.pop();
    }
    while dots && out.starts_with('.') {
        out.remove(0);
    }
}

fn flush(out: &mut String, gap: &mut bool) {
    if *gap && !out.is_empty() {
        out.push('-');
    }
    *gap = false;
}

/// Combining marks of the scripts in common use, without a table of all of Unicode.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{d7f}' | '\u{e31}'..='\u{e4e}' | '\u{64b}'..='\u{65f}' | '\u{5b0}'..='\u{5c7}')
}

/// Longest segment: with `index.html.br` and a temporary suffix it still fits into the 255 bytes of file systems.
const LONGEST: usize = 200;

/// A slug as the author writes it in front matter: one segment, already safe.
pub(crate) fn checked(text: &str) -> Result<String, (String, String)> {
    let slug = slugify(text);
    if text.contains(['/', '\\', '\0']) || text.contains("..") || slug.is_empty() || slug.len() > LONGEST {
        let cure = "Use one name of letters, digits and dashes, at most 200 bytes.".to_owned();
        return Err((format!("`{text}` cannot be part of an address"), cure));
    }
    Ok(slug)
}

/// An old address that leads to a page now: a path inside the site.
pub(crate) fn check_alias(alias: &str) -> Result<(), &'static str> {
    let inner = alias.trim_matches('/');
    if alias.starts_with("//")
        || alias.contains(['\\', '?', '#', '\0', '\n', '\r', '"', '<', '>', '%'])
        || alias.contains(':')
    {
        return Err("is not a path inside the site");
    }
    if inner.is_empty()
        || inner
            .split('/')
            .any(|segment| segment.is_empty() || segment.starts_with('.') || segment.len() > LONGEST)
    {
        return Err("has an empty, hidden, climbing or too long segment");
    }
    Ok(())
}

/// Percent-encodes what is not allowed in a URL path; most paths come back as they are.
pub(crate) fn encode_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'/'
            | b'-'
            | b'_'
            | b'.'
            | b'~'
            | b'!'
            | b'$'
            | b'\''
            | b'('
            | b')'
            | b'*'
            | b'+'
            | b','
            | b';'
            | b'='
            | b':'
            | b'@' => {
                out.push(byte as char);
            }
            _ => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                out.push('%');
                out.push(HEX[usize::from(byte >> 4)] as char);
                out.push(HEX[usize::from(byte & 15)] as char);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_keep_letters_of_every_script_and_lose_the_rest() {
        assert_eq!(slugify("Hello, World!"), "hello-world");
        assert_eq!(slugify("Größe & Maß"), "größe-maß");
        assert_eq!(slugify("v1.2 notes"), "v1.2-notes");
        assert_eq!(slugify("..hidden.."), "hidden");
        assert_eq!(heading_id("What is `foo.bar`?"), "what-is-foobar");
    }

    #[test]
    fn a_slug_in_front_matter_is_one_safe_segment() {
        assert!(checked("../up").is_err());
        assert!(checked("a/b").is_err());
        assert!(checked("???").is_err());
        assert_eq!(checked("Start here").unwrap(), "start-here");
    }

    #[test]
    fn aliases_stay_inside_the_site() {
        assert!(check_alias("/old/place/").is_ok());
        for bad in ["//evil.example", "/../up", "javascript:alert(1)", "/", "/a?b"] {
            assert!(check_alias(bad).is_err(), "{bad}");
        }
    }
}
