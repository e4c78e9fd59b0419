//! Bad input gets a clear fault and loses nothing.

use crate::memory::{CONFIG, Site, page, put, told};
use press::{Asset, Change, Fault, Press, SiteConfig, Theme};
use std::sync::Arc;

fn theme(templates: &[(&str, &str)]) -> Result<Theme, Vec<Fault>> {
    Theme::load(
        "mine",
        templates.iter().map(|(name, text)| (format!("templates/{name}"), text.as_bytes().to_vec())),
    )
}

#[test]
fn a_50_mb_document_is_refused_with_its_size() {
    let mut site = Site::new();
    let faults = site.put(&[("big.md", &"word ".repeat(10_000_000))]).unwrap_err();
    assert_eq!(
        told(&faults),
        "content/big.md: is 50 MB long; 8 MB is the most. Split it into several pages.\n"
    );
}

#[test]
fn nesting_100_000_levels_deep_is_a_fault_on_a_normal_stack() {
    let work = || {
        for (name, nested) in [
            ("quotes", "> ".repeat(100_000)),
            ("lists", "- + ".repeat(50_000)),
            ("numbers", "1. ".repeat(100_000)),
            ("emphasis", format!("{}x{}", "*a ".repeat(100_000), " a*".repeat(100_000))),
            ("brackets", format!("{}x{}", "[".repeat(100_000), "](/)".repeat(100_000))),
            ("html", "<div>".repeat(100_000)),
            ("inline html", format!("x {}", "<b>".repeat(100_000))),
        ] {
            let mut site = Site::new();
            let begun = std::time::Instant::now();
            match site.put(&[("deep.md", &page("Deep", &nested))]) {
                // Spans and links in each other are flat after all: the parser gives up on them.
                Ok(_) => assert!(matches!(name, "emphasis" | "brackets"), "{name}"),
                Err(faults) => {
                    let told = told(&faults);
                    assert!(
                        told.contains("content/deep.md:4: ") && told.contains("nested more than"),
                        "{name}: {told}"
                    );
                }
            }
            assert!(begun.elapsed().as_secs() < 20, "{name} took {:?}", begun.elapsed());
        }
    };
    std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(work).unwrap().join().unwrap();
}

#[test]
fn two_pages_of_one_address_are_a_fault_that_names_both() {
    let mut site = Site::new();
    let faults = site.put(&[("a b.md", &page("A", "x")), ("A-B.md", &page("B", "x"))]).unwrap_err();
    let told = told(&faults);
    assert!(
        told.contains("content/a b.md") && told.contains("content/A-B.md") && told.contains("/a-b/"),
        "{told}"
    );
}

#[test]
fn files_that_differ_only_in_case_are_a_fault() {
    let mut site = Site::new();
    let asset = |path: &str| Change::PutAsset(Asset { path: path.to_owned(), bytes: "x".into() });
    let faults = site.change(vec![asset("static/Logo.png"), asset("static/logo.png")]).unwrap_err();
    assert!(told(&faults).contains("which static/"), "{}", told(&faults));
}

#[test]
fn a_page_cannot_take_the_place_of_the_presss_own_files() {
    let mut site = Site::new();
    let faults = site.put(&[("search.md", &page("Search", "x"))]).unwrap_err();
    assert!(told(&faults).contains("/search/"), "{}", told(&faults));
    let faults = site.put(&[("_assets/x.md", &page("X", "x"))]).unwrap_err();
    assert!(told(&faults).contains("the press needs"), "{}", told(&faults));
}

#[test]
fn script_in_markdown_does_not_reach_the_page() {
    let mut site = Site::new();
    let body = "<script>alert(1)</script>\n\nHi <img src=https://x.example/p onerror=alert(2)> <b>bold</b>\n\n```\n<script>shown</script>\n```\n";
    site.put(&[("a.md", &page("<script>alert(3)</script>", body))]).unwrap();
    let html = site.file("a/index.html");
    let content = html.split("<main>").nth(1).unwrap().split("</main>").next().unwrap();
    assert!(!content.contains("<script") && !content.contains("onerror"), "{content}");
    assert!(content.contains("<b>bold</b>") && content.contains("&lt;script&gt;shown"), "{content}");
    assert_eq!(site.file("a/index.html").matches("</script>").count(), 1, "only the JSON-LD ends a script");
    let faults = site.put(&[("b.md", &page("B", "[x](javascript:alert(1))"))]).unwrap_err();
    assert!(
        told(&faults).contains("content/b.md:4: link to javascript:alert(1) could run script"),
        "{}",
        told(&faults)
    );
}

