//! `citepress export`, and back again.

use std::path::Path;

use super::site::{Site, tree};

/// A site with most of what one can have.
fn site() -> Site {
    let site = Site::empty();
    site.write("content/_index.md", "+++\ntitle = \"Home\"\n+++\nWelcome to [the guide](guide/start.md).\n");
    site.write("content/guide/_index.md", "+++\ntitle = \"Guide\"\nsort_by = \"title\"\n+++\n");
    let start = "+++\ntitle = \"Start\"\ndate = 2026-11-21\ntaxonomies.tags = [\"first\"]\naliases = [\"/old/start/\"]\n+++\n\
        Begin here.\n\n![A picture](dot.png)\n";
    site.write("content/guide/start.md", start);
    site.write("content/guide/dot.png", DOT);
    site
}

/// A picture of one point.
const DOT: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0,
    0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63,
    0xf8, 0xcf, 0xc0, 0xf0, 0x1f, 0, 5, 0, 1, 0xff, 0x56, 0xc7, 0x2f, 0x0d, 0, 0, 0, 0, b'I', b'E', b'N',
    b'D', 0xae, 0x42, 0x60, 0x82,
];

fn live(data: &Path) -> Vec<(String, Vec<u8>)> {
    tree(&std::fs::canonicalize(data.join("sites/docs.localhost")).unwrap())
}

#[test]
fn a_site_that_is_exported_and_imported_elsewhere_makes_the_same_files_byte_for_byte() {
    let site = site();
    site.run(&["import", "docs", "site", "--publish", "--data", "first"]).good();
    let said = site.run(&["export", "docs", "--out", "docs.zip", "--data", "first"]).good().stdout();
    assert!(said.starts_with("Wrote docs.zip: "), "{said}");
    let again = site.run(&["import", "docs", "docs.zip", "--publish", "--data", "second"]).good().stdout();
    assert!(again.contains("Imported 3 pages (3 new or changed) and 1 files."), "{again}");
    let (first, second) = (live(&site.around().join("first")), live(&site.around().join("second")));
    assert!(first.len() > 20, "{}", first.len());
    let names = |tree: &[(String, Vec<u8>)]| tree.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&first), names(&second));
    for ((name, first), (_, second)) in first.iter().zip(&second) {
        assert!(first == second, "{name} differs");
    }
    // And what was taken in is exported as it was.
    site.run(&["export", "docs", "--out", "again.zip", "--data", "second"]).good();
    let read = |name: &str| unpacked(&site.around().join(name));
    assert!(read("docs.zip") == read("again.zip"));
}

#[test]
fn settings_and_pages_that_are_not_published_go_along() {
    let site = site();
    site.run(&["import", "docs", "site", "--data", "first"]).good();
    site.run(&["export", "docs", "--out", "docs.zip", "--data", "first"]).good();
    let mut files = unpacked(&site.around().join("docs.zip"));
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "citepress.json",
        "content/guide/dot.png",
        "drafts/_index.md",
        "drafts/guide/_index.md",
        "drafts/guide/start.md",
        "site.toml",
    ];
    assert_eq!(names, expected);

    // As a folder it can be changed, and taken in from there.
    for (name, content) in &mut files {
        if name == "site.toml" {
            *content = b"title = \"Renamed\"\ntheme = \"atlas\"\n".to_vec();
        }
        let name = name.replace("drafts/guide/", "content/guide/").replace("drafts/_index", "content/_index");
        let path = site.around().join("folder").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let said = site.run(&["import", "docs", "folder", "--publish", "--data", "first"]).good().stdout();
    assert!(said.contains("Imported 3 pages (0 new or changed) and 1 files."), "{said}");
    let home =
        live(&site.around().join("first")).into_iter().find(|(name, _)| name == "index.html").unwrap().1;
    assert!(String::from_utf8(home).unwrap().contains("Renamed"));
}

#[test]
fn the_live_edition_is_exported_as_any_static_server_serves_it() {
    let site = site();
    site.run(&["import", "docs", "site", "--data", "data"]).good();
    let early =
        site.run(&["export", "docs", "--static", "--out", "out.zip", "--data", "data"]).bad().stderr();
    assert!(early.contains("the site was not published yet"), "{early}");
    assert!(!site.around().join("out.zip").exists(), "nothing half is left");
    site.run(&["import", "docs", "site", "--publish", "--data", "data"]).good();
    site.run(&["export", "docs", "--static", "--out", "out.zip", "--data", "data"]).good();
    let mut tree = live(&site.around().join("data"));
    tree.retain(|(name, _)| !name.ends_with(".br") && !name.ends_with(".gz"));
    assert!(unpacked(&site.around().join("out.zip")) == tree);
    let parts: Vec<_> =
        std::fs::read_dir(site.around()).unwrap().map(|item| item.unwrap().file_name()).collect();
    assert!(parts.iter().all(|name| !name.to_str().unwrap().starts_with('.')), "{parts:?}");
}

#[test]
fn what_is_not_there_and_what_is_no_export_are_told_apart() {
    let site = site();
    let said = site.run(&["export", "docs", "--out", "docs.zip", "--data", "data"]).bad().stderr();
    assert!(said.contains("there is no site docs of an organisation docs: name it with --org"), "{said}");
    site.write("citepress.json", "{\"format\":\"citepress-site\",\"version\":9,\"title\":\"T\",\"gate\":80}");
    site.write("site.toml", "title = \"T\"\n");
    let said = site.run(&["import", "docs", "site", "--data", "data"]).bad().stderr();
    assert!(said.contains("citepress.json: is of version 9; this citepress knows up to 1"), "{said}");
}

/// An archive of any size takes little memory: what it holds goes by.
#[test]
#[cfg(target_os = "linux")]
fn a_large_export_takes_little_more_memory_than_a_small_one() {
    let site = site();
    site.run(&["import", "docs", "site", "--data", "data"]).good();
    let small = memory_of_export(&site);
    let mut noise = 1u64;
    for n in 0..24 {
        let mut byte = || {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (noise >> 56) as u8
        };
        site.write(&format!("content/guide/{n}.bin"), (0..8 << 20).map(|_| byte()).collect::<Vec<u8>>());
    }
    site.run(&["import", "docs", "site", "--data", "data"]).good();
    let large = memory_of_export(&site);
    let length = std::fs::metadata(site.around().join("docs.zip")).unwrap().len();
    assert!(length > 190 << 20, "{length}");
    assert!(small > 0 && large < small + (48 << 10), "{small} and {large} KiB of memory");
}

/// The most memory that an export has taken, in KiB.
#[cfg(target_os = "linux")]
fn memory_of_export(site: &Site) -> u64 {
    let mut command = site.command(&["export", "docs", "--out", "docs.zip", "--data", "data", "--quiet"]);
    let mut child = command.spawn().unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most = most.max(peak.map_or(0, |line| line.trim().trim_end_matches(" kB").parse().unwrap()));
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    assert!(child.wait().unwrap().success());
    println!("{most} KiB");
    most
}

fn unpacked(archive: &Path) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(archive).unwrap()).unwrap();
    let mut files: Vec<(String, Vec<u8>)> = (0..zip.len())
        .map(|index| {
            let mut file = zip.by_index(index).unwrap();
            let mut content = Vec::new();
            std::io::copy(&mut file, &mut content).unwrap();
            (file.name().unwrap().to_string(), content)
        })
        .collect();
    files.sort();
    files
}
