//! The layers of ARCHITECTURE.md as a table, and every `crate::` edge of the sources against it.
//!
//! main -> app -> faces -> rooms -> infrastructure -> tenancy -> base

mod edges;
mod purity;
mod table;

use edges::{Edge, Source};

fn sources() -> Vec<Source> {
    edges::read(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

#[test]
fn every_edge_between_modules_is_in_the_table() {
    let mut wrong: Vec<String> = Vec::new();
    for source in sources() {
        for Edge { line, from, to } in source.edges() {
            if let Err(why) = table::judge(&from, &to) {
                wrong.push(format!("src/{}:{line}: {from} imports {to}: {why}", source.path));
            }
        }
        wrong.extend(source.escapes().into_iter().map(|line| {
            format!(
                "src/{}:{line}: `super::` leaves the room: write crate::ROOM, which the table judges",
                source.path
            )
        }));
    }
    wrong.dedup();
    let cure = "Move the code to where it belongs, hand the thing over as a parameter, or, if the edge is right, \
                write it into tests/layers/table.rs with the reason and into ARCHITECTURE.md";
    assert!(wrong.is_empty(), "\n{}\n\n{cure}\n", wrong.join("\n"));
}

#[test]
fn the_table_names_every_module_and_no_other() {
    let mut modules: Vec<String> = sources().into_iter().map(|source| source.module).collect();
    modules.sort();
    modules.dedup();
    // The pure crates are packages of their own: purity.rs judges them.
    modules.retain(|module| !["press", "checks"].contains(&module.as_str()));
    let unknown: Vec<&String> = modules.iter().filter(|module| !table::knows(module)).collect();
    assert!(unknown.is_empty(), "give {unknown:?} a layer in tests/layers/table.rs");
}

/// Tenancy is a key: it is made from a credential, by the rooms that know credentials.
#[test]
fn scopes_are_granted_by_accounts_and_sites_alone() {
    let mut wrong = Vec::new();
    for source in sources() {
        if ["accounts", "sites", "tenancy"].contains(&source.module.as_str()) {
            continue;
        }
        for (line, text) in source.product_code() {
            if ["OrgScope::grant", "SiteScope::grant", "Departed::grant"]
                .iter()
                .any(|grant| text.contains(grant))
            {
                wrong.push(format!("src/{}:{line}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "take a scope as a parameter instead of granting one: {wrong:?}");
}

/// Who works beyond the wall that keeps organisations' rows apart on PostgreSQL, by the beginning of the path.
const BEYOND_THE_WALL: [(&str, &str); 16] = [
    ("accounts/", "proves who somebody is before any organisation is known"),
    ("db/", "is the wall"),
    ("departures/", "removes organisations, and with them what nobody has a key to any more"),
    ("events/chain.rs", "verifies the operator's chain too"),
    ("events/depart.rs", "keeps the operator's chain"),
    ("events/readers.rs", "finds organisations in which something has happened"),
    ("flags/", "are the operator's, and hold for whoever asks"),
    ("idempotency/mod.rs", "clears away what is not given again, whoever's it was"),
    ("pages/store/depart.rs", "removes what is left of an organisation"),
    ("publishing/store.rs", "finds what is live on a host, and what any edition refers to"),
    ("queue/", "works for all"),
    ("sites/", "finds the site of a host, counts flips, and looks whether a name is another's"),
    ("storage/epochs.rs", "counts for all"),
    ("storage/holds.rs", "holds for all"),
    ("webhooks/deliver.rs", "writes the owners a letter, which is a job of the product's own"),
    ("webhooks/s", "sweeps deliveries of all"),
];

#[test]
fn rows_of_all_organisations_are_seen_by_those_alone_who_work_for_none() {
    let beyond = |text: &str| text.contains(".system()") || text.contains(".write_system()");
    let mut wrong = Vec::new();
    let mut used: Vec<&str> = Vec::new();
    for source in sources() {
        for (line, _) in source.product_code().filter(|(_, text)| beyond(text)) {
            match BEYOND_THE_WALL.iter().find(|(path, _)| source.path.starts_with(path)) {
                Some((path, _)) => used.push(path),
                None => wrong.push(format!("src/{}:{line}", source.path)),
            }
        }
    }
    assert!(wrong.is_empty(), "ask with a scope (`Db::of`, `Db::write_of`), or say why here: {wrong:?}");
    let idle: Vec<_> = BEYOND_THE_WALL.iter().filter(|(path, _)| !used.contains(path)).collect();
    assert!(idle.is_empty(), "these need it no more: {idle:?}");
}

/// A room's tables are its own: everybody else asks the room.
#[test]
fn no_room_shows_its_rows_or_queries() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (line, text) in source.product_code() {
            let text = text.trim();
            if ["pub mod rows", "pub mod store", "pub use rows", "pub use store::*"]
                .iter()
                .any(|p| text.starts_with(p))
            {
                wrong.push(format!("src/{}:{line}: {text}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "keep rows and store private, and show a verb: {wrong:?}");
}

/// Small files are the habit, not a law for tables and state machines: the figures of the architecture's models.
#[test]
fn half_of_the_files_are_under_160_lines_and_nine_in_ten_under_300() {
    let mut lengths: Vec<(usize, String)> = sources()
        .into_iter()
        .chain(edges::read(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/src")))
        .map(|source| (source.text.lines().count(), source.path))
        .collect();
    lengths.sort();
    let at = |tenths: usize| lengths[lengths.len() * tenths / 10].0;
    let longest = &lengths[lengths.len() * 9 / 10..];
    assert!(at(5) <= 160, "the median file has {} lines", at(5));
    assert!(at(9) <= 300, "split these by ideas, one per file: {longest:?}");
}
