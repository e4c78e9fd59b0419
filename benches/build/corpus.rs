//! The pages: made from a seed, the same on every machine. About 8 kB each, with headings, lists, a table, code and
//! links between pages, in front matter and Markdown that all generators read.

use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;

/// Pages in one section.
const SECTION: usize = 100;
const BYTES: usize = 8_000;

const WORDS: &[&str] = &[
    "answer", "engine", "source", "page", "reader", "table", "claim", "figure", "index", "robot", "crawl",
    "query", "fact", "quote", "link", "title", "author", "date", "edition", "theme", "market", "signal",
    "record", "sample", "measure", "method", "result", "model", "version", "release", "window", "server",
    "cache", "header", "request", "response", "schema", "entity", "graph", "node", "edge", "path", "field",
    "value", "range", "limit", "order", "weight", "score", "share", "the", "a", "of", "and", "to", "in",
    "with", "for", "from", "by", "is", "was", "has", "holds", "gives",
];

const CODE: &[(&str, &str)] = &[
    (
        "rust",
        "fn main() {\n    let pages: Vec<u32> = (1..=10).collect();\n    // Sum of all pages.\n    println!(\"{}\", pages.iter().sum::<u32>());\n}\n",
    ),
    (
        "python",
        "def fetch(url, tries=3):\n    \"\"\"Fetch a page.\"\"\"\n    for attempt in range(tries):\n        if attempt > 1:\n            return None\n    return url\n",
    ),
    ("json", "{\n  \"name\": \"example\",\n  \"pages\": [1, 2, 3],\n  \"live\": true\n}\n"),
    ("bash", "#!/bin/sh\nfor file in *.md; do\n  echo \"building $file\"\ndone\n"),
];

/// A small generator of pseudo-random numbers (SplitMix64), so that the corpus needs no seed from outside.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| WORDS[self.below(WORDS.len())]).collect();
        words.join(" ")
    }

    fn sentence(&mut self) -> String {
        let count = 8 + self.below(10);
        let text = self.words(count);
        format!("{}{}. ", text[..1].to_uppercase(), &text[1..])
    }
}

/// Writes a `content` folder of `pages` pages besides the sections' own. Gives back their bytes.
pub(super) fn write(content: &Path, pages: usize) -> io::Result<usize> {
    let mut bytes = 0;
    fs::create_dir_all(content)?;
    fs::write(
        content.join("_index.md"),
        "+++\ntitle = \"A site to measure with\"\n+++\n\nAll sections are listed here.\n",
    )?;
    for section in 0..pages.div_ceil(SECTION) {
        let folder = content.join(format!("section-{section:04}"));
        fs::create_dir_all(&folder)?;
        fs::write(
            folder.join("_index.md"),
            format!("+++\ntitle = \"Section {section}\"\n+++\n\nPages of section {section}.\n"),
        )?;
        for page in section * SECTION..pages.min((section + 1) * SECTION) {
            let text = text(page, pages);
            bytes += text.len();
            fs::write(folder.join(format!("page-{page:06}.md")), text)?;
        }
    }
    Ok(bytes)
}

fn text(page: usize, pages: usize) -> String {
    let mut numbers = Numbers(page as u64);
    let mut text = format!(
        "+++\ntitle = \"Page {page}: {}\"\ndescription = \"{}\"\ndate = 20{:02}-{:02}-{:02}\n+++\n\n{}\n",
        numbers.words(4),
        numbers.sentence().trim(),
        10 + numbers.below(16),
        1 + numbers.below(12),
        1 + numbers.below(28),
        numbers.sentence()
    );
    let mut part = 0;
    while text.len() < BYTES {
        let level = if part % 3 == 2 { "###" } else { "##" };
        let _ = write!(text, "\n{level} Part {part} about {}\n\n", numbers.words(3));
        for _ in 0..2 {
            let before = numbers.sentence();
            let to = numbers.below(pages);
            let (words, after) = (numbers.words(2), numbers.sentence() + &numbers.sentence());
            let _ = write!(
                text,
                "{before}See [{words}](/section-{:04}/page-{to:06}/) and **{words}**. {after}\n\n",
                to / SECTION
            );
        }
        match part % 4 {
            0 => list(&mut text, &mut numbers, "-"),
            1 => table(&mut text, &mut numbers),
            2 => {
                let (language, code) = CODE[numbers.below(CODE.len())];
                let _ = writeln!(text, "```{language}\n{code}```");
            }
            _ => list(&mut text, &mut numbers, "1."),
        }
        part += 1;
    }
    text
}

fn list(text: &mut String, numbers: &mut Numbers, mark: &str) {
    for _ in 0..6 {
        let _ = writeln!(text, "{mark} {} with `{}`", numbers.sentence().trim(), numbers.words(1));
    }
}

fn table(text: &mut String, numbers: &mut Numbers) {
    text.push_str("| name | count | note |\n| --- | --: | --- |\n");
    for _ in 0..6 {
        let _ = writeln!(text, "| {} | {} | {} |", numbers.words(2), numbers.below(10_000), numbers.words(4));
    }
}
