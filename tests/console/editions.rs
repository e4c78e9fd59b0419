//! What the console tells of an edition: what its build said, and what it changed.

use citepress::pages::{Brief, NewPage};

use super::furnished::{Furnished, SITE, furnished, published};

#[tokio::test(flavor = "multi_thread")]
async fn an_edition_tells_what_it_changed_and_what_its_build_warned_of() {
    let Furnished { rig, ada, scope, edition, names: _names, .. } = furnished().await;
    let list = ada.get(&format!("{SITE}/publish")).await.page();
    assert_eq!(list.texts("td a.pill.warn"), ["1 warning"], "the list points at it");
    let shown = ada.get(&list.attributes("td a.title", "href")[0]).await.page();
    assert_eq!(shown.texts("h1"), ["Edition 2"]);
    assert!(shown.text.contains("since edition 1"), "{}", shown.text);
    let warning = "assets/acme.webp: is named as WebP but is none by its content";
    assert!(shown.texts(".lines li").iter().any(|line| line.starts_with(warning)), "{}", shown.text);
    let files = shown.texts(".files li");
    assert!(
        files.iter().any(|file| file.starts_with("/about/index.html") && file.contains('→')),
        "{files:?}"
    );
    assert!(files.iter().any(|file| file.contains("acme") && file.ends_with("13 B")), "{files:?}");
    assert!(
        !files.iter().any(|file| file.starts_with("/robots.txt")),
        "what is the same is not told: {files:?}"
    );

    // The other way round, and the first one, which has nothing before it.
    let first = ada.get(&list.attributes("td a.title", "href")[1]).await.page();
    assert!(first.text.contains("all of its files are new"), "{}", first.text);
    let held = first.texts("dd").into_iter().find(|fact| fact.contains("files,")).unwrap();
    let pills = first.texts(".figures .pill");
    assert_eq!(pills[0].split(' ').next(), held.split(' ').next(), "all are added: {pills:?}, {held}");
    let id = list.attributes("td a.title", "href")[1].clone();
    let back = ada.get(&format!("{id}?with={edition}")).await.page();
    assert!(back.text.contains("since edition 2") && back.text.contains("is the later one"), "{}", back.text);
    assert!(!pills[2].starts_with('1'), "{pills:?}");
    assert_ne!(back.texts(".figures .pill")[2], "0 files removed");
    let same = ada.get(&format!("{id}?with={}", id.rsplit('/').next().unwrap())).await.page();
    assert!(same.text.contains("both hold the same files"), "{}", same.text);

    // One that fails tells all of its faults.
    let text = "+++\ntitle = \"B\"\n+++\n[x](@/gone.md) [y](@/away.md)\n";
    let new = NewPage {
        path: "b.md".into(),
        title: "B".into(),
        kind: press::PageKind::Article,
        brief: Brief::handwritten(),
    };
    let broken = rig.app.pages.create_written(&scope, new, text.into()).await.unwrap();
    let failed = published(&rig, &scope, vec![broken], "a broken one").await;
    let failed_path = format!("{SITE}/editions/{failed}");
    let shown = ada.get(&failed_path).await.page();
    let faults = shown.texts(".lines li");
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert_eq!(faults[0], "content/b.md:4: link to @/away.md goes nowhere.");
    assert_eq!(faults[1], "content/b.md:4: link to @/gone.md goes nowhere.");
    let list = ada.get(&format!("{SITE}/publish")).await.page();
    assert!(list.texts("td .small a").contains(&"and 1 more".to_owned()), "{}", list.text);
    let compared = ada.get(&format!("{SITE}/editions/{edition}?with={failed}")).await;
    assert_eq!(compared.status, 409, "it holds nothing to compare with");
    rig.stop().await;
}
