//! Every setting: its path, its default as TOML, and what it means.

/// One setting.
#[derive(Debug)]
pub(super) struct Known {
    pub path: &'static str,
    pub default: &'static str,
    pub meaning: &'static str,
    pub secret: bool,
}

const fn set(path: &'static str, default: &'static str, meaning: &'static str) -> Known {
    Known { path, default, meaning, secret: false }
}

const fn secret(path: &'static str, meaning: &'static str) -> Known {
    Known { path, default: "\"\"", meaning, secret: true }
}

pub(super) const KNOWN: &[Known] = &[
    set("data", "\"./data\"", "the data folder: database, artefacts, published trees, keys"),
    set("sites_dir", "\"\"", "where the published trees are written; empty: sites in the data folder"),
    set("server.bind", "\"127.0.0.1\"", "the address to listen on"),
    set("server.port", "8080", "the port to listen on; 0 takes a free one"),
    set("server.public_url", "\"\"", "the console's address as people type it; empty: http://localhost:PORT"),
    set(
        "server.trusted_proxies",
        "[]",
        "proxies whose X-Forwarded-For is believed: addresses or networks (CIDR); all others' says nothing",
    ),
    set("server.sites_domain", "\"localhost\"", "sites without a domain of their own live at SLUG.this"),
    set("server.connections", "8192", "connections at once; more wait until one is closed"),
    set("server.drain_seconds", "25", "how long running requests and jobs may finish after SIGTERM"),
    secret(
        "database.url",
        "sqlite:PATH or postgres://USER@HOST/NAME; empty: citepress.db in the data folder",
    ),
    secret(
        "database.replica_url",
        "a PostgreSQL server that follows that one, for figures and old log lines",
    ),
    set("database.readers", "4", "SQLite: connections for reading"),
    set("database.connections", "10", "PostgreSQL: connections for tenants' work, and as many for the rest"),
    set(
        "database.statement_seconds",
        "30",
        "PostgreSQL: the longest that one statement may take; migrations may",
    ),
    set("storage.bucket", "\"\"", "a bucket by the S3 protocol for artefacts; empty: the data folder"),
    set("storage.endpoint", "\"\"", "its server, such as https://s3.example; empty: Amazon's, by the region"),
    set("storage.region", "\"us-east-1\"", "the region that requests to it are signed for"),
    secret("storage.access_key", "which key signs; empty: the one of the machine's own role"),
    secret("storage.secret_key", "that key"),
    set("storage.prefix", "\"\"", "what names of objects begin with, where several share the bucket"),
    set("storage.patience_seconds", "10", "how long the bucket may be silent before a request is given up"),
    secret(
        "redis.url",
        "redis://:PASSWORD@HOST:6379/0, rediss://… for TLS: limits, live events and caches are shared; empty: each process's own",
    ),
    set("redis.prefix", "\"citepress\"", "what all names there begin with: installations can share a server"),
    set("accounts.sign_up", "false", "whether anybody may sign up and found an organisation"),
    set(
        "accounts.attempts_per_minute",
        "10",
        "tries to sign in or have a mail sent, by address and by account",
    ),
    set(
        "oidc.issuer",
        "\"\"",
        "a sign-in provider (OpenID Connect), exactly as its tokens name it: https; http on this machine alone",
    ),
    set("oidc.client_id", "\"\"", "this installation's name there; empty: nobody signs in by it"),
    secret("oidc.client_secret", "what proves this installation there"),
    set("oidc.audience", "\"\"", "the audience of tokens that the API takes; empty: it takes none"),
    set("oidc.label", "\"Single sign-on\"", "what the button on the sign-in page says"),
    set("api.requests_per_minute", "600", "requests of one organisation; as many may come at once"),
    set("api.wrong_keys_per_minute", "30", "requests without a good key from one address (IPv6: one /64)"),
    set(
        "api.cors_origins",
        "[]",
        "origins whose pages may call the API, with credentials: exact, like https://app.example",
    ),
    set("accounts.operators", "[]", "e-mail addresses of those who see the operator's screen"),
    set(
        "cdn.purge_url",
        "\"\"",
        "where a cache in front of the sites is told what has changed, as JSON; empty: there is none",
    ),
    secret("cdn.token", "sent along there as a bearer token"),
    set("cdn.batch", "30", "addresses that one purge names at most"),
    set("quota.orgs", "20", "organisations that one person may own, where people may found them"),
    set("quota.sites", "100", "sites of one organisation"),
    set("quota.members", "200", "members of one organisation, open invitations among them"),
    set("quota.pages", "100000", "pages of one site"),
    set("quota.sources", "20000", "sources of one site"),
    set("host.cache_mib", "64", "memory for published files and their manifests, in MiB"),
    set("jobs.worker", "true", "whether `serve` also works off jobs"),
    set("jobs.slots", "2", "jobs worked on at once by one process"),
    set("jobs.keep_days", "30", "how long finished jobs are kept"),
    set("dns.servers", "[]", "name servers that are asked about domains, IP:PORT; empty: the system's"),
    set("dns.timeout_seconds", "5", "the longest that one question to them may take"),
    set("editions.keep_newest", "50", "editions of a site that are kept besides the live one, however old"),
    set("editions.keep_days", "7", "how long further editions are kept after they were made or last live"),
    set("crawl.allow", "[]", "addresses besides public ones that may be fetched: CIDR, HOST or HOST:PORT"),
    set("crawl.ports", "[]", "ports besides 80 and 443 that may be fetched at public addresses"),
    set("crawl.contact", "\"\"", "a page or address about this crawler, sent along with each request"),
    set("crawl.pause_ms", "1000", "the least pause between two requests to one host"),
    set("crawl.max_pages", "500", "pages of one crawl"),
    set("crawl.max_depth", "6", "links followed from the first page"),
    set("crawl.wire_bytes", "10485760", "the largest document, as it comes over the network"),
    set("crawl.inflated_bytes", "20971520", "the largest document, after inflation"),
    set("crawl.connect_seconds", "5", "name lookup, TCP and TLS together"),
    set("crawl.first_byte_seconds", "10", "from a request to the head of its answer"),
    set("crawl.total_seconds", "30", "the longest that one document may take"),
    secret(
        "mail.smtp",
        "smtps://USER:PASSWORD@HOST:465, or smtp://… for STARTTLS; empty: mails are kept in outbox in the data folder",
    ),
    set(
        "mail.from",
        "\"\"",
        "the sender of mails, such as Citepress <mail@example.com>; needed with mail.smtp",
    ),
    set("llm.engines", "[\"sandbox\"]", "engines for writing, first choice first: openai, sandbox"),
    set("llm.timeout_seconds", "120", "the longest one answer may take"),
    secret("llm.openai.api_key", "key of the OpenAI-compatible provider"),
    set("llm.openai.base_url", "\"https://api.openai.com/v1\"", "its address"),
    set("llm.openai.model", "\"gpt-5-mini\"", "its model"),
    set(
        "backup.folder",
        "\"\"",
        "where backups are made by themselves, best on another machine's disk; empty: none are",
    ),
    set("backup.keep_days", "30", "how long they are kept; the last whole one stays"),
    set("backup.schedule", "\"47 1 * * *\"", "when one is made: five fields of cron, in UTC"),
    set(
        "backup.with_key",
        "false",
        "whether the key is in them, so that whoever has a backup has all secrets",
    ),
    set(
        "log.level",
        "\"info\"",
        "what is logged: error, warn, info, debug, trace, or a filter such as queue=debug",
    ),
    set("log.format", "\"text\"", "text or json"),
    set(
        "metrics.bind",
        "\"\"",
        "IP:PORT where /metrics is answered, such as 127.0.0.1:9464, and then there alone; empty: on the server's own port",
    ),
    secret(
        "metrics.token",
        "what scrapers show as `Authorization: Bearer TOKEN`; empty: only this machine's own may look",
    ),
    set(
        "otlp.endpoint",
        "\"\"",
        "an OpenTelemetry collector (OTLP over HTTP), such as http://HOST:4318; empty: none",
    ),
    secret("otlp.headers", "headers that it wants, as NAME=VALUE, with commas between several"),
    set("otlp.service_name", "\"citepress\"", "how this process is called in traces"),
    set("otlp.ratio", "1.0", "which part of traces is sent, from 0 to 1; trusted proxies decide for theirs"),
    secret("sentry.dsn", "where errors are reported: https://KEY@HOST/PROJECT; empty: nowhere"),
    set("sentry.environment", "\"production\"", "which installation this is, in reports"),
];

/// The setting with this path.
pub(super) fn find(path: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.path == path)
}

/// The known path nearest to a mistyped one, if any is near.
pub(super) fn nearest(path: &str) -> Option<&'static str> {
    KNOWN
        .iter()
        .map(|known| (distance(known.path, path), known.path))
        .filter(|(distance, known)| *distance <= known.len() / 3)
        .min()
        .map(|(_, known)| known)
}

/// Levenshtein distance, by characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
