//! Bad input gets a clear error that names the file and the cure, and loses nothing.

use std::fs;

use super::site::{Ran, Site};

/// Builds a good site, spoils it, builds again: the output must be as it was. Gives back what was said.
fn spoiled(spoil: impl FnOnce(&Site)) -> String {
    let site = Site::new();
    site.build(&[]).good();
    let before = site.tree();
    spoil(&site);
    let said = site.build(&[]).bad().stderr();
    assert_eq!(site.tree(), before, "the last good output was touched: {said}");
    said
}

#[test]
fn broken_front_matter_is_told_with_its_line() {
    let said = spoiled(|site| site.write("content/a.md", "+++\ntitle = \"A\nslug = 3\n+++\nText\n"));
    assert!(said.contains("content/a.md:2: "), "{said}");
}

#[test]
fn all_faults_are_told_at_once() {
    let said = spoiled(|site| {
        site.write("content/a.md", "+++\ntitel = \"A\"\n+++\n");
        site.write("content/b.md", "+++\ntitle = \"B\"\ndraft = 3\n+++\n");
        site.write("content/c.md", b"caf\xe9");
        site.write("content/d.md", "+++\ntitle = \"D\"\nslug = \"start\"\n+++\n[c](@/c.md) [e](@/e.md)\n");
        site.write("content/e.de.md", "+++\ntitle = \"E\"\nslug = \"start\"\n+++\n");
        site.write(
            "site.toml",
            "title = \"T\"\nbase_url = \"https://a.example\"\ntheme = \"plain\"\ncolour = 1\n",
        );
        site.write("templates/page.html", "<p>\n{% if %}\n");
        site.write("templates/tag.html", "{% endfor %}\n");
    });
    for part in [
        "content/d.md:5: link to @/e.md goes nowhere",
        "content/e.de.md:3: wants the address /start/, which content/d.md has already",
        "site.toml:4: unknown key `colour`",
        "templates/page.html:2: ",
        "templates/tag.html:1: ",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(said.contains("content/a.md:2: unknown key `titel`. Did you mean `title`?"), "{said}");
    assert!(said.contains("content/b.md:3: `draft`"), "{said}");
    assert!(said.contains("content/c.md: is not UTF-8 text (first bad byte at offset 3)"), "{said}");
    assert!(said.contains("error: 8 faults; nothing was changed"), "{said}");
}

#[test]
fn a_program_gets_the_faults_as_data() {
    let site = Site::new();
    site.write("content/a.md", "+++\ntitel = \"A\"\n+++\n");
    let json = site.build(&["--json"]).bad().json();
    assert_eq!(json["ok"], false);
    assert_eq!(json["faults"][0]["file"], "content/a.md");
    assert_eq!(json["faults"][0]["line"], 2);
}

#[test]
fn a_slug_that_climbs_out_is_refused() {
    let said = spoiled(|site| site.write("content/a.md", "+++\ntitle = \"A\"\nslug = \"../../up\"\n+++\n"));
    assert!(said.contains("content/a.md:3: `slug` `../../up` cannot be part of an address"), "{said}");
}

#[test]
fn two_pages_at_one_address_are_told_with_both_names() {
    let said = spoiled(|site| {
        site.write("content/a.md", "+++\ntitle = \"A\"\nslug = \"same\"\n+++\n");
        site.write("content/b.md", "+++\ntitle = \"B\"\nslug = \"same\"\n+++\n");
    });
    assert!(said.contains("content/a.md") && said.contains("content/b.md"), "{said}");
}

#[test]
fn links_to_nowhere_are_told_with_page_line_and_the_nearest_name() {
    let said =
        spoiled(|site| site.write("content/a.md", "+++\ntitle = \"A\"\n+++\n\n[x](@/guide/strat.md)\n"));
    assert!(said.contains("content/a.md:5: ") && said.contains("guide/strat.md"), "{said}");
    assert!(said.contains("guide/start.md"), "no cure: {said}");
}

#[test]
fn a_theme_with_an_endless_loop_is_ended() {
    let said = spoiled(|site| {
        site.write(
            "templates/page.html",
            "{% for a in range(99999) %}{% for b in range(99999) %}{{ a * b }}{% endfor %}{% endfor %}",
        );
    });
    assert!(said.contains("templates/page.html"), "{said}");
}

/// `ulimit -f` makes the system refuse bytes in the middle of a file, as a full disk does, without any rights.
#[test]
fn a_disk_that_takes_no_more_bytes_leaves_the_last_good_output() {
    let site = Site::new();
    site.build(&[]).good();
    let before = site.tree();
    let long = "Many words, again and again.\n\n".repeat(20_000);
    site.write("content/guide/start.md", format!("+++\ntitle = \"Start\"\n+++\n{long}"));
    site.write("content/new.md", format!("+++\ntitle = \"New\"\n+++\n{long}"));
    let limited = "trap '' XFSZ; ulimit -f 400; exec \"$0\" build site --out out";
    let ran = std::process::Command::new("sh")
        .args(["-c", limited, env!("CARGO_BIN_EXE_citepress")])
        .current_dir(site.around())
        .output()
        .unwrap();
    let said = Ran(ran).bad().stderr();
    assert!(
        said.contains("cannot be written: ") && said.contains("The earlier output is left as it was."),
        "{said}"
    );
    assert_eq!(site.tree(), before);
    site.build(&[]).good();
    assert!(site.built("new/index.html").len() > 200 * 1024);
}

#[test]
fn a_build_killed_at_any_moment_is_mended_by_the_next() {
    let (site, clean) = (many_pages(), many_pages());
    clean.build(&[]).good();
    for delay in 0..12 {
        site.write("content/_index.md", format!("+++\ntitle = \"Home {delay}\"\n+++\n"));
        let mut child = site.command(&["build", "site", "--out", "out", "--quiet"]).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(delay * 7));
        let _ = child.kill();
        let _ = child.wait();
    }
    site.write("content/_index.md", "+++\ntitle = \"Home\"\n+++\nWelcome.\n");
    site.build(&[]).good();
    assert_eq!(site.tree(), clean.tree());
}

