//! alt-text: images with alternative text.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::{Image, Page};
use crate::site::Site;
use crate::words;

pub(crate) static CHECK: Check = Check {
    id: "alt-text",
    category: Category::Structure,
    weight: 1.0,
    effort: Effort::Small,
    page_controls: true,
    why: "Engines read a picture by its alternative text; without one it is not there.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    if page.images.is_empty() {
        return Seen::unmeasured("the page has no images");
    }
    let wanting: Vec<String> = page.images.iter().filter_map(objection).collect();
    let share = (page.images.len() - wanting.len()) as f64 / page.images.len() as f64;
    let fix = "Say in 10 to 125 characters what each image shows; give decoration an empty alt.";
    Seen::scale(share >= 0.9, share >= 0.6, fix).seen_all(wanting)
}

fn objection(image: &Image) -> Option<String> {
    let src = &image.src;
    let why = match &image.alt {
        _ if image.decoration => return None,
        None => "no alt".to_owned(),
        Some(alt) if alt.is_empty() => return None,
        Some(alt) if is_file_name(alt) => format!("alt=\"{alt}\" is a file name"),
        Some(alt) => match words::length(alt) {
            10..=125 => return None,
            length => format!("alt=\"{alt}\" has {length} characters"),
        },
    };
    Some(format!("<img src=\"{src}\">: {why}"))
}

/// "IMG_2041.jpeg", "hero-final-2.png"
fn is_file_name(alt: &str) -> bool {
    let lower = alt.to_ascii_lowercase();
    let ending =
        [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg"].iter().any(|end| lower.ends_with(end));
    ending && !alt.contains(char::is_whitespace)
}
