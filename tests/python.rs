//! Python packages for tests, installed by pip into a folder of their own; by the first test that needs them, for all.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::registry;

/// The folder with what a list of requirements names (`tests/…/requirements.txt`).
pub fn packages(requirements: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join(requirements);
    let wanted = std::fs::read_to_string(&list).unwrap();
    let name = requirements.replace(['/', '.'], "-");
    let packages = folder.join(&name);
    let turn = File::create(folder.join(format!("{name}.lock"))).unwrap();
    turn.lock().unwrap();
    let noted = packages.join("installed");
    if std::fs::read_to_string(&noted).is_ok_and(|installed| installed == wanted) {
        return packages;
    }
    let _ = std::fs::remove_dir_all(&packages);
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"];
    let mut pip = Command::new("python3");
    registry::install(pip.args(install).arg(&packages).arg("--requirement").arg(&list));
    std::fs::write(noted, wanted).unwrap();
    packages
}
