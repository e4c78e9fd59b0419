//! Builds a corpus and tells how long it takes and how much memory.
//!
//!     cargo bench -p press -- corpus DIR PAGES      writes DIR/content (also for peers)
//!     cargo bench -p press -- build DIR OUT THEME   reads DIR/content, writes OUT
//!     cargo bench -p press -- memory PAGES THEME    no disk at all
//!     cargo bench -p press -- edit PAGES THEME      one page of a built site changes, 200 times

use press::{Change, Document, NoTexts, OutFile, Press, Sink, SiteConfig, Texts, Theme};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{env, fs, io};

const CONFIG: &str = "title = \"Bench\"\nbase_url = \"https://bench.example\"\ndescription = \"A corpus.\"\n";
const WORDS: [&str; 32] = [
    "engine", "answer", "source", "page", "index", "crawler", "claim", "quote", "reader", "section", "table",
    "figure", "model", "token", "cache", "edition", "theme", "sitemap", "schema", "link", "query", "result",
    "score", "audit", "robot", "feed", "mirror", "anchor", "summary", "language", "release", "version",
];

fn main() -> io::Result<()> {
    let args: Vec<String> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["corpus", dir, pages] => corpus(Path::new(dir), number(pages)),
        ["build", dir, out, theme] => build(Path::new(dir), Path::new(out), theme),
        ["memory", pages, theme] => memory(number(pages), theme),
        ["edit", pages, theme] => edit(number(pages), theme),
        _ => {
            println!(
                "give one of: corpus DIR PAGES | build DIR OUT THEME | memory PAGES THEME | edit PAGES THEME"
            );
            Ok(())
        }
    }
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or(1000)
}

/// A small generator of numbers: the corpus is the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides.max(1)).unwrap_or(1)).unwrap_or_default()
    }

    fn sentence(&mut self, out: &mut String) {
        for n in 0..8 + self.roll(10) {
            if n > 0 {
                out.push(' ');
            }
            out.push_str(WORDS[self.roll(WORDS.len())]);
        }
        out.push_str(". ");
    }
}

fn path(n: usize, pages: usize) -> String {
    format!("section-{}/page-{n}.md", n * 100 / pages.max(1))
}

/// One page of about 8 kB: headings, lists, a table, code, internal links.
fn page(n: usize, pages: usize) -> String {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (n as u64 + 1).wrapping_mul(0x2545_f491_4f6c_dd1d));
    let (month, day) = (1 + n % 12, 1 + n % 28);
    let mut out = format!(
        "+++\ntitle = \"Page {n} about the {}\"\ndate = 2026-{month:02}-{day:02}\n",
        WORDS[n % WORDS.len()]
    );
    let _ = writeln!(
        out,
        "description = \"What page {n} says about its subject, in one sentence of a usual length.\"\n+++\n"
    );
    for section in 0..6 {
        let _ = writeln!(out, "## The {} in part {section}\n", WORDS[dice.roll(WORDS.len())]);
        for _ in 0..2 {
            for _ in 0..3 {
                dice.sentence(&mut out);
            }
            let other = dice.roll(pages);
            let _ = writeln!(out, "See [page {other}](@/{}) and **more** of `code`.\n", path(other, pages));
        }
        for _ in 0..5 {
            out.push_str("- ");
            dice.sentence(&mut out);
            out.push('\n');
        }
        out.push('\n');
        match section % 3 {
            0 => {
                out.push_str("| name | value | note |\n|---|---:|---|\n");
                for row in 0..6 {
                    let _ = writeln!(
                        out,
                        "| {} | {} | {} |",
                        WORDS[dice.roll(32)],
                        row * 17,
                        WORDS[dice.roll(32)]
                    );
                }
                out.push('\n');
            }
            1 => {
                out.push_str("```rust\n/// Adds up.\nfn total(items: &[u32]) -> u32 {\n    let mut sum = 0; // start\n");
                out.push_str("    for item in items {\n        sum += item * 2;\n    }\n    println!(\"sum {sum}\");\n    sum\n}\n```\n\n");
            }
            _ => {
                out.push_str("```json\n{\"name\": \"bench\", \"values\": [1, 2.5, true], \"nested\": {\"deep\": null}}\n```\n\n");
            }
        }
    }
    out
}

fn documents(pages: usize) -> Vec<(String, String)> {
    (0..pages).map(|n| (path(n, pages), page(n, pages))).collect()
}

fn corpus(dir: &Path, pages: usize) -> io::Result<()> {
    let mut bytes = 0;
    for (path, text) in documents(pages) {
        let file = dir.join("content").join(path);
        fs::create_dir_all(file.parent().unwrap_or(dir))?;
        bytes += text.len();
        fs::write(file, text)?;
    }
    println!("{pages} pages, {} bytes each", bytes / pages.max(1));
    Ok(())
}

/// Writes below a folder; makes each directory once.
struct Disk {
    root: PathBuf,
    made: Mutex<HashSet<PathBuf>>,
    bytes: AtomicUsize,
}

impl Sink for Disk {
    fn write(&self, file: OutFile<'_>) -> io::Result<()> {
        let path = self.root.join(file.path);
        if let Some(folder) = path.parent() {
            let known = self.made.lock().is_ok_and(|made| made.contains(folder));
            if !known {
                fs::create_dir_all(folder)?;
                if let Ok(mut made) = self.made.lock() {
                    made.insert(folder.to_owned());
                }
            }
        }
        self.bytes.fetch_add(file.bytes.len(), Ordering::Relaxed);
        fs::write(path, file.bytes)
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        fs::remove_file(self.root.join(path))
    }
}

