//! Pictures in several sizes.

use crate::memory::{CONFIG, Site, asset, page, put, told};
use image::{ExtendedColorType, ImageEncoder};
use press::{Change, Theme};
use std::time::Instant;

/// A picture that no encoder makes small: noise in colour.
fn noise(width: u32, height: u32) -> Vec<u8> {
    let mut seed = 1u32;
    let mut next = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    };
    (0..width * height * 3).map(|_| next()).collect()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut out);
    encoder.write_image(&noise(width, height), width, height, ExtendedColorType::Rgb8).unwrap();
    out
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 95);
    encoder.write_image(&noise(width, height), width, height, ExtendedColorType::Rgb8).unwrap();
    out
}

fn webp(width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut out);
    encoder.write_image(&noise(width, height), width, height, ExtendedColorType::Rgb8).unwrap();
    out
}

/// A theme with small sizes, whose home page shows a picture by itself.
fn theme() -> Theme {
    let manifest = "name = \"mine\"\nversion = \"1\"\nlicense = \"MIT\"\n[pictures]\nwidths = [64, 32]\nsizes = \"50vw\"\n";
    let index = "{% extends \"base.html\" %}{% block main %}<h1>{{ page.title }}</h1>{{ image(\"assets/own.png\", \"Own\", sizes=\"10px\", class=\"c\") }}{% endblock %}";
    let files = [("theme.toml", manifest), ("templates/index.html", index)];
    Theme::load("mine", files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))).unwrap()
}

/// The addresses of `srcset`, each with its width.
fn srcset(html: &str) -> Vec<(String, u32)> {
    let Some((_, rest)) = html.split_once("srcset=\"") else { return Vec::new() };
    let candidates = rest.split('"').next().unwrap().split(", ");
    let one = |candidate: &str| {
        let (url, width) = candidate.split_once(' ').unwrap();
        (url.trim_start_matches('/').to_owned(), width.trim_end_matches('w').parse().unwrap())
    };
    candidates.map(one).collect()
}

fn dimensions(site: &Site, path: &str) -> (u32, u32) {
    let files = site.files.0.lock().unwrap();
    let picture = image::load_from_memory(&files[path]).unwrap();
    (picture.width(), picture.height())
}

#[test]
fn a_picture_comes_in_the_sizes_of_the_theme_with_its_width_and_height() {
    let mut site = Site::with(CONFIG, theme());
    site.change(vec![
        put("guide/a.md", &page("A", "![Alt](pic.jpg)")),
        asset("content/guide/pic.jpg", &jpeg(100, 50)),
        asset("assets/own.png", &png(100, 40)),
    ])
    .unwrap();
    let html = site.file("guide/a/index.html");
    assert!(
        html.contains("alt=\"Alt\"")
            && html.contains("width=\"100\" height=\"50\"")
            && html.contains("sizes=\"50vw\""),
        "{html}"
    );
    let set = srcset(&html);
    assert_eq!(set.iter().map(|(_, width)| *width).collect::<Vec<_>>(), [32, 64, 100]);
    assert_eq!(dimensions(&site, &set[0].0), (32, 16));
    assert_eq!(dimensions(&site, &set[1].0), (64, 32));
    assert_eq!(set[2].0, "guide/pic.jpg");
    let home = site.file("index.html");
    assert!(
        home.contains("<img class=\"c\" src=\"/_assets/own.") && home.contains("sizes=\"10px\""),
        "{home}"
    );
    assert_eq!(dimensions(&site, &srcset(&home)[0].0), (32, 13));
}

#[test]
fn every_kind_of_picture_is_made_smaller_and_the_same_bytes_come_out_each_time() {
    let pictures = [
        ("assets/a.png", png(90, 60)),
        ("assets/b.jpg", jpeg(90, 60)),
        ("assets/c.webp", webp(90, 60)),
        ("assets/own.png", png(70, 70)),
    ];
    let built = || {
        let mut site = Site::with(CONFIG, theme());
        let body = "![a](/assets/a.png) ![b](/assets/b.jpg) ![c](/assets/c.webp)";
        let mut changes = vec![put("a.md", &page("A", body))];
        changes.extend(pictures.iter().map(|(path, bytes)| asset(path, bytes)));
        let delta = site.change(changes).unwrap();
        assert!(delta.warnings.is_empty(), "{:?}", delta.warnings);
        let html = site.file("a/index.html");
        for picture in html.split("<img").skip(1) {
            assert_eq!(srcset(picture).len(), 3, "{picture}");
        }
        site.files.0.into_inner().unwrap()
    };
    assert!(built() == built());
}

#[test]
fn a_size_that_would_have_more_bytes_than_the_picture_is_left_out() {
    let mut flat = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut flat);
    encoder.write_image(&[7; 200 * 20], 200, 20, ExtendedColorType::L8).unwrap();
    let mut site = Site::with(CONFIG, theme());
    site.change(vec![put("a.md", &page("A", "![x](/assets/own.png)")), asset("assets/own.png", &flat)])
        .unwrap();
    for (path, _) in srcset(&site.file("a/index.html")) {
        assert!(site.files.0.lock().unwrap()[&path].len() <= flat.len(), "{path}");
    }
}

