//! How long each archive that was made by itself is kept, told by its name.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const FORM: &str = "citepress-%Y%m%dT%H%M%SZ.zip";
/// What lacks something: better than nothing, and no reason to let go of one that is whole.
const INCOMPLETE: &str = "citepress-%Y%m%dT%H%M%SZ-incomplete.zip";
/// Whole archives that stay, however old: a clock that is wrong, or a fault that nobody saw for a month, costs not all of them.
const ALWAYS: usize = 3;

/// What an archive of this time is called.
pub(super) fn named(at: Timestamp, whole: bool) -> String {
    at.strftime(if whole { FORM } else { INCOMPLETE }).to_string()
}

/// When the newest whole archive was made. A name that tells a time to come tells nothing.
pub(super) fn newest(folder: &Path, now: Timestamp) -> Option<Timestamp> {
    let items = std::fs::read_dir(folder).ok()?.flatten();
    items.filter_map(|item| time(FORM, item.file_name().to_str()?)).filter(|made| *made <= now).max()
}

/// What is to go: old archives, whole ones only if a newer one was just made that is whole.
pub(super) fn over(
    folder: &Path,
    now: Timestamp,
    keep: Duration,
    whole: bool,
) -> std::io::Result<Vec<PathBuf>> {
    let old = |made: Timestamp| made < now && now.duration_since(made).unsigned_abs() > keep;
    let (mut over, mut good) = (Vec::new(), Vec::new());
    for item in std::fs::read_dir(folder)? {
        let item = item?;
        let name = item.file_name();
        let Some(name) = name.to_str() else { continue };
        if let Some(made) = time(FORM, name) {
            good.push((made, item.path()));
        } else if time(INCOMPLETE, name).is_some_and(old) {
            over.push(item.path());
        }
    }
    if whole {
        // One of a time to come may be of a clock that was wrong: it is not among those that are counted on.
        good.retain(|(made, _)| *made <= now);
        good.sort_by(|a, b| b.cmp(a));
        over.extend(good.into_iter().skip(ALWAYS).filter(|(made, _)| old(*made)).map(|(_, path)| path));
    }
    Ok(over)
}

/// The time that a file's name tells, if it is of this form.
fn time(form: &str, name: &str) -> Option<Timestamp> {
    let at = DateTime::strptime(form, name).ok()?;
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn now() -> Timestamp {
        "2026-11-28T01:47:00Z".parse().unwrap()
    }

    fn left(folder: &Path, whole: bool) -> Vec<String> {
        for path in over(folder, now(), DAY * 30, whole).unwrap() {
            std::fs::remove_file(path).unwrap();
        }
        let items = std::fs::read_dir(folder).unwrap();
        let mut left: Vec<String> =
            items.map(|item| item.unwrap().file_name().into_string().unwrap()).collect();
        left.sort();
        left
    }

    fn with(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            std::fs::write(folder.path().join(name), b"").unwrap();
        }
        folder
    }

    #[test]
    fn old_backups_go_once_a_newer_whole_one_is_there_and_three_always_stay() {
        let old = |month: u32| format!("citepress-2026{month:02}01T014700Z.zip");
        let (young, now) = ("citepress-20261127T014700Z.zip", "citepress-20261128T014700Z.zip");
        let (by_hand, draft) = ("citepress-by-hand.zip", ".their.partial");
        let (first, second, third) = (old(7), old(8), old(9));
        let all = [draft, &first, &second, &third, young, now, by_hand];
        let folder = with(&all);
        std::fs::write(folder.path().join("citepress-20261001T014700Z-incomplete.zip"), b"").unwrap();
        assert_eq!(left(folder.path(), false), all, "the incomplete one alone goes");
        assert_eq!(left(folder.path(), true), [draft, &third, young, now, by_hand]);
        let few = with(&[&first, &second, now]);
        assert_eq!(left(few.path(), true), [&first, &second, now], "as many as are always kept");
    }

    #[test]
    fn a_name_of_a_time_to_come_neither_counts_nor_goes() {
        let (last, later) = ("citepress-20260101T000000Z.zip", "citepress-20990101T000000Z.zip");
        let more = ["citepress-20260102T000000Z.zip", "citepress-20260103T000000Z.zip"];
        let folder = with(&[last, more[0], more[1], later]);
        assert_eq!(newest(folder.path(), now()), time(FORM, more[1]));
        assert_eq!(left(folder.path(), true), [last, more[0], more[1], later]);
    }
}
