//! `citepress import`.

use super::site::Site;
use super::zola;

#[test]
fn a_zola_folder_of_a_thousand_pages_is_listed_without_a_warning_and_nothing_is_written() {
    let site = zola::thousand_pages();
    let json = site.run(&["import", "docs", "site", "--dry-run", "--json"]).good().json();
    assert_eq!((json["documents"].as_u64(), json["assets"].as_u64()), (Some(1000), Some(1)));
    let lines = json["lines"].as_array().unwrap();
    let bad: Vec<_> =
        lines.iter().filter(|line| line["weight"] == "warning" || line["weight"] == "dropped").collect();
    assert!(bad.is_empty(), "{bad:?}");
    let in_folder: Vec<_> =
        std::fs::read_dir(site.around()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(in_folder, ["site"]);
}

#[test]
fn a_zola_folder_of_a_thousand_pages_goes_into_a_site_and_is_published() {
    let site = zola::thousand_pages();
    let import = ["import", "docs", "site", "--publish", "--data", "data"];
    let said = site.run(&import).good().stdout();
    assert!(said.contains("Imported 1000 pages (1000 new or changed) and 1 files."), "{said}");
    assert!(said.contains("Edition 1 is live"), "{said}");
    let live = site.around().join("data/sites/docs.localhost");
    let sitemap = std::fs::read_to_string(live.join("sitemap.xml")).unwrap();
    let addresses = sitemap.matches("<loc>").count();
    let parts = sitemap.matches("<sitemap>").count();
    assert!(addresses >= 1000 || parts > 0, "{addresses} addresses, {parts} parts");

    let again = site.run(&import).good().stdout();
    assert!(again.contains("Imported 1000 pages (0 new or changed)"), "{again}");
}

#[test]
fn the_dry_run_tells_each_file_on_a_line() {
    let site = Site::empty();
    site.write("README.md", "# Start\n\n[gone](gone.md)\n");
    site.write("pic.png", "x");
    let said = site.run(&["import", "docs", "site", "--dry-run"]).good().stdout();
    let expected = [
        "README.md: a page, as _index.md",
        "README.md:3: warning: links to gone.md, which is not in the folder",
        "pic.png: goes along as it is",
        "1 pages and 1 other files would go into docs: 0 changes, 1 warnings, 0 left out",
    ];
    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let said = Site::empty().run(&["import", "docs", "site", "--dry-run"]).bad().stderr();
    assert!(said.contains("site: is no folder. Name the folder with the Markdown files."), "{said}");
}