/// Counts and forgets.
#[derive(Default)]
struct Count {
    files: AtomicUsize,
    bytes: AtomicUsize,
}

impl Sink for Count {
    fn write(&self, file: OutFile<'_>) -> io::Result<()> {
        self.files.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(file.bytes.len(), Ordering::Relaxed);
        Ok(())
    }

    fn remove(&self, _path: &str) -> io::Result<()> {
        Ok(())
    }
}

struct Folder(PathBuf);

impl Texts for Folder {
    fn text(&self, path: &str) -> io::Result<Cow<'_, str>> {
        fs::read_to_string(self.0.join(path)).map(Cow::Owned)
    }
}

struct Kept(std::collections::HashMap<String, String>);

impl Texts for Kept {
    fn text(&self, path: &str) -> io::Result<Cow<'_, str>> {
        self.0
            .get(path)
            .map(|text| Cow::Borrowed(text.as_str()))
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

fn new_press(theme: &str) -> io::Result<Press> {
    let theme = if Path::new(theme).is_dir() {
        folder_theme(Path::new(theme))?
    } else {
        Theme::builtin(theme).map_err(told)?
    };
    Press::new(SiteConfig::parse(CONFIG).map_err(told)?, Arc::new(theme)).map_err(told)
}

fn folder_theme(dir: &Path) -> io::Result<Theme> {
    let mut paths = Vec::new();
    walk(dir, &mut paths)?;
    let mut files = Vec::new();
    for path in paths {
        files
            .push((path.strip_prefix(dir).unwrap_or(&path).to_string_lossy().into_owned(), fs::read(&path)?));
    }
    Theme::load("atlas", files).map_err(told)
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn told(faults: Vec<press::Fault>) -> io::Error {
    io::Error::other(faults.iter().take(20).map(|fault| format!("{fault}\n")).collect::<String>())
}

fn walk(dir: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() { walk(&path, paths)? } else { paths.push(path) }
    }
    Ok(())
}

fn build(dir: &Path, out: &Path, theme: &str) -> io::Result<()> {
    let begun = Instant::now();
    let mut press = new_press(theme)?;
    let content = dir.join("content");
    let mut paths = Vec::new();
    walk(&content, &mut paths)?;
    let found = |path: &PathBuf| {
        Change::Found(path.strip_prefix(&content).unwrap_or(path).to_string_lossy().into_owned())
    };
    let changes = paths.iter().map(found).collect();
    let texts = Folder(content.clone());
    let listed = begun.elapsed();
    let plan = press.plan_with(changes, &texts).map_err(told)?;
    let planned = begun.elapsed();
    let disk = Disk { root: out.to_owned(), made: Mutex::default(), bytes: AtomicUsize::new(0) };
    let delta = press.render(plan, &texts, &disk).map_err(told)?;
    report(
        &[("listed", listed), ("planned", planned), ("written", begun.elapsed())],
        delta.written.len(),
        disk.bytes.into_inner(),
    );
    Ok(())
}

fn memory(pages: usize, theme: &str) -> io::Result<()> {
    let mut press = new_press(theme)?;
    let changes =
        documents(pages).into_iter().map(|(path, text)| Change::Put(Document { path, text })).collect();
    let begun = Instant::now();
    let plan = press.plan(changes).map_err(told)?;
    let planned = begun.elapsed();
    let count = Count::default();
    press.render(plan, &NoTexts, &count).map_err(told)?;
    report(
        &[("planned", planned), ("rendered", begun.elapsed())],
        count.files.into_inner(),
        count.bytes.into_inner(),
    );
    Ok(())
}

fn edit(pages: usize, theme: &str) -> io::Result<()> {
    let mut press = new_press(theme)?;
    let mut texts = Kept(documents(pages).into_iter().collect());
    let found = texts.0.keys().cloned().map(Change::Found).collect();
    let plan = press.plan_with(found, &texts).map_err(told)?;
    press.render(plan, &texts, &Count::default()).map_err(told)?;
    let mut times = Vec::new();
    let mut dice = Dice(77);
    for round in 0..200 {
        let path = path(dice.roll(pages), pages);
        let text = format!("{}\nEdited in round {round}.\n", texts.0[&path]);
        texts.0.insert(path.clone(), text.clone());
        let begun = Instant::now();
        let plan = press.plan(vec![Change::Put(Document { path, text })]).map_err(told)?;
        press.render(plan, &texts, &Count::default()).map_err(told)?;
        times.push(begun.elapsed());
    }
    times.sort();
    println!(
        "edit of one page of {pages}: median {:?}, p95 {:?}, worst {:?}",
        times[100], times[190], times[199]
    );
    Ok(())
}

fn report(times: &[(&str, Duration)], files: usize, bytes: usize) {
    for (what, time) in times {
        print!("{what} {:.3} s, ", time.as_secs_f64());
    }
    println!("{files} files, {} MB, peak {} MB", bytes / 1_000_000, peak() / 1000);
}

/// Most resident memory so far, in kB; 0 where the system does not tell.
fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse().ok()).unwrap_or_default()
}
