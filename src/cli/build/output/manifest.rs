//! The list of files that builds wrote: what is not in it was put there by somebody else.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

const NAME: &str = "manifest.txt";
const HEAD: &str = "# Files written by citepress build. Others in this folder are left alone.";

/// An output folder without a manifest holds nothing of ours.
pub(super) fn read(own: &Path) -> io::Result<BTreeSet<String>> {
    match fs::read_to_string(own.join(NAME)) {
        Ok(text) => Ok(text.lines().filter(|line| safe(line)).map(ToOwned::to_owned).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(error),
    }
}

/// Replaces the manifest in one step. Sorted and without times, so that equal outputs are equal in every byte.
pub(super) fn write(own: &Path, files: &BTreeSet<String>) -> io::Result<()> {
    let mut text =
        String::with_capacity(files.iter().map(|path| path.len() + 1).sum::<usize>() + HEAD.len() + 1);
    for line in std::iter::once(HEAD).chain(files.iter().map(String::as_str)) {
        text.push_str(line);
        text.push('\n');
    }
    let next = own.join("manifest.next");
    fs::write(&next, text)?;
    fs::rename(next, own.join(NAME))
}

/// A manifest that somebody tampered with must not make a build delete files elsewhere.
fn safe(line: &str) -> bool {
    !line.is_empty()
        && !line.starts_with('#')
        && line.split('/').all(|segment| !segment.is_empty() && segment != "." && segment != "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_lead_out_of_the_folder_are_ignored() {
        let own = tempfile::tempdir().unwrap();
        fs::write(own.path().join(NAME), format!("{HEAD}\na/index.html\n../passwd\n/etc/passwd\n")).unwrap();
        assert_eq!(read(own.path()).unwrap().into_iter().collect::<Vec<_>>(), ["a/index.html"]);
    }
}
