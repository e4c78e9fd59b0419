//! What a build warned of, bounded, as it is kept with the edition.

use press::Fault;

/// Warnings of one edition.
const MOST: usize = 100;
/// Letters of one of them.
const LONGEST: usize = 300;

/// The sentences that are kept; where there are more, the last says how many.
pub(super) fn kept(warnings: &[Fault]) -> Vec<String> {
    let mut kept: Vec<String> = warnings.iter().take(MOST).map(|one| shortened(&one.to_string())).collect();
    if warnings.len() > MOST {
        kept.push(format!("and {} more", warnings.len() - MOST));
    }
    kept
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_that_warns_without_end_keeps_a_hundred_and_says_how_many_more_there_were() {
        let fault = |what: &str| Fault::new("assets/a.png", what, "");
        assert_eq!(kept(&[fault("is cut off")]), ["assets/a.png: is cut off"]);
        let many = vec![fault(&"é".repeat(1_000)); 250];
        let kept = kept(&many);
        assert_eq!((kept.len(), kept[100].as_str()), (101, "and 150 more"));
        assert_eq!(kept[0].chars().count(), LONGEST + 1);
    }
}
