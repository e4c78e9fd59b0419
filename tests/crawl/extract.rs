//! What is made of pages of all sorts.

use std::fmt::Write;
use std::time::{Duration, Instant};

use citepress::crawl::{ExtractError, Extracted, extract};
use url::Url;

fn read(html: &str) -> Extracted {
    extract(html, &Url::parse("https://example.com/docs/page").unwrap()).unwrap()
}

const ARTICLE: &str = "<article><h1>Bees <a class=headerlink href='#bees'>¶</a></h1>
    <p>Bees live in <b>colonies</b> of <a href='../many'>many thousands</a>, and a colony has one queen that lays all eggs.</p>
    <h2 id=x><a href='#x'>Their <code>work</code></a></h2>
    <table><thead><tr><th>Bee</th><th>Days</th></tr></thead><tbody><tr><td>Queen</td><td>16</td></tr></tbody></table>
    <ul><li>First<ul><li>Inner</li></ul></li><li>Second</li></ul>
    <div class='highlight-source-python'><pre>    def fly():
        return <span class=n>True</span></pre></div>
    <p><img src=/bee.png alt='A bee'><a href='javascript:alert(1)'>Press</a></p></article>";

#[test]
fn tables_lists_code_headings_and_links_are_kept() {
    let page = read(&format!("<html lang=en-GB><body>{ARTICLE}</body></html>"));
    let expected = [
        "# Bees\n",
        "**colonies**",
        "[many thousands](https://example.com/many)",
        "\n## Their `work`\n",
        "| Bee | Days |",
        "| Queen | 16 |",
        "- First\n",
        "- Inner\n",
        "```python\ndef fly():\n    return True\n```",
        "![A bee](https://example.com/bee.png)",
        "Press",
    ];
    for part in expected {
        assert!(page.markdown.contains(part), "{part:?} is not in:\n{}", page.markdown);
    }
    assert!(!page.markdown.contains("javascript") && !page.markdown.contains('¶'));
    assert_eq!((page.title.as_str(), page.lang.as_deref()), ("Bees", Some("en-GB")));
}

#[test]
fn what_surrounds_the_content_is_dropped() {
    let page = read(&format!(
        "<body><header><a href=/>Home</a></header><nav>Menu</nav><div class=cookie-banner>We use cookies</div>
        <div class='col sidebar'>Side</div><main>{ARTICLE}<aside>Buy honey</aside>
        <aside class=note>Bees sting.</aside><form>Subscribe<input></form><script>track()</script>
        <style>p{{}}</style><div hidden>Hidden</div></main><footer>Imprint</footer></body>"
    ));
    for noise in ["Home", "Menu", "cookies", "Side", "honey", "Subscribe", "track", "p{", "Hidden", "Imprint"]
    {
        assert!(!page.markdown.contains(noise) && !page.text.contains(noise), "{noise}:\n{}", page.markdown);
    }
}

#[test]
fn a_page_without_marks_is_read_by_what_reads_like_content() {
    let words = "Bees, of which there are many kinds, live together in large colonies, and they make honey. "
        .repeat(6);
    let mut menu = String::new();
    (0..30).for_each(|n| write!(menu, "<li><a href=/{n}>Link {n}</a></li>").unwrap());
    let page = read(&format!(
        "<title>Bees - Farm</title><body><div><ul>{menu}</ul></div><div><h1>Bees</h1><p>{words}</p><p>{words}</p></div></body>"
    ));
    assert!(
        page.markdown.contains("# Bees\n") && page.markdown.contains("they make honey"),
        "{}",
        page.markdown
    );
    assert!(!page.markdown.contains("Link 7"), "{}", page.markdown);
    assert_eq!(page.links.len(), 30);
}

#[test]
fn what_the_page_says_of_itself_is_read() {
    let page = read(&format!(
        "<html lang=de><head><title>Bees | Farm</title><meta name=description content=' All  about bees '>
        <link rel=canonical href=/bees><meta property='article:published_time' content='2026-03-04T05:06:07Z'>
        <meta name=author content='A. Beekeeper'></head><body>{ARTICLE}</body></html>"
    ));
    assert_eq!(page.description.as_deref(), Some("All about bees"));
    assert_eq!(page.canonical.unwrap().as_str(), "https://example.com/bees");
    assert_eq!(page.published.as_deref(), Some("2026-03-04"));
    assert_eq!((page.author.as_deref(), page.lang.as_deref()), (Some("A. Beekeeper"), Some("de")));
}

