//! "Did you mean …?": the nearest known name to one that is not known.

/// The candidate with the smallest edit distance, if it is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).max(2);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        // A length that differs by more than the limit cannot be within it: saves most of the work on big sites.
        if candidate.len().abs_diff(name.len()) > limit * 4 {
            continue;
        }
        let distance = distance(name, candidate, limit);
        // Equal distances are settled by name, so that the answer does not depend on the order of asking.
        if distance <= limit && best.is_none_or(|found| (distance, candidate) < found) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// "Did you mean `x`?", or a list of what there is when nothing is near and the list is short.
pub(crate) fn did_you_mean(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(found) => format!("Did you mean `{found}`?"),
        None => format!("Known here: {}.", known.join(", ")),
    }
}

/// Levenshtein distance; anything over `limit` may come back as any number over it.
fn distance(a: &str, b: &str, limit: usize) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    if a.len().abs_diff(b.len()) > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != cb);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_finds_the_name() {
        assert_eq!(nearest("desciption", ["title", "description"]), Some("description"));
        assert_eq!(nearest("zzzz", ["title", "description"]), None);
    }
}