#[test]
fn only_a_changed_picture_is_made_again_and_pages_without_it_stay() {
    let mut site = Site::with(CONFIG, theme());
    site.change(vec![
        put("a.md", &page("A", "![a](/assets/a.png)")),
        put("b.md", &page("B", "![b](/assets/b.png)")),
        asset("assets/a.png", &png(70, 30)),
        asset("assets/b.png", &png(70, 30)),
        asset("assets/own.png", &png(70, 30)),
    ])
    .unwrap();
    let old = srcset(&site.file("a/index.html"));
    let delta = site.change(vec![asset("assets/a.png", &png(80, 30))]).unwrap();
    let written: Vec<&String> = delta.written.iter().filter(|path| path.starts_with("_assets/")).collect();
    assert!(written.len() == 3 && written.iter().all(|path| path.starts_with("_assets/a.")), "{written:?}");
    assert!(!delta.written.iter().any(|path| path == "b/index.html"), "{:?}", delta.written);
    for (path, _) in old {
        assert!(!site.has(&path), "{path} is still there");
    }
    for (path, _) in srcset(&site.file("a/index.html")) {
        assert!(site.has(&path), "{path} is missing");
    }
    site.change(vec![put("a.md", &page("A", "x")), Change::RemoveAsset("assets/a.png".into())]).unwrap();
    assert!(!site.files.0.lock().unwrap().keys().any(|path| path.starts_with("_assets/a.")));
}

#[test]
fn a_changed_logo_does_not_take_other_assets_away() {
    let mut site = Site::with(CONFIG, theme());
    site.change(vec![
        asset("assets/own.png", &png(70, 30)),
        asset("assets/b.png", &png(70, 30)),
        asset("static/x.txt", b"x"),
    ])
    .unwrap();
    site.change(vec![asset("assets/own.png", &png(80, 30))]).unwrap();
    let files = site.files.0.lock().unwrap();
    assert!(
        files.contains_key("x.txt") && files.keys().any(|path| path.starts_with("_assets/b.")),
        "{:?}",
        files.keys()
    );
}

/// A PNG of a header and nothing else.
fn header(width: u32, height: u32) -> Vec<u8> {
    let whole = png(4, 4);
    let mut bytes = whole.clone();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 * (sum & 1)))
    };
    !bytes.iter().fold(!0, step)
}

#[test]
fn a_hostile_picture_stays_as_it_is_with_a_warning() {
    let (mut cut_png, mut cut_jpeg) = (png(300, 300), jpeg(300, 300));
    cut_png.truncate(cut_png.len() / 2);
    cut_jpeg.truncate(cut_jpeg.len() / 2);
    let mut noise_in_jpeg = jpeg(300, 300);
    let middle = noise_in_jpeg.len() / 2;
    noise_in_jpeg[2..20].fill(0xff);
    noise_in_jpeg[middle] = 0;
    for (name, bytes, said) in [
        ("huge.png", header(60_000, 60_000), "is 60000 × 60000 pixels large"),
        ("bomb.png", header(6_000, 6_000), "cannot be decoded"),
        ("zero.png", header(0, 5), "cannot be decoded"),
        ("cut.png", cut_png, "cannot be decoded"),
        ("cut.jpg", cut_jpeg, "is cut off"),
        ("bad.jpg", noise_in_jpeg, ""),
        ("named.png", jpeg(300, 300), "is named as PNG but is JPEG by its content"),
        ("text.webp", b"hello".to_vec(), "is named as WebP but is none by its content"),
        ("empty.jpg", Vec::new(), "is named as JPEG but is none by its content"),
        ("short.webp", b"RIFF\x08\0\0\0WEBP".to_vec(), "cannot be decoded"),
    ] {
        let begun = Instant::now();
        let mut site = Site::with(CONFIG, theme());
        let path = format!("assets/{name}");
        let text = page("A", &format!("![x](/{path})"));
        let delta = site
            .change(vec![put("a.md", &text), asset(&path, &bytes), asset("assets/own.png", &png(8, 8))])
            .unwrap_or_else(|faults| panic!("{name}: {}", told(&faults)));
        let warned = told(&delta.warnings);
        assert!(warned.starts_with(&format!("{path}: ")) && warned.contains(said), "{name}: {warned}");
        assert!(warned.contains("; it is shown as it is, in one size. "), "{name}: {warned}");
        let html = site.file("a/index.html");
        assert!(srcset(&html).is_empty() && html.contains("src=\"/_assets/"), "{name}: {html}");
        assert!(begun.elapsed().as_secs() < 10, "{name} took {:?}", begun.elapsed());
    }
}

#[test]
fn a_theme_with_wrong_sizes_is_told_the_line() {
    let manifest =
        "name = \"m\"\nversion = \"1\"\nlicense = \"MIT\"\n[pictures]\nwidths = [1]\nsize = \"\"\n";
    let faults = Theme::load("m", [("theme.toml".to_owned(), manifest.as_bytes().to_vec())]).err().unwrap();
    let told = told(&faults);
    assert!(
        told.contains("themes/m/theme.toml:5: `pictures.widths` must be at most 8 numbers from 16 to 8192"),
        "{told}"
    );
    assert!(told.contains("themes/m/theme.toml:6: unknown key `size`. Did you mean `sizes`?"), "{told}");
}
