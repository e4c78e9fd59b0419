//! Which names may be claimed. Pure.

use std::net::IpAddr;

use unicode_script::{Script, UnicodeScript};

use crate::base::HostName;

/// Claims of one organisation. Each served name costs a certificate.
pub(super) const MOST: u64 = 100;

/// Names that are nobody's on the public net (RFC 6761, RFC 6762, RFC 7686, RFC 8375 and what routers hand out).
const SPECIAL: [&str; 15] = [
    "localhost",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "test",
    "example",
    "invalid",
    "onion",
    "arpa",
    "alt",
    "localdomain",
];

/// What is wrong with a claim.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DomainFault {
    /// No host name.
    #[error(
        "\"{0}\" is no domain: write a name such as docs.example.com, without https:// and without a path"
    )]
    Form(String),
    /// An address of the net.
    #[error("{0} is an IP address: only names can be proved, so use a domain")]
    Address(String),
    /// A name that is nobody's.
    #[error("{0} can't be used: names like it are reserved and nobody on the internet can reach them")]
    Reserved(String),
    /// A name below which everybody registers.
    #[error("{0} is a suffix that many share: use a domain below it that is yours")]
    Suffix(String),
    /// The operator's own.
    #[error("{0} belongs to this service: use a domain of your own")]
    Operator(String),
    /// It could be taken for another name.
    #[error(
        "{name} reads as \"{shown}\" and could be taken for another name ({why}): use one in a single script"
    )]
    LookAlike {
        /// As it is in the DNS.
        name: String,
        /// As people see it.
        shown: String,
        /// What is odd about it.
        why: &'static str,
    },
    /// Another organisation has proved it.
    #[error(
        "{0} is in use by another organisation: if it is yours, have its old record and site removed first"
    )]
    Taken(String),
    /// The organisation claims it already.
    #[error("{0} is one of your domains already: delete it first if another site is to have it")]
    Known(String),
    /// The organisation claims as many as it may.
    #[error("an organisation has {MOST} domains at most: delete some that you don't use")]
    TooMany,
    /// It is not proved yet.
    #[error("{0} is not verified: set its record and have it verified first")]
    NotVerified(String),
}

impl DomainFault {
    /// For programs.
    pub fn code(&self) -> &'static str {
        match self {
            DomainFault::Form(_) => "form",
            DomainFault::Address(_) => "ip_address",
            DomainFault::Reserved(_) | DomainFault::Suffix(_) | DomainFault::Operator(_) => "reserved",
            DomainFault::LookAlike { .. } => "look_alike",
            DomainFault::Taken(_) | DomainFault::Known(_) => "taken",
            DomainFault::TooMany => "too_many",
            DomainFault::NotVerified(_) => "not_verified",
        }
    }
}

/// Reads a name that somebody wants to use. `own` are the operator's hosts; what is below them is the operator's, too.
pub(super) fn name(text: &str, own: &[HostName]) -> Result<HostName, DomainFault> {
    let shown: String = text.chars().filter(|c| !c.is_control()).take(120).collect();
    let bare = text.trim_end_matches('.');
    if bare.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
        return Err(DomainFault::Address(shown));
    }
    let name: HostName = bare.parse().map_err(|_| DomainFault::Form(shown.clone()))?;
    let labels: Vec<&str> = name.as_str().split('.').collect();
    let last = labels.last().copied().unwrap_or_default();
    if last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x") {
        return Err(DomainFault::Address(shown));
    }
    if labels.iter().any(|label| label.starts_with('-') || label.ends_with('-')) {
        return Err(DomainFault::Form(shown));
    }
    if own.iter().any(|host| name.is_within(host)) {
        return Err(DomainFault::Operator(name.to_string()));
    }
    if SPECIAL.contains(&last) {
        return Err(DomainFault::Reserved(name.to_string()));
    }
    if labels.len() < 2 || psl::suffix_str(name.as_str()) == Some(name.as_str()) {
        return Err(DomainFault::Suffix(name.to_string()));
    }
    plain_to_see(&name)?;
    Ok(name)
}

