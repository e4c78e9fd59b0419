//! How the screens look and whether everybody can use them: in a real browser, at phone and desktop width, light and dark.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::furnished::{front_screens, furnished};
use super::rig::PASSWORD;
use crate::browser::{Browser, Page};
use crate::registry;

/// What is looked at: a width and a colour scheme.
const VIEWS: [(u32, &str); 4] = [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")];

pub async fn signed_in(browser: &Browser, origin: &str) -> Page {
    let page = browser.page().await;
    page.open(&format!("{origin}/console/sign-in")).await;
    page.click("[name=email]").await;
    page.type_text("ada@acme.example").await;
    page.click("[name=password]").await;
    page.type_text(PASSWORD).await;
    page.press("Enter").await;
    page.wait_until("location.pathname !== '/console/sign-in' && document.readyState === 'complete'").await;
    page
}

/// The source of the checker, from the package registry.
fn axe() -> String {
    let folder = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/console/axe/package.json");
    std::fs::copy(from, folder.path().join("package.json")).unwrap();
    let install = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];
    registry::install(Command::new("npm").args(install).current_dir(&folder));
    std::fs::read_to_string(folder.path().join("node_modules/axe-core/axe.min.js")).unwrap()
}

const JUDGE: &str = "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], iframes: false })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
        `${id}: ${target} ${failureSummary}`)))";

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_passes_wcag_2_2_aa_and_fits_at_every_width_in_light_and_dark() {
    let all = furnished().await;
    let axe = tokio::task::spawn_blocking(axe).await.unwrap();
    let browser = Browser::start().await;
    let stranger = browser.page().await;
    let mut faults = Vec::new();
    for (name, path) in front_screens() {
        judge(&stranger, &format!("{}{path}", all.ada.origin), name, &axe, &mut faults).await;
    }
    let page = signed_in(&browser, &all.ada.origin).await;
    for (name, path) in all.screens().await {
        judge(&page, &format!("{}{path}", all.ada.origin), name, &axe, &mut faults).await;
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    let complaints = page.complaints();
    let real: Vec<_> = complaints.iter().filter(|line| !line.contains("/nowhere")).collect();
    assert!(real.is_empty(), "{real:#?}");
    assert_eq!(page.strangers(&all.ada.origin), Vec::<String>::new());
    all.rig.stop().await;
}

/// What is wrong with a page, in each view.
pub async fn faults_of(page: &Page, address: &str, name: &str) -> Vec<String> {
    let (axe, mut faults) = (tokio::task::spawn_blocking(axe).await.unwrap(), Vec::new());
    judge(page, address, name, &axe, &mut faults).await;
    faults
}

async fn judge(page: &Page, address: &str, name: &str, axe: &str, faults: &mut Vec<String>) {
    page.open(address).await;
    page.evaluate(axe).await;
    for (width, scheme) in VIEWS {
        page.emulate(width, scheme).await;
        let found = page.evaluate(JUDGE).await;
        let found = found.as_array().unwrap_or_else(|| panic!("{name}: {found}"));
        faults.extend(
            found.iter().map(|fault| format!("{name}, {width} {scheme}: {}", fault.as_str().unwrap())),
        );
        let wide = page.evaluate("document.documentElement.scrollWidth").await;
        if wide.as_f64() > Some(f64::from(width)) {
            faults.push(format!("{name}: {wide} pixels wide in a window of {width}"));
        }
    }
}

/// Pictures of the screens are kept in the repository: a change of looks shows in review. `BLESS=1` takes them anew.
#[tokio::test(flavor = "multi_thread")]
async fn the_screens_look_as_they_were_last_seen_by_a_person() {
    let all = furnished().await;
    let browser = Browser::start().await;
    let page = signed_in(&browser, &all.ada.origin).await;
    let mut changed = Vec::new();
    for (name, path) in all.screens().await {
        page.open(&format!("{}{path}", all.ada.origin)).await;
        for (width, scheme) in VIEWS {
            let file = pictures().join(format!("{name}-{width}-{scheme}.webp"));
            if is_blessing() {
                std::fs::write(&file, page.picture(width, scheme).await).unwrap();
            }
            match std::fs::read(&file) {
                Err(error) => changed.push(format!("{}: {error}", file.display())),
                Ok(known) => changed.extend(differs(&page, (name, width, scheme), &known).await),
            }
        }
    }
    let cure = "Look at them. If they are as they should be: BLESS=1, and commit the pictures";
    assert!(changed.is_empty(), "{cure}\n{}", changed.join("\n"));
    all.rig.stop().await;
}

/// How a view still differs from its picture when it has come to rest: a frame in a page hears of a colour scheme some
/// moments after the page itself.
async fn differs(page: &Page, (name, width, scheme): (&str, u32, &str), known: &[u8]) -> Option<String> {
    let began = Instant::now();
    loop {
        let picture = page.picture(width, scheme).await;
        let apart = apart(known, &picture);
        if apart <= MOST_APART {
            return None;
        }
        if began.elapsed() > REST {
            let seen = std::env::temp_dir().join(format!("{name}-{width}-{scheme}.webp"));
            std::fs::write(&seen, &picture).unwrap();
            return Some(format!("{name} {width} {scheme}: {apart:.1} % apart, see {}", seen.display()));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "a person at a terminal takes the pictures anew")]
fn is_blessing() -> bool {
    std::env::var_os("BLESS").is_some()
}

fn pictures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/console/pictures")
}

/// Letters differ a little from machine to machine, and times and ids from run to run; what moves or changes its colour is
/// more than that.
const MOST_APART: f64 = 4.0;
/// How long a view may take until it stands still.
const REST: Duration = Duration::from_secs(20);

/// How far two pictures are apart, as a share of what can be, after fine detail is blurred away.
fn apart(one: &[u8], other: &[u8]) -> f64 {
    let small = |bytes: &[u8]| {
        let picture = image::load_from_memory(bytes).unwrap();
        let (width, height) = (picture.width() / 12, picture.height() / 12);
        picture.resize_exact(width, height, image::imageops::FilterType::Triangle).to_rgb8()
    };
    let (one, other) = (small(one), small(other));
    if one.dimensions() != other.dimensions() {
        return 100.0;
    }
    let sum: f64 = one.as_raw().iter().zip(other.as_raw()).map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
    sum / (one.as_raw().len() as f64 * 255.0) * 100.0
}