fn many_pages() -> Site {
    let site = Site::new();
    for page in 0..200 {
        site.write(
            &format!("content/p/{page}.md"),
            format!("+++\ntitle = \"Page {page}\"\n+++\nText of {page}.\n"),
        );
    }
    site
}

#[test]
fn a_document_of_50_mb_is_refused_without_being_read() {
    let said = spoiled(|site| {
        site.write("content/big.md", "");
        let file = fs::File::options().write(true).open(site.path().join("content/big.md")).unwrap();
        file.set_len(50_000_000).unwrap();
    });
    assert!(said.contains("content/big.md: is 50 MB large; the most is 8 MB. Split it"), "{said}");
}

#[test]
fn a_template_with_a_syntax_error_is_told_with_its_line() {
    let said = spoiled(|site| {
        site.write("site.toml", "title = \"T\"\nbase_url = \"https://a.example\"\ntheme = \"own\"\n");
        site.write("themes/own/theme.toml", "name = \"own\"\n");
        site.write("themes/own/templates/page.html", "<p>\n{% if %}\n");
    });
    assert!(said.contains("themes/own/templates/page.html:2: "), "{said}");
}

#[test]
fn an_unknown_theme_is_told_with_those_there_are() {
    let said = spoiled(|site| {
        site.write("site.toml", "title = \"T\"\nbase_url = \"https://a.example\"\ntheme = \"plein\"\n");
    });
    assert!(
        said.contains("site.toml:3: there is no built-in theme `plein`. Did you mean `plain`?"),
        "{said}"
    );
}

#[test]
fn a_folder_without_a_site_says_what_a_site_needs() {
    let site = Site::empty();
    fs::create_dir(site.path()).unwrap();
    let said = site.build(&[]).bad().stderr();
    assert!(said.contains("site.toml: is missing. Write one with at least `title"), "{said}");
    assert!(!site.out().exists());
}