/// Refuses names in other scripts that pose as something else. A browser shows many of them as they look, so this side is
/// the strict one: who is refused wrongly can use the name's ASCII spelling elsewhere, who is let in wrongly deceives.
fn plain_to_see(name: &HostName) -> Result<(), DomainFault> {
    if !name.as_str().split('.').any(|label| label.starts_with("xn--")) {
        return Ok(());
    }
    let (shown, read) = idna::domain_to_unicode(name.as_str());
    let bad = |why| Err(DomainFault::LookAlike { name: name.to_string(), shown: shown.clone(), why });
    let again = idna::domain_to_ascii_strict(&shown);
    if read.is_err() || again.ok().as_deref() != Some(name.as_str()) {
        return bad("its punycode does not read as a name");
    }
    for label in shown.split('.').filter(|label| !label.is_ascii()) {
        let mut scripts: Vec<Script> = label
            .chars()
            .map(|c| c.script())
            .filter(|script| ![Script::Common, Script::Inherited].contains(script))
            .collect();
        scripts.sort_by_key(|script| script.short_name());
        scripts.dedup();
        use Script::{Bopomofo, Han, Hangul, Hiragana, Katakana};
        let together: [&[Script]; 3] = [&[Han, Hiragana, Katakana], &[Han, Hangul], &[Han, Bopomofo]];
        let fits = |set: &&[Script]| scripts.iter().all(|script| set.contains(script));
        if scripts.len() != 1 && !together.iter().any(fits) {
            return bad("letters of several scripts in one label");
        }
        if label.chars().any(odd) || has_strange_marks(label, &scripts) {
            return bad("signs that look like plain letters, digits or dots");
        }
        if label.chars().all(|c| c.is_ascii() || poses(c)) {
            return bad("every letter looks like a Latin one");
        }
    }
    Ok(())
}

/// Signs that are in no alphabet that people write, or are read as another sign.
fn odd(c: char) -> bool {
    let small_phonetic = ('\u{250}'..='\u{2af}').contains(&c) || ('\u{1d00}'..='\u{1dbf}').contains(&c);
    let digit = c.is_numeric() && !c.is_ascii_digit();
    small_phonetic || digit || ['ı', 'ĸ', 'ŀ', 'ſ', 'ƨ', 'ƽ', 'ƅ', 'ǀ', 'ǃ'].contains(&c)
}

/// Signs of no script beside letters that they don't go with: a dot or dash of its own beside anything but kana, an accent by
/// itself on a letter of Europe, whose accented letters are letters of their own.
fn has_strange_marks(label: &str, scripts: &[Script]) -> bool {
    use Script::{Common, Cyrillic, Greek, Hiragana, Inherited, Katakana, Latin};
    let any = |some: &[Script]| some.iter().any(|script| scripts.contains(script));
    let sign = |c: char| !c.is_ascii() && c.script() == Common && !any(&[Hiragana, Katakana]);
    let accent = |c: char| c.script() == Inherited && any(&[Latin, Greek, Cyrillic]);
    label.chars().any(|c| sign(c) || accent(c))
}

/// Letters of other alphabets that look like Latin ones.
fn poses(c: char) -> bool {
    const CYRILLIC: &str = "аврԛеԁһіјкмностуԝхѕүԍьѵѡгпԃҽӏё";
    const GREEK: &str = "ανορικυωχγτβηεμ";
    const ARMENIAN: &str = "աոսցօզհյլքռգ";
    [CYRILLIC, GREEK, ARMENIAN].iter().any(|letters| letters.contains(c))
}

/// The name whose record proves another: `www` is proved with what it stands before.
pub(super) fn proved_by(name: &HostName) -> &str {
    let bare = name.as_str().strip_prefix("www.");
    bare.filter(|bare| psl::suffix_str(bare) != Some(*bare)).unwrap_or(name.as_str())
}

#[cfg(test)]
mod tests;
