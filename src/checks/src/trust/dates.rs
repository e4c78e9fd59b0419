//! dates: a visible date equal to JSON-LD, not older than 180 days.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::jsonld::{is_page_kind, string};
use crate::page::{Kind, Page, Place};
use crate::site::Site;
use crate::words::dates::{self, Label};

pub(crate) static CHECK: Check = Check {
    id: "dates",
    category: Category::Trust,
    weight: 3.0,
    effort: Effort::Small,
    page_controls: true,
    why: "Engines prefer what is fresh and distrust dates that only machines see.",
    judge: Judge::Page(judge),
};

const FRESH_DAYS: i64 = 180;
const STALE_DAYS: i64 = 365;
const DAY: i64 = 24 * 60 * 60;

fn judge(page: &Page<'_>, site: &Site<'_>) -> Seen {
    let marked = Marked::read(page);
    let shown = shown(page);
    let fix = "Show the date of the last change, in a <time> element, and give the same day in the JSON-LD.";
    if let Some(conflict) = conflict(&marked, &shown) {
        return Seen::fail(fix).seen(conflict);
    }
    let both = marked.all().filter(|day| shown.iter().any(|one| one.day == *day)).max();
    let Some(day) = both else {
        let first = shown.first().map_or("no date shown".to_owned(), |one| format!("shown: {}", one.day));
        let told =
            marked.all().max().map_or("no date in JSON-LD".to_owned(), |day| format!("JSON-LD: {day}"));
        return Seen::fail(fix).seen(first).seen(told);
    };
    let told = format!("{day}, shown and in JSON-LD");
    let Ok(start) = day.to_zoned(TimeZone::UTC) else { return Seen::fail(fix).seen(told) };
    let age = site.subject.now.as_second() - start.timestamp().as_second();
    // A day ahead is the same day in another time zone.
    if age < -DAY {
        return Seen::fail("Do not date a page in the future.").seen(told);
    }
    let days = age.div_euclid(DAY);
    let old = "Look through the page, bring it up to date, and date the change.";
    Seen::scale(days <= FRESH_DAYS, days <= STALE_DAYS, old).seen(format!("{told}, {} days old", days.max(0)))
}

/// The days that JSON-LD gives the page.
struct Marked {
    published: Vec<Date>,
    modified: Vec<Date>,
}

impl Marked {
    fn read(page: &Page<'_>) -> Marked {
        let nodes = page.nodes();
        let days = |key: &str| -> Vec<Date> {
            let own = nodes.iter().filter(|node| is_page_kind(node));
            let mut days: Vec<Date> = own.filter_map(|node| dates::day(string(node, key)?)).collect();
            days.sort_unstable();
            days.dedup();
            days
        };
        Marked { published: days("datePublished"), modified: days("dateModified") }
    }

    fn all(&self) -> impl Iterator<Item = Date> {
        self.modified.iter().chain(&self.published).copied()
    }
}

/// A day that a reader sees.
struct Shown {
    day: Date,
    label: Option<Label>,
}

/// Dates in `time` elements outside navigation, and dates that a word like "updated" stands before.
fn shown(page: &Page<'_>) -> Vec<Shown> {
    let mut all = Vec::new();
    for time in page.times.iter().filter(|time| time.place != Place::Nav) {
        let before =
            page.blocks.get(time.block).and_then(|block| block.text.get(..time.at.min(block.text.len())));
        let label = dates::label(&time.marks).or_else(|| dates::label(before.unwrap_or("")));
        let written: Vec<Date> = dates::find(&time.text).into_iter().map(|(_, day)| day).collect();
        // What the reader sees counts; the attribute only where the text is no date ("two days ago").
        let machine = time.datetime.as_deref().and_then(dates::day).into_iter().collect();
        let days = if written.is_empty() { machine } else { written };
        all.extend(days.into_iter().map(|day| Shown { day, label }));
    }
    for block in page
        .blocks
        .iter()
        .filter(|block| block.place != Place::Nav && block.kind != Kind::Code && block.text.len() < 400)
    {
        for (at, day) in dates::find(&block.text) {
            if let Some(label) = dates::label(&block.text[..at]) {
                all.push(Shown { day, label: Some(label) });
            }
        }
    }
    all
}

fn conflict(marked: &Marked, shown: &[Shown]) -> Option<String> {
    for (days, key) in [(&marked.modified, "dateModified"), (&marked.published, "datePublished")] {
        if let [first, .., last] = days.as_slice() {
            return Some(format!("{key} is {first} and {last} in the same page"));
        }
    }
    if let (Some(modified), Some(published)) = (marked.modified.first(), marked.published.first())
        && modified < published
    {
        return Some(format!("dateModified {modified} is before datePublished {published}"));
    }
    for (label, days, key) in [
        (Label::Updated, &marked.modified, "dateModified"),
        (Label::Published, &marked.published, "datePublished"),
    ] {
        let labelled: Vec<Date> =
            shown.iter().filter(|one| one.label == Some(label)).map(|one| one.day).collect();
        if let (Some(seen), Some(told)) = (labelled.first(), days.first())
            && !labelled.contains(told)
        {
            return Some(format!("shown as {}: {seen}; {key}: {told}", format!("{label:?}").to_lowercase()));
        }
    }
    None
}
