//! After any series of edits the output is that of a clean build, and an edit costs what it touches.

use crate::memory::{Site, page};

fn big(pages: usize) -> Site {
    let mut site = Site::new();
    let documents: Vec<(String, String)> = (0..pages)
        .map(|n| {
            let body = format!(
                "Text of page {n}.\n\n## Usage\n\n[next](@/s{}/p{}.md)",
                (n + 1) % pages % 7,
                (n + 1) % pages
            );
            (format!("s{}/p{n}.md", n % 7), page(&format!("Page {n}"), &body))
        })
        .collect();
    let documents: Vec<(&str, &str)> =
        documents.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    site.put(&documents).unwrap();
    site
}

#[test]
fn the_work_of_an_edit_does_not_grow_with_the_site() {
    for pages in [200, 2000] {
        let mut site = big(pages);
        let other = site.sources.0["s1/p8.md"].replace("Text of", "Changed text of");
        let delta = site.put(&[("s1/p8.md", &other)]).unwrap();
        // The page, its listing (its description changed), the search page and 404.
        assert!(delta.rendered_pages <= 5, "{pages} pages: {} rendered", delta.rendered_pages);
        assert!(delta.written.len() <= 8, "{pages} pages: {:?}", delta.written);
        let other = other.replace("title = \"", "title = \"New ");
        let delta = site.put(&[("s1/p8.md", &other)]).unwrap();
        assert!(
            delta.rendered_pages <= 60,
            "{pages} pages: {} rendered after a new title",
            delta.rendered_pages
        );
    }
}
