//! `--drafts`: what is a draft for the press becomes a page in the text that it is handed.

/// The document with `draft = true` in its front matter turned into `false`; all lines keep their numbers.
pub(super) fn as_pages(mut text: String) -> String {
    let Some(value) = draft_value(&text) else { return text };
    text.replace_range(value, "false");
    text
}

/// Where the `true` of `draft = true` stands.
fn draft_value(text: &str) -> Option<std::ops::Range<usize>> {
    let (_, rest) = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .split_once('\n')
        .filter(|(first, _)| first.trim_end() == "+++")?;
    let mut at = text.len() - rest.len();
    for line in rest.split_inclusive('\n') {
        // Below a table's head `draft` is another key.
        if line.trim_end() == "+++" || line.trim_start().starts_with('[') {
            return None;
        }
        if let Some((key, value)) = line.split_once('=')
            && key.trim() == "draft"
            && value.split('#').next()?.trim() == "true"
        {
            let start = at + line.find("true")?;
            return Some(start..start + "true".len());
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_documents_own_draft_is_turned() {
        let turned = |text: &str| as_pages(text.to_owned());
        assert_eq!(
            turned("+++\ntitle = \"A\"\ndraft = true # soon\n+++\nx"),
            "+++\ntitle = \"A\"\ndraft = false # soon\n+++\nx"
        );
        for same in
            ["draft = true\n", "+++\ntitle = \"A\"\n+++\ndraft = true\n", "+++\n[extra]\ndraft = true\n+++\n"]
        {
            assert_eq!(turned(same), same);
        }
    }
}
