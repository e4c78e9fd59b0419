//! Takes out of a text what is nobody else's business: addresses of people, machines and pages, and whatever looks like a key.

use std::net::{IpAddr, SocketAddr};

/// What stands where something was taken out.
const OUT: &str = "[…]";
/// Longer texts say nothing more.
const LONGEST: usize = 2_000;
/// A word of letters and digits that is longer than that is an id or a key.
const LONGEST_WORD: usize = 24;

/// The text, with what must not leave the house replaced.
pub(super) fn scrubbed(text: &str) -> String {
    let mut clean = String::with_capacity(text.len().min(LONGEST));
    for part in text.split_inclusive(is_border) {
        let word = part.trim_end_matches(is_border);
        // An address of a page goes as a whole, with whatever it hands over.
        if word.contains("://") {
            clean.push_str(OUT);
        } else {
            word.split_inclusive(is_joint).for_each(|piece| clean.push_str(&cleaned(piece)));
        }
        clean.push_str(&part[word.len()..]);
        if clean.len() >= LONGEST {
            clean.truncate(clean.floor_char_boundary(LONGEST));
            break;
        }
    }
    clean
}

/// A piece of a word, with what stands behind it.
fn cleaned(piece: &str) -> String {
    let word = piece.trim_end_matches(is_joint);
    let bare = word.trim_matches(|c: char| ".;:!?".contains(c));
    if is_private(bare) { format!("{OUT}{}", &piece[word.len()..]) } else { piece.to_owned() }
}

fn is_border(c: char) -> bool {
    c.is_whitespace() || "\"'`<>()[]{}".contains(c)
}

fn is_joint(c: char) -> bool {
    "|=,".contains(c)
}

fn is_private(word: &str) -> bool {
    let is_machine = word.parse::<IpAddr>().is_ok() || word.parse::<SocketAddr>().is_ok();
    is_machine || word.contains('@') || word.starts_with('/') || is_secret(word) || is_host(word)
}

/// Names of hosts, with or without a port: two letters or more behind a dot. `main.rs:12` is a place in the program.
fn is_host(word: &str) -> bool {
    let name = word.split_once(':').map_or(word, |(name, _)| name);
    let Some((before, last)) = name.rsplit_once('.') else { return false };
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    let is_top = last.len() >= 2 && last != "rs" && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    !before.is_empty() && plain(before) && is_top
}

fn is_secret(word: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "_-+/.~".contains(c);
    word.len() > LONGEST_WORD && word.chars().all(is_letter) && word.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_keys_are_taken_out_and_the_rest_stays() {
        for (text, clean) in [
            ("no answer from 203.0.113.9:443 in time", "no answer from […] in time"),
            ("[2001:db8::1] refused", "[[…]] refused"),
            ("ann@acme.example was told", "[…] was told"),
            ("GET (https://u:pw@h.example/a?token=x): 500", "GET ([…]): 500"),
            ("db.acme.example:5432 is away", "[…] is away"),
            ("/srv/citepress/data/secret.key is gone", "[…] is gone"),
            ("key cp_live_0123456789abcdefghijklmnop, refused", "key […], refused"),
            ("host=h.example user=ann@b.example", "host=[…] user=[…]"),
            ("the database refused: no such table: pages", "the database refused: no such table: pages"),
            ("src/queue/worker/run.rs:77", "src/queue/worker/run.rs:77"),
            ("database disk image is malformed (code: 11)", "database disk image is malformed (code: 11)"),
        ] {
            assert_eq!(scrubbed(text), clean);
        }
    }

    #[test]
    fn a_long_text_is_cut_at_a_letter() {
        let long = "ä ".repeat(5_000);
        assert!(
            scrubbed(&long).len() <= LONGEST
                && scrubbed(&long).ends_with('ä') | scrubbed(&long).ends_with(' ')
        );
    }
}
