//! Puts the themes of the repository into the binary, so that `build` needs no folder beside it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[allow(clippy::disallowed_methods, reason = "a build script is told everything by its environment")]
fn main() -> io::Result<()> {
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).ok_or(io::ErrorKind::NotFound);
    let themes = variable("CARGO_MANIFEST_DIR")?.join("../../themes");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", themes.display());
    let mut code = String::from("pub(super) static THEMES: &[Embedded] = &[\n");
    for theme in sorted(&themes)? {
        if theme.join("theme.toml").is_file() {
            let mut files = Vec::new();
            collect(&theme, &mut files)?;
            let name = theme.file_name().unwrap_or_default().to_string_lossy();
            let _ = writeln!(code, "    ({name:?}, &[");
            for file in files {
                let inside = file.strip_prefix(&theme).unwrap_or(&file).to_string_lossy().replace('\\', "/");
                let _ =
                    writeln!(code, "        ({inside:?}, include_bytes!({:?})),", file.display().to_string());
            }
            code.push_str("    ]),\n");
        }
    }
    code.push_str("];\n");
    fs::write(variable("OUT_DIR")?.join("themes.rs"), code)
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths =
        fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for path in sorted(folder)? {
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.file_name().is_some_and(|name| name != "screenshot.png" && name != "README.md") {
            files.push(path);
        }
    }
    Ok(())
}
