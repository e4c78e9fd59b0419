//! `cargo bench --bench build`: `citepress build` beside Hugo (and Zola, where it is installed) on the same pages.
//!
//! Each run starts with an empty output folder; the generators take turns, so that a slow moment of the machine meets all
//! of them. The output of each is verified before its figures count.
//!
//! ```text
//! cargo bench --bench build -- [--pages 10000] [--runs 5] [--dir DIR] [--only citepress,hugo,zola] [--scale]
//! ```
//! `--dir` chooses the disk (a tmpfs, say); `--scale` builds ten times the pages with citepress as well.

mod contender;
mod corpus;
mod measure;
mod verify;

use std::error::Error;
use std::path::{Path, PathBuf};

use contender::Contender;
use measure::{Figures, median};

type Outcome<T> = Result<T, Box<dyn Error>>;

struct Options {
    pages: usize,
    runs: usize,
    dir: PathBuf,
    only: Vec<String>,
    scale: bool,
}

fn main() -> Outcome<()> {
    let options = options()?;
    let work = tempfile::Builder::new().prefix("citepress-bench-").tempdir_in(&options.dir)?;
    let contenders: Vec<Contender> = Contender::all()
        .into_iter()
        .filter(|one| options.only.is_empty() || options.only.iter().any(|name| name == one.name))
        .collect();
    let content = work.path().join("content");
    let bytes = corpus::write(&content, options.pages)?;
    println!(
        "{} pages, {:.1} MB of Markdown, {} runs each\n",
        options.pages,
        bytes as f64 / 1e6,
        options.runs
    );
    let mut results: Vec<(&Contender, Vec<Figures>)> = Vec::new();
    for one in &contenders {
        if one.is_there() {
            results.push((one, Vec::new()));
        } else {
            println!("{} is not installed: {}\n", one.name, one.cure);
        }
    }
    for _ in 0..options.runs {
        for (one, figures) in &mut results {
            figures.push(run(one, work.path(), &content, options.pages)?);
        }
    }
    print(&results);
    if options.scale {
        scale(work.path(), &content, &options)?;
    }
    Ok(())
}

/// One build into an empty folder, measured and verified.
fn run(one: &Contender, work: &Path, content: &Path, pages: usize) -> Outcome<Figures> {
    let (site, out) = (work.join(one.name), work.join("out"));
    one.prepare(&site, content)?;
    if out.exists() {
        std::fs::remove_dir_all(&out)?;
    }
    let figures = measure::run(one.command(&site, &out));
    std::fs::rename(site.join("content"), content)?;
    let figures = figures?;
    verify::output(&out, pages, one).map_err(|error| format!("{}: {error}", one.name))?;
    Ok(figures)
}

fn print(results: &[(&Contender, Vec<Figures>)]) {
    let ours = results.iter().find(|(one, _)| one.name == "citepress").map(|(_, figures)| seconds(figures));
    println!("| generator | median s | fastest | slowest | peak MB | times citepress |");
    println!("| --- | --: | --: | --: | --: | --: |");
    for (one, figures) in results {
        let all = figures.iter().map(|run| run.seconds);
        let (least, most) = (all.clone().fold(f64::MAX, f64::min), all.fold(0.0, f64::max));
        let peak = figures.iter().map(|run| run.peak_bytes).max().unwrap_or_default() as f64 / 1e6;
        let ratio = ours.map_or_else(String::new, |ours| format!("{:.1}", seconds(figures) / ours));
        println!(
            "| {} | {:.2} | {least:.2} | {most:.2} | {peak:.0} | {ratio} |",
            one.version(),
            seconds(figures)
        );
    }
}

fn seconds(figures: &[Figures]) -> f64 {
    median(figures.iter().map(|run| run.seconds).collect())
}

/// Ten times the pages must not take more than eleven times as long.
fn scale(work: &Path, content: &Path, options: &Options) -> Outcome<()> {
    let all = Contender::all();
    let ours = all.iter().find(|one| one.name == "citepress").ok_or("no citepress")?;
    let small = run(ours, work, content, options.pages)?;
    std::fs::remove_dir_all(content)?;
    corpus::write(content, options.pages * 10)?;
    let large = run(ours, work, content, options.pages * 10)?;
    println!(
        "\n{} pages in {:.2} s and {:.0} MB; {} pages in {:.2} s and {:.0} MB: {:.1} times as long",
        options.pages,
        small.seconds,
        small.peak_bytes as f64 / 1e6,
        options.pages * 10,
        large.seconds,
        large.peak_bytes as f64 / 1e6,
        large.seconds / small.seconds
    );
    Ok(())
}

fn options() -> Outcome<Options> {
    let mut options =
        Options { pages: 10_000, runs: 5, dir: std::env::temp_dir(), only: Vec::new(), scale: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--pages" => options.pages = value()?.parse()?,
            "--runs" => options.runs = value()?.parse()?,
            "--dir" => options.dir = value()?.into(),
            "--only" => options.only = value()?.split(',').map(ToOwned::to_owned).collect(),
            "--scale" => options.scale = true,
            // What cargo itself hands to every bench.
            "--bench" => {}
            _ => return Err(format!("unknown argument {argument}").into()),
        }
    }
    Ok(options)
}
