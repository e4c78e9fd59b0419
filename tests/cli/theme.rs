//! `citepress theme`.

use super::site::Site;

#[test]
fn a_new_theme_is_a_copy_that_passes_its_check_and_builds() {
    let site = Site::new();
    let said = site.run(&["theme", "new", "themes/own", "--from", "plain"]).good().stdout();
    assert!(said.contains("theme = \"own\""), "{said}");
    site.run(&["theme", "check", "themes/own"]).good();
    site.write("site.toml", "title = \"T\"\nbase_url = \"https://a.example\"\ntheme = \"own\"\n");
    site.build(&[]).good();
    let again = site.run(&["theme", "new", "themes/own", "--from", "plain"]).bad().stderr();
    assert!(again.contains("themes/own exists already: name a folder that is not there yet"), "{again}");
}

#[test]
fn a_template_that_asks_for_what_is_not_there_fails_the_check_with_its_line() {
    let site = Site::new();
    site.run(&["theme", "new", "themes/own", "--from", "plain"]).good();
    site.write(
        "../themes/own/templates/tag.html",
        "{% extends \"base.html\" %}\n{% block main %}\n{{ page.titel }}\n{% endblock %}",
    );
    let said = site.run(&["theme", "check", "themes/own"]).bad().stderr();
    assert!(said.contains("themes/own/templates/tag.html:3: "), "{said}");
    let json = site.run(&["theme", "check", "themes/own", "--json"]).bad().json();
    assert_eq!(json["faults"][0]["line"], 3, "{json}");
}

#[test]
fn a_folder_without_a_theme_says_how_to_make_one() {
    let said = Site::new().run(&["theme", "check", "site"]).bad().stderr();
    assert!(
        said.contains("site: is no theme: it has no theme.toml. Make one with `citepress theme new DIR`"),
        "{said}"
    );
}

#[test]
fn an_unknown_theme_to_start_from_is_told_with_those_there_are() {
    let said = Site::new().run(&["theme", "new", "themes/own", "--from", "plein"]).bad().stderr();
    assert!(said.contains("there is no theme `plein` in this program: it has plain"), "{said}");
}

#[test]
fn a_sites_own_template_goes_before_the_themes_and_its_faults_name_it() {
    let site = Site::new();
    site.write(
        "templates/page.html",
        "{% extends \"base.html\" %}{% block main %}<h1>Mine: {{ page.title }}</h1>{% endblock %}",
    );
    site.build(&[]).good();
    assert!(site.built("guide/start/index.html").contains("<h1>Mine: Start</h1>"));
    site.write("templates/page.html", "{% extends \"base.html\" %}\n{% block main %}");
    let said = site.build(&[]).bad().stderr();
    assert!(said.starts_with("templates/page.html:"), "{said}");
}

#[test]
fn a_sites_own_machine_files_go_before_the_themes_and_those_before_the_built_in_ones() {
    let site = Site::new();
    site.run(&["theme", "new", "themes/own", "--from", "plain"]).good();
    site.write("site.toml", "title = \"T\"\nbase_url = \"https://a.example\"\ntheme = \"own\"\n");
    for file in ["feed.xml", "robots.txt", "llms.txt"] {
        site.build(&[]).good();
        let built_in = site.built(file);
        site.write(&format!("../themes/own/templates/{file}"), "of the theme");
        site.build(&[]).good();
        assert_eq!(site.built(file), "of the theme");
        site.write(&format!("templates/{file}"), "of the site\n{{ page.content }}");
        site.build(&[]).good();
        assert_eq!(site.built(file), format!("of the site\n{built_in}"));
        site.write(&format!("templates/{file}"), "of the site\n{{ page.contents }}");
        let said = site.build(&[]).bad().stderr();
        assert!(said.contains(&format!("templates/{file}:2: ")), "{said}");
        site.remove(&format!("templates/{file}"));
        site.write(&format!("../themes/own/templates/{file}"), "\n{% endif %}");
        let said = site.run(&["theme", "check", "themes/own"]).bad().stderr();
        assert!(said.contains(&format!("themes/own/templates/{file}:2: ")), "{said}");
        site.remove(&format!("../themes/own/templates/{file}"));
    }
}
