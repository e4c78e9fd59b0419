//! Who may import whom.

/// The layers from the bottom up. A module may import the layers below its own, and in its own layer what stands lower.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    Base,
    Tenancy,
    Infrastructure,
    Room,
    Face,
    App,
    Main,
}

/// Module, layer, and its height inside the layer: a module may import lower ones of its own layer.
const MODULES: &[(&str, Layer, u8)] = &[
    ("base", Layer::Base, 0),
    // The words by which everybody tells how work went. Not above: the database tells as well.
    ("marks", Layer::Base, 1),
    ("tenancy", Layer::Tenancy, 0),
    ("archive", Layer::Infrastructure, 0),
    ("db", Layer::Infrastructure, 0),
    ("cache", Layer::Infrastructure, 0),
    ("keys", Layer::Infrastructure, 0),
    // What is counted for all processes is counted in the cache.
    ("limits", Layer::Infrastructure, 1),
    ("browser", Layer::Infrastructure, 0),
    // What one process has looked up is kept for the others.
    ("oidc", Layer::Infrastructure, 1),
    ("llm", Layer::Infrastructure, 0),
    ("crawl", Layer::Infrastructure, 0),
    ("dns", Layer::Infrastructure, 0),
    ("idempotency", Layer::Infrastructure, 1),
    // The count by which blobs are swept is a row.
    ("storage", Layer::Infrastructure, 1),
    ("mail", Layer::Infrastructure, 0),
    ("stripe", Layer::Infrastructure, 0),
    ("queue", Layer::Infrastructure, 1),
    // Told by jobs.
    ("cdn", Layer::Infrastructure, 2),
    // Holds the settings structs of those below it.
    ("config", Layer::Infrastructure, 3),
    ("telemetry", Layer::Infrastructure, 4),
    ("events", Layer::Room, 0),
    ("flags", Layer::Room, 0),
    ("accounts", Layer::Room, 1),
    ("billing", Layer::Room, 2),
    ("brands", Layer::Room, 3),
    ("sites", Layer::Room, 3),
    ("themes", Layer::Room, 3),
    ("scans", Layer::Room, 4),
    ("audits", Layer::Room, 4),
    ("pages", Layer::Room, 4),
    ("traffic", Layer::Room, 4),
    ("webhooks", Layer::Room, 4),
    ("publishing", Layer::Room, 5),
    // Who leaves takes something of every room along, and leaves nothing in any.
    ("departures", Layer::Room, 6),
    // Copies what every room keeps, exports among it.
    ("backups", Layer::Room, 7),
    // All faces have the same height: they never import each other.
    ("api", Layer::Face, 0),
    ("console", Layer::Face, 0),
    ("host", Layer::Face, 0),
    ("worker", Layer::Face, 0),
    ("cli", Layer::Face, 0),
    ("app", Layer::App, 0),
    ("main", Layer::Main, 0),
    ("lib", Layer::Main, 0),
];

/// Edges that the layers alone would not allow, each with its reason.
const NAMED: &[(&str, &str, &str)] = &[
    ("flags", "events", "each change of a switch is an event, and no event asks for a switch"),
    ("worker", "queue", "it registers the jobs of each room and works them off"),
    ("worker", "cdn", "a cache that could not be told is told again"),
    ("worker", "db", "a job that fails on the database is tried again: it has to know that error"),
    ("worker", "idempotency", "answers that are not given again are cleared away at night"),
    ("api", "db", "`/readyz` asks the database itself whether it is there and current"),
    ("api", "queue", "jobs are a resource: programs look at them and call them off"),
    ("api", "idempotency", "an answer is kept for those who repeat a request"),
    ("api", "browser", "the session of the console is a credential here as well, with the same proofs"),
    ("api", "limits", "callers are limited before a room is asked"),
    ("console", "browser", "cookies and form tokens are what its sessions and forms live by"),
    ("console", "limits", "so are people who try to sign in"),
    ("console", "db", "an error of the database says whether waiting helps"),
    ("console", "queue", "long work is shown as it gets on"),
    ("host", "limits", "which proxies may ask what is served"),
    ("host", "cache", "published files are served from a bounded memory cache"),
    ("host", "storage", "and read from the artefacts when they are not in it"),
    ("host", "keys", "a preview is seen by whoever holds a signed address"),
    ("cli", "config", "the command line is where settings are read"),
    ("cli", "telemetry", "and where logging is started"),
    ("cli", "crawl", "`audit URL` needs no server and no database: it fetches and judges in the terminal"),
    ("cli", "db", "`migrate` and `doctor` speak of the database itself"),
    ("cli", "keys", "`doctor` looks at each configured part itself"),
    ("cli", "storage", "`doctor` as well"),
    ("cli", "queue", "`demo` waits for the jobs that it enqueued"),
    ("cli", "app", "`serve`, `worker` and `demo` start the composed program"),
];

/// Settings are read once, by the face that starts the program, and by what composes it: everything else gets a struct
/// of its own with just what it needs.
const READ_SETTINGS: &[&str] = &["telemetry", "cli", "app"];
const START_TELEMETRY: &[&str] = &["cli", "app"];

/// Macros at the crate's root are written like modules.
const MACROS: &[&str] = &["id_kind"];

pub(super) fn knows(module: &str) -> bool {
    place(module).is_some()
}

fn place(module: &str) -> Option<(Layer, u8)> {
    MODULES.iter().find(|(name, ..)| *name == module).map(|(_, layer, height)| (*layer, *height))
}

/// Whether `from` may import `to`; if not, why.
pub(super) fn judge(from: &str, to: &str) -> Result<(), String> {
    if from == to || MACROS.contains(&to) || NAMED.iter().any(|(a, b, _)| (*a, *b) == (from, to)) {
        return Ok(());
    }
    let Some((from_layer, from_height)) = place(from) else {
        return Err(format!("{from} has no layer in the table"));
    };
    let Some((to_layer, to_height)) = place(to) else {
        return Err(format!("{to} has no layer in the table"));
    };
    if to == "config" && !READ_SETTINGS.contains(&from) {
        return Err("settings are read by cli and app alone; take a struct with what is needed".to_owned());
    }
    if to == "telemetry" && !START_TELEMETRY.contains(&from) {
        return Err("logging is started by cli and app alone; write to tracing".to_owned());
    }
    if from_layer == Layer::Face && to_layer == Layer::Infrastructure {
        return Err("a face asks a room; of infrastructure it gets only what the table names".to_owned());
    }
    if from_layer == Layer::Face && to_layer == Layer::Face {
        return Err("faces never import each other".to_owned());
    }
    if (to_layer, to_height) < (from_layer, from_height) && to_layer <= from_layer {
        return Ok(());
    }
    Err(format!("{to} does not stand below {from}"))
}

#[test]
fn the_table_judges_as_the_architecture_says() {
    for (from, to) in
        [("pages", "sites"), ("publishing", "pages"), ("host", "storage"), ("app", "host"), ("db", "tenancy")]
    {
        assert_eq!(judge(from, to), Ok(()), "{from} -> {to}");
    }
    for (from, to) in [
        ("sites", "pages"),
        ("brands", "sites"),
        ("api", "console"),
        ("console", "storage"),
        ("db", "events"),
        ("base", "tenancy"),
        ("pages", "config"),
        ("pages", "host"),
        ("cli", "host"),
    ] {
        assert!(judge(from, to).is_err(), "{from} -> {to}");
    }
}