#[test]
fn a_wrong_base_url_on_the_command_line_is_told_as_the_flag() {
    let site = Site::new();
    let said = site.build(&["--base-url", "ftp://x"]).bad().stderr();
    assert!(said.contains("--base-url: `base_url` must be a plain http or https address"), "{said}");
}

#[test]
fn the_output_must_not_hold_the_site_or_lie_among_its_files() {
    let site = Site::new();
    for out in ["site", ".", "site/content/out", "site/static"] {
        let said = site.run(&["build", "site", "--out", out]).bad().stderr();
        assert!(said.contains("Give --out a folder of its own."), "{out}: {said}");
    }
    site.run(&["build", "site", "--out", "site/public"]).good();
    assert!(!site.path().join(".citepress").exists());
}

#[test]
fn an_output_folder_that_cannot_be_made_is_one_clear_fault() {
    let site = Site::new();
    fs::write(site.around().join("file"), "mine").unwrap();
    let said = site.run(&["build", "site", "--out", "file/out"]).bad().stderr();
    assert!(said.contains("file/out: cannot be written to: "), "{said}");
    assert!(said.contains("error: 1 fault;"), "{said}");
    assert_eq!(fs::read(site.around().join("file")).unwrap(), b"mine");
}

#[test]
fn a_file_of_somebody_else_is_not_overwritten() {
    let site = Site::new();
    fs::create_dir(site.out()).unwrap();
    fs::write(site.out().join("index.html"), "mine").unwrap();
    let said = site.build(&[]).bad().stderr();
    assert!(
        said.contains("index.html: stands where a file of the site belongs, and no build wrote it"),
        "{said}"
    );
    assert_eq!(site.tree(), [("index.html".to_owned(), b"mine".to_vec())]);
}

#[test]
#[cfg(unix)]
fn a_link_to_a_file_outside_the_site_is_not_published() {
    let said = spoiled(|site| {
        fs::write(site.around().join("secret.md"), "secret").unwrap();
        std::os::unix::fs::symlink("../../secret.md", site.path().join("content/a.md")).unwrap();
    });
    assert!(said.contains("content/a.md: is a link that leads out of the site's folder"), "{said}");
}

#[test]
fn faults_of_a_theme_from_elsewhere_are_told_with_their_lines() {
    let site = Site::new();
    site.run(&["theme", "new", "themes/own", "--from", "plain"]).good();
    let template = |text: &str| site.write("../themes/own/templates/page.html", text);
    template("<p>\n{% for %}");
    let said = site.build(&["--theme", "themes/own"]).bad().stderr();
    assert!(said.contains("themes/own/templates/page.html:2: syntax error"), "{said}");
    template("{% for a in range(99999) %}\n{% for b in range(99999) %}{% endfor %}{% endfor %}");
    let said = site.build(&["--theme", "themes/own"]).bad().stderr();
    assert!(
        said.contains("themes/own/templates/page.html:") && said.contains("does not come to an end"),
        "{said}"
    );
    assert!(said.contains("Look for a loop or a macro that calls itself."), "{said}");
}

#[test]
fn a_picture_that_cannot_be_made_smaller_is_a_warning_and_is_shown_as_it_is() {
    let site = Site::new();
    site.write("assets/photo.jpg", "no photo");
    site.write("content/a.md", "+++\ntitle = \"A\"\n+++\n![Photo](/assets/photo.jpg)\n");
    let ran = site.build(&[]).good();
    let warning = "warning: assets/photo.jpg: is named as JPEG but is none by its content; it is shown as it is, in one size.";
    assert!(ran.stderr().contains(warning), "{}", ran.stderr());
    assert!(site.built("a/index.html").contains("src=\"/_assets/photo."));
    site.remove("content/a.md");
    let json = site.build(&["--json"]).good().json();
    assert_eq!(json["warnings"][0]["file"], "assets/photo.jpg", "{json}");
}