#[test]
fn the_hash_changes_with_the_content_and_with_nothing_else() {
    let one = read(&format!("<body class=a><nav>1</nav><main>{ARTICLE}</main></body>"));
    let reworked = ARTICLE.replace("<p>", "<p class=x data-y=1>\n   ").replace(" lives", "\n lives");
    let two = read(&format!(
        "<body class=b><nav>2 <a href=/new>new</a></nav><main id=m>{reworked}</main><script>3</script>"
    ));
    let three = read(&format!("<main>{}</main>", ARTICLE.replace("one queen", "two queens")));
    assert_eq!(one.hash, two.hash, "{}\n{}", one.markdown, two.markdown);
    assert_ne!(one.hash, three.hash);
}

#[test]
fn links_are_absolute_and_each_is_named_once() {
    let page = read("<base href='/base/'><body><a href=a>1</a><a href=a#x>2</a><a href=//other.example/b>3</a><a href='mailto:x'>4</a>
        <a rel=nofollow href=c>5</a><noscript><iframe src=toc.html></iframe></noscript><p>Some text that stands here.</p>");
    let links: Vec<&str> = page.links.iter().map(Url::as_str).collect();
    assert_eq!(
        links,
        ["https://example.com/base/a", "https://other.example/b", "https://example.com/base/toc.html"]
    );
}

#[test]
fn a_page_without_text_is_named_as_such() {
    let url = Url::parse("https://example.com/").unwrap();
    for empty in ["", "<html></html>", "<div id=app></div><script>draw()</script>", "<nav>Only a menu</nav>"]
    {
        let error = extract(empty, &url).unwrap_err();
        assert!(matches!(error, ExtractError::Empty { .. }), "{error}");
    }
}

#[test]
fn hostile_markup_takes_no_time_no_stack_and_no_memory() {
    let url = Url::parse("https://example.com/").unwrap();
    let mut fonts = String::new();
    (0..20_000).for_each(|n| write!(fonts, "<font size={n}>").unwrap());
    let cases = [
        "<div>".repeat(100_000),
        "<ul><li>".repeat(100_000),
        format!("{fonts}{}", "<p>x".repeat(20_000)),
        "<b><object></b></object>".repeat(30_000) + &"<p>x".repeat(20_000),
        "<table><tr><td>".repeat(20_000),
        format!("<p {}>x</p>", "a=1 ".repeat(100_000)),
        "<svg><a><math>".repeat(20_000),
        "</p>".repeat(500_000),
        "&amp;<!-- -->".repeat(200_000),
        format!("<main><p>{}</p></main>", "word ".repeat(500_000)),
        format!("<main>{}</main>", "<p>A short line of text.</p>".repeat(60_000)),
    ];
    for case in cases {
        let begun = Instant::now();
        // On a thread with the stack that blocking work has.
        let (html, url) = (case.clone(), url.clone());
        let work = std::thread::Builder::new()
            .stack_size(2 << 20)
            .spawn(move || extract(&html, &url).map(|page| page.hash));
        let outcome = work.unwrap().join().expect("no panic");
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{} took {:?}: {outcome:?}",
            &case[..40],
            begun.elapsed()
        );
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 300, ..Default::default() })]

    #[test]
    fn no_markup_makes_the_reader_stumble(
        html in "(</?(div|p|main|article|h[1-6]|ul|li|pre|code|table|tr|td|a|b|img|aside|header|nav|svg|template|title)( (class|href|src|id)='?[a-z#:/é]{0,8}'?)?>|[a-zé日 ]{1,12}|&[a-z]{2,5};|<!--|-->|`|\\*|\\n){0,80}"
    ) {
        let url = Url::parse("https://example.com/").unwrap();
        if let Ok(page) = extract(&html, &url) {
            // Read again, the same page has the same hash.
            proptest::prop_assert_eq!(page.hash, extract(&html, &url).unwrap().hash);
        }
    }
}
