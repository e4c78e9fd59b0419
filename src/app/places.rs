//! How many connections there is room for.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Open files that are left for the database, blobs and the rest.
const OTHERS: u64 = 512;

/// The setting, or less where the system allows fewer open files: each connection is one. Takes all that the system
/// offers first, since shells and service managers start programs with few.
pub(super) fn places(setting: usize) -> usize {
    let offered = getrlimit(Resource::Nofile);
    let all = Rlimit { current: offered.maximum, maximum: offered.maximum };
    // Refused: what there is has to do.
    let _ = setrlimit(Resource::Nofile, all);
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let room = usize::try_from(room(files)).unwrap_or(usize::MAX);
    if room < setting {
        let cure = "raise the limit of open files (ulimit -n, LimitNOFILE=) or lower server.connections";
        tracing::warn!(target: "app", setting, room, cure, "there is room for fewer connections than set");
    }
    setting.min(room)
}

/// With very few files half of them are connections.
fn room(files: u64) -> u64 {
    files.saturating_sub(OTHERS).max(files / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_everything_else() {
        assert_eq!(room(1_024), 512);
        assert_eq!(room(100), 50);
        assert_eq!(room(524_288), 523_776);
        assert_eq!(places(10), 10);
        let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        assert!(places(usize::MAX) as u64 <= files);
    }
}
