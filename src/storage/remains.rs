//! Files among the blobs that are none: what a write left that was cut off, and copies that were damaged.

use std::io;
use std::path::Path;
use std::time::SystemTime;

/// Removes those from before a time; how many they were.
pub(super) fn clear(folder: &Path, before: SystemTime) -> io::Result<u64> {
    let (mut cleared, mut folders) = (0, vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if name.contains('#') || name.ends_with(".damaged") {
                let old = entry.metadata().and_then(|data| data.modified()).is_ok_and(|time| time < before);
                // Gone meanwhile, or not ours to remove: the next time.
                cleared += u64::from(old && std::fs::remove_file(entry.path()).is_ok());
            }
        }
    }
    Ok(cleared)
}
