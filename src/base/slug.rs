//! The part of an address that people choose.

use std::fmt;
use std::str::FromStr;

/// `[a-z0-9]` with single hyphens inside, 1 to 63 characters: safe in a path, a host label and a file name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Slug(String);

/// Why a text is no slug, and one that would be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{text}\" is no slug: use a-z, 0-9 and single hyphens, 1 to 63 characters, such as \"{suggestion}\""
)]
pub struct BadSlug {
    text: String,
    suggestion: String,
}

const LONGEST: usize = 63;

impl Slug {
    /// The nearest slug to a title; `fallback` where nothing of it is left.
    pub fn from_title(title: &str, fallback: &str) -> Slug {
        let mut text = String::new();
        for c in title.chars().flat_map(char::to_lowercase) {
            match c {
                'a'..='z' | '0'..='9' => text.push(c),
                '\'' | '’' => {}
                _ => match fold(c) {
                    Some(plain) => text.push_str(plain),
                    None if !text.ends_with('-') && !text.is_empty() => text.push('-'),
                    None => {}
                },
            }
            if text.len() >= LONGEST {
                break;
            }
        }
        text.truncate(LONGEST);
        let text = text.trim_matches('-');
        Slug(if text.is_empty() { fallback } else { text }.to_owned())
    }

    /// The slug's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Letters that lose only a mark when written plainly.
fn fold(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'ī' => "i",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ō' => "o",
        'ö' | 'œ' | 'ø' => "oe",
        'ß' => "ss",
        'ś' | 'š' => "s",
        'ù' | 'ú' | 'û' | 'ū' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'ł' => "l",
        _ => return None,
    })
}

impl FromStr for Slug {
    type Err = BadSlug;

    fn from_str(text: &str) -> Result<Slug, BadSlug> {
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let hyphens = text.starts_with('-') || text.ends_with('-') || text.contains("--");
        if text.is_empty() || text.len() > LONGEST || !plain || hyphens {
            let suggestion = Slug::from_title(text, "page").0;
            return Err(BadSlug { text: text.chars().take(LONGEST).collect(), suggestion });
        }
        Ok(Slug(text.to_owned()))
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Slug {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_that_would_leave_its_folder_is_refused_with_one_that_would_not() {
        let refused = "../../etc/passwd".parse::<Slug>().unwrap_err();
        assert!(refused.to_string().ends_with("such as \"etc-passwd\""), "{refused}");
    }

    #[test]
    fn a_title_becomes_a_slug_that_is_one() {
        for title in ["What is Ownership?", "Größe & Maß", "  --  ", "日本語", "it’s 3 % — or 4?"] {
            let slug = Slug::from_title(title, "page");
            assert_eq!(slug.as_str().parse::<Slug>(), Ok(slug.clone()), "{title}");
        }
        assert_eq!(Slug::from_title("Größe & Maß", "page").as_str(), "groesse-mass");
        assert_eq!(Slug::from_title("日本語", "page").as_str(), "page");
    }
}
