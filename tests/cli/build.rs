//! `citepress build`.

use std::fs;
use std::time::SystemTime;

use super::site::Site;
use super::zola;

#[test]
fn a_folder_of_markdown_becomes_a_folder_of_pages() {
    let site = Site::new();
    let ran = site.build(&[]).good();
    assert!(site.built("guide/start/index.html").contains("Begin here."));
    assert!(ran.stdout().contains("pages rendered in"), "{}", ran.stdout());
    assert_eq!(ran.stdout().lines().count(), 1);
}

#[test]
fn a_second_build_touches_only_what_changed() {
    let site = Site::new();
    let first = site.build(&["--json"]).good().json();
    assert_eq!(first["written"], first["files"]);
    let home = fs::metadata(site.out().join("index.html")).unwrap().modified().unwrap();
    site.write("content/guide/start.md", "+++\ntitle = \"Start\"\n+++\nBegin there.\n");
    let second = site.build(&["--json"]).good().json();
    assert!(site.built("guide/start/index.html").contains("Begin there."));
    assert!(second["written"].as_u64().unwrap() < first["files"].as_u64().unwrap(), "{second}");
    assert_eq!(modified(&site, "index.html"), home);
    let third = site.build(&["--json"]).good().json();
    assert_eq!(third["written"], 0, "{third}");
}

#[test]
fn a_page_that_is_gone_leaves_nothing_behind() {
    let site = Site::new();
    site.build(&[]).good();
    site.remove("content/guide/start.md");
    site.build(&[]).good();
    assert!(!site.out().join("guide/start").exists());
}

#[test]
fn after_edits_the_output_is_that_of_a_clean_build() {
    let (edited, clean) = (Site::new(), Site::new());
    edited.write("content/old.md", "+++\ntitle = \"Old\"\n+++\nGone soon.\n");
    edited.build(&["--compress"]).good();
    edited.remove("content/old.md");
    edited.build(&["--compress"]).good();
    clean.build(&["--compress"]).good();
    assert_eq!(edited.tree(), clean.tree());
}

#[test]
fn files_of_others_in_the_output_folder_are_left_alone() {
    let site = Site::new();
    fs::create_dir_all(site.out().join("guide")).unwrap();
    fs::write(site.out().join("CNAME"), "docs.example").unwrap();
    fs::write(site.out().join("guide/notes.txt"), "mine").unwrap();
    site.build(&[]).good();
    site.remove("content/guide/start.md");
    site.build(&[]).good();
    assert_eq!(site.built("CNAME"), "docs.example");
    assert_eq!(site.built("guide/notes.txt"), "mine");
}

#[test]
fn compressed_copies_hold_the_same_bytes_and_go_when_they_are_not_wanted_any_more() {
    use std::io::Read;
    let site = Site::new();
    site.build(&["--compress"]).good();
    let html = site.built("index.html");
    let gz = fs::read(site.out().join("index.html.gz")).unwrap();
    let br = fs::read(site.out().join("index.html.br")).unwrap();
    let (mut from_gz, mut from_br) = (String::new(), String::new());
    flate2::read::GzDecoder::new(&*gz).read_to_string(&mut from_gz).unwrap();
    brotli::Decompressor::new(&*br, 4096).read_to_string(&mut from_br).unwrap();
    assert_eq!((&from_gz, &from_br), (&html, &html));
    assert_eq!(site.build(&["--compress", "--json"]).good().json()["written"], 0);
    site.build(&[]).good();
    assert!(!site.out().join("index.html.br").exists());
}

#[test]
fn a_theme_beside_the_site_or_from_elsewhere_is_taken() {
    let site = Site::new();
    let base =
        |mark: &str| format!("<!doctype html><title>{mark}</title><body>{{% block main %}}{{% endblock %}}");
    site.write("site.toml", "title = \"T\"\nbase_url = \"https://a.example\"\ntheme = \"own\"\n");
    site.write("../themes/own/theme.toml", "name = \"own\"\nversion = \"1.0.0\"\nlicense = \"Apache-2.0\"\n");
    site.write("../themes/own/templates/base.html", base("beside"));
    site.write(
        "../elsewhere/theme.toml",
        "name = \"elsewhere\"\nversion = \"1.0.0\"\nlicense = \"Apache-2.0\"\n",
    );
    site.write("../elsewhere/templates/base.html", base("elsewhere"));
    site.build(&[]).good();
    assert!(site.built("index.html").contains("<title>beside</title>"));
    site.build(&["--theme", "elsewhere"]).good();
    assert!(site.built("index.html").contains("<title>elsewhere</title>"));
}

#[test]
fn drafts_are_built_only_when_asked_for() {
    let site = Site::new();
    site.write("content/plan.md", "+++\ntitle = \"Plan\"\ndraft = true\n+++\nNot yet.\n");
    site.build(&[]).good();
    assert!(!site.out().join("plan").exists());
    site.build(&["--drafts"]).good();
    assert!(site.built("plan/index.html").contains("Not yet."));
}

#[test]
fn a_zola_folder_of_a_thousand_pages_builds_as_it_is() {
    let site = zola::thousand_pages();
    site.write("site.toml", "title = \"Z\"\nbase_url = \"https://z.example\"\ntheme = \"plain\"\n");
    let done = site.build(&["--json"]).good().json();
    assert!(done["pages"].as_u64().unwrap() >= 1000, "{done}");
    for section in 0..20 {
        assert!(
            site.built(&format!("section-{section:02}/page-05/index.html")).contains("Page 5 of section")
        );
    }
    assert!(site.out().join("section-00/page-00/diagram.png").is_file());
}

fn modified(site: &Site, path: &str) -> SystemTime {
    fs::metadata(site.out().join(path)).unwrap().modified().unwrap()
}
