use super::*;

fn import(files: &[(&str, &str)]) -> Import {
    let files =
        files.iter().map(|(path, text)| File { path: (*path).to_owned(), bytes: text.as_bytes().to_vec() });
    read(files.collect(), [])
}

fn text<'a>(import: &'a Import, path: &str) -> &'a str {
    let found = import.documents.iter().find(|document| document.path == path);
    &found.unwrap_or_else(|| panic!("{path} is not in {:?}", import.documents)).text
}

fn told(import: &Import, weight: Weight) -> Vec<String> {
    import.report.lines.iter().filter(|line| line.weight == weight).map(ToString::to_string).collect()
}

#[test]
fn zolas_keys_become_the_presss_and_what_is_lost_is_told() {
    let import = import(&[(
        "blog/2026-02-03-hello.md",
        "+++\ntitle = \"Hello\"\nweight = 3\ntemplate = \"post.html\"\naliases = [\"old\", \"a:b\"]\npath = \"p/q\"\nmood = \"good\"\n\
         [taxonomies]\ntags = [\"a\", \"b\"]\ncategories = [\"b\", \"c\"]\n[extra]\nicon = \"x\"\n+++\nHi\n",
    )]);
    let document = text(&import, "blog/2026-02-03-hello.md");
    let front: toml::Table = document.split("+++").nth(1).unwrap().parse().unwrap();
    assert_eq!(front["title"].as_str(), Some("Hello"));
    assert_eq!(front["date"].to_string(), "2026-02-03");
    assert_eq!(front["slug"].as_str(), Some("hello"));
    assert_eq!(front["tags"].to_string(), "[\"a\", \"b\", \"c\"]");
    assert_eq!(front["aliases"].to_string(), "[\"/old/\", \"/p/q/\"]");
    assert_eq!(front["extra"]["icon"].as_str(), Some("x"));
    assert_eq!(front["extra"]["mood"].as_str(), Some("good"));
    assert!(document.ends_with("+++\n\nHi\n"), "{document}");
    let changed = told(&import, Weight::Changed).join("\n");
    assert!(changed.contains("template = \"post.html\" is left out"), "{changed}");
    let warnings = told(&import, Weight::Warning);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("alias `a:b`"), "{warnings:?}");
}

#[test]
fn shortcodes_stay_as_text_and_links_to_nowhere_are_told_with_their_lines() {
    let import = import(&[
        (
            "a.md",
            "+++\ntitle = \"A\"\n+++\n\n{{ youtube(id=\"x\") }}\n\n[b](@/b.md) [gone](@/gone.md#x)\n`[c](@/c.md)`\n",
        ),
        ("b.md", "+++\ntitle = \"B\"\n+++\n"),
    ]);
    assert!(text(&import, "a.md").contains("{{ youtube(id=\"x\") }}"));
    let expected = [
        "a.md:5: warning: the shortcode `youtube` is kept as text: write what it stands for",
        "a.md:7: warning: links to @/gone.md#x, which is not in the folder",
    ];
    assert_eq!(told(&import, Weight::Warning), expected);
}

#[test]
fn a_plain_folder_takes_titles_from_headings_or_names_and_readmes_stand_for_folders() {
    let import = import(&[
        (
            "README.md",
            "# The *whole* thing\n\nSee [guide](guide/README.md#top) and [more](guide/first-steps.md).\n",
        ),
        (
            "guide/README.md",
            "Guide\n=====\n\nBack [home](../README.md), or [there][h].\n\n[h]: ../README.md\n",
        ),
        ("guide/first-steps.md", "No heading.\n"),
        ("photo/index.md", "# Photo\n"),
    ]);
    let paths: Vec<&str> = import.documents.iter().map(|document| document.path.as_str()).collect();
    assert_eq!(paths, ["_index.md", "guide/_index.md", "guide/first-steps.md", "photo/index.md"]);
    let home = text(&import, "_index.md");
    assert!(home.contains("title = \"The whole thing\"") && !home.contains("# The"), "{home}");
    assert!(
        home.contains("[guide](@/guide/_index.md#top)") && home.contains("[more](guide/first-steps.md)"),
        "{home}"
    );
    let guide = text(&import, "guide/_index.md");
    assert!(guide.contains("[home](@/_index.md)") && guide.contains("[h]: @/_index.md"), "{guide}");
    assert!(text(&import, "guide/first-steps.md").contains("title = \"First steps\""));
    assert!(!home.contains("date"));
}

#[test]
fn what_cannot_be_read_is_left_out_and_told() {
    let mut files = vec![File { path: "bad.md".into(), bytes: b"\xff".to_vec() }];
    files.push(File { path: "open.md".into(), bytes: b"+++\ntitle = 1\n".to_vec() });
    files.push(File { path: "toml.md".into(), bytes: b"+++\ntitle = \"A\"\nx =\n+++\n".to_vec() });
    let import = read(files, ["pic.png".to_owned()]);
    assert!(import.documents.is_empty());
    assert_eq!(import.assets, ["pic.png"]);
    let told = told(&import, Weight::Dropped).join("\n");
    assert!(told.contains("bad.md: left out: is not UTF-8"), "{told}");
    assert!(told.contains("open.md: left out: its front matter begins with +++ but does not end"), "{told}");
    assert!(told.contains("toml.md: left out: its front matter is not valid TOML (line 3)"), "{told}");
}

#[test]
fn the_same_folder_gives_the_same_import_twice() {
    let files = [("a.md", "# A\n"), ("b/c.md", "+++\ntitle = \"C\"\n[extra]\nz = 1\na = 2\n+++\nx\n")];
    let (once, twice) = (import(&files), import(&files));
    assert_eq!((once.documents, once.report), (twice.documents, twice.report));
}