#[test]
fn front_matter_faults_of_all_files_come_at_once() {
    let mut site = Site::new();
    let faults = site
        .put(&[
            ("a.md", "+++\ntitel = \"A\"\n+++\n"),
            ("b.md", "+++\ntitle = \n+++\n"),
            ("c.md", "+++\ndate = \"soon\"\nslug = \"../x\"\n+++\n"),
        ])
        .unwrap_err();
    let told = told(&faults);
    for part in [
        "content/a.md:2: unknown key `titel`. Did you mean `title`?",
        "content/b.md:2: is not valid TOML",
        "content/c.md:2: `date`",
        "content/c.md:3: `slug`",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert!(site.press.is_empty());
}

#[test]
fn faults_of_every_kind_come_at_once() {
    let site = "title = \"E\"\nbase_url = \"https://docs.example\"\ncolour = \"red\"\n";
    let theme = theme(&[("page.html", "<p>\n{% if %}\n")]).map(Arc::new);
    let press = Press::open(SiteConfig::read(site, None), theme).unwrap();
    let faults = press
        .plan(vec![
            put("a.md", "+++\ntitel = \"A\"\n+++\n[x](/nowhere/) [c](@/c.md)\n"),
            put("b.md", "+++\nslug = \"same\"\n+++\n"),
            put("c.md", "+++\ntitle = \"C\"\nslug = \"same\"\n+++\n[gone](gone.md) [a](a.md)\n"),
        ])
        .err()
        .unwrap();
    let told = told(&faults);
    for part in [
        "site.toml:3: unknown key `colour`. Known here:",
        "themes/mine/templates/page.html:2: ",
        "content/a.md:2: unknown key `titel`. Did you mean `title`?",
        "content/a.md:4: link to /nowhere/ goes nowhere",
        "content/c.md:3: wants the address /same/, which content/b.md has already",
        "content/c.md:5: link to gone.md goes nowhere",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert_eq!(faults.iter().filter(|fault| fault.file.starts_with("content/")).count(), 4, "{told}");
}

#[test]
fn a_fault_of_the_theme_that_only_pages_show_is_told_with_those_of_the_content() {
    let mut site = Site::with(CONFIG, theme(&[("page.html", "a\n{{ page.titel }}")]).unwrap());
    let broken = page("B", "[x](/nowhere/)");
    let faults =
        site.put(&[("a.md", &page("A", "x")), ("b.md", &broken), ("c.md", &page("C", "x"))]).unwrap_err();
    let told = told(&faults);
    assert!(told.contains("content/b.md:4: link to /nowhere/"), "{told}");
    assert_eq!(
        told.matches("themes/mine/templates/page.html:2: ").count(),
        1,
        "once, not for every page: {told}"
    );
}

#[test]
fn a_link_to_a_page_that_cannot_be_read_yet_is_no_fault() {
    let mut site = Site::new();
    let unclosed = "+++\ntitle = \"B\"\nslug = \"other\"\n";
    let faults =
        site.put(&[("a.md", &page("A", "[b](@/b.md) [b](/other/)")), ("b.md", unclosed)]).unwrap_err();
    assert_eq!(
        told(&faults),
        "content/b.md:1: front matter begins with +++ but does not end. Close it with a line of +++.\n"
    );
}

#[test]
fn a_syntax_error_in_front_matter_does_not_hide_the_faults_on_its_other_lines() {
    let mut site = Site::new();
    let faults = site
        .put(&[("a.md", "+++\ntitel = \"A\"\nweight = \n[extra]\nx = 1 2\n+++\n[x](/no/)\n")])
        .unwrap_err();
    let told = told(&faults);
    for part in [
        "content/a.md:2: unknown key `titel`",
        "content/a.md:3: is not valid TOML",
        "content/a.md:5: is not valid TOML",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
}

#[test]
fn a_theme_with_a_syntax_error_names_the_line() {
    let faults = theme(&[("page.html", "<p>\n{% if %}\n")]).err().unwrap();
    assert!(told(&faults).starts_with("themes/mine/templates/page.html:2: "), "{}", told(&faults));
}

#[test]
fn a_theme_without_end_is_a_fault_that_names_template_and_line() {
    let endless = [
        (
            "loop",
            "{% block main %}\n{% for a in range(99999) %}{% for b in range(99999) %}{{ b }}{% endfor %}{% endfor %}{% endblock %}",
        ),
        ("macro", "{% macro m(x) %}\n{{ m(x) }}{% endmacro %}{{ m(1) }}"),
        ("include", "\n{% include \"page.html\" %}"),
    ];
    for (name, template) in endless {
        let mut site = Site::with(CONFIG, theme(&[("page.html", template)]).unwrap());
        let faults = site.put(&[("a.md", &page("A", "x"))]).unwrap_err();
        assert!(told(&faults).starts_with("themes/mine/templates/page.html:"), "{name}: {}", told(&faults));
    }
}

#[test]
fn a_template_that_asks_for_what_is_not_there_is_a_fault() {
    let mut site = Site::with(CONFIG, theme(&[("page.html", "a\n{{ page.titel }}")]).unwrap());
    let faults = site.put(&[("a.md", &page("A", "x"))]).unwrap_err();
    assert!(told(&faults).starts_with("themes/mine/templates/page.html:2: "), "{}", told(&faults));
    let mut site = Site::with(CONFIG, theme(&[("page.html", "{{ asset('css/no.css') }}")]).unwrap());
    let faults = site.put(&[("a.md", &page("A", "x"))]).unwrap_err();
    assert!(told(&faults).contains("there is no asset css/no.css"), "{}", told(&faults));
}

#[test]
fn params_are_checked_against_the_theme() {
    let toml = "name = \"mine\"\nversion = \"1\"\nlicense = \"MIT\"\n[params.accent]\ntype = \"color\"\ndefault = \"#123456\"\n";
    let theme = Arc::new(Theme::load("mine", [("theme.toml".to_owned(), toml.as_bytes().to_vec())]).unwrap());
    let config = |params: &str| SiteConfig::parse(&format!("{CONFIG}[params]\n{params}\n")).unwrap();
    assert!(Press::new(config("accent = \"#abc\""), theme.clone()).is_ok());
    let faults = Press::new(config("acent = \"#abc\""), theme.clone()).err().unwrap();
    assert!(told(&faults).contains("Did you mean `accent`?"), "{}", told(&faults));
    let faults = Press::new(config("accent = 3"), theme).err().unwrap();
    assert!(told(&faults).contains("must be a colour"), "{}", told(&faults));
}
