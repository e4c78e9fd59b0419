//! The command line: one file per command.

mod admin;
mod audit;
mod backup;
mod build;
mod config;
mod demo;
mod doctor;
mod export;
mod folder;
mod health;
mod import;
mod migrate;
mod progress;
mod serve;
mod start;
mod theme;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

pub use start::Start;

/// Host and static generator for knowledge sites that answer engines cite.
#[derive(Debug, Parser)]
#[command(name = "citepress", version, max_term_width = 100, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Flags that every command understands.
#[derive(Debug, Args)]
pub struct Common {
    /// The data folder
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The port to listen on (0: a free one)
    #[arg(long, global = true, value_name = "N")]
    port: Option<u16>,
    /// A settings file (default: citepress.toml, where it exists)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print for programs: JSON
    #[arg(long, global = true)]
    json: bool,
    /// Print only results and errors
    #[arg(long, global = true)]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make accounts without a browser
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Check a website or a folder for what keeps engines from reading, trusting or citing it
    Audit(audit::Audit),
    /// Write everything into one archive, while servers and workers go on
    Backup(backup::Backup),
    /// Make a site's files from a folder of Markdown and a theme, without a database
    Build(build::Build),
    /// Make a knowledge site from the sources in sites/demo, and serve it
    Demo(demo::DemoArgs),
    /// Try each configured part and say how to mend what does not work
    Doctor,
    /// Bring the database's schema up to date, or see what is to be done
    #[command(subcommand)]
    Migrate(migrate::Migrate),
    /// Make an installation from a backup, in an empty place
    Restore(backup::Restore),
    /// Serve the console's host and all published sites
    Serve(serve::Serve),
    /// Ask a running process whether it is ready
    Health(health::Health),
    /// Work off jobs
    Worker,
    /// Write a site into an archive that can be taken elsewhere
    Export(export::Export),
    /// Take a folder or archive of Markdown written for Zola, plain Markdown, or an export into a site
    Import(import::Import),
    /// Start or check a theme
    #[command(subcommand)]
    Theme(theme::Theme),
    /// Print the API's OpenAPI document
    Openapi,
    /// Print every setting, where its value comes from and what it means
    Config,
}

/// What stops a command: one line for people, on standard error.
pub type CliError = Box<dyn std::error::Error + Send + Sync>;

/// Parses the arguments and runs the command.
pub fn main() -> ExitCode {
    // rustls has no provider of its own here: without this every TLS handshake would panic.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode, CliError> {
    // Servers log what they do; commands print it.
    let log_level = if matches!(cli.command, Command::Serve(_) | Command::Worker) { "info" } else { "warn" };
    let start = Start::read(&cli.common, log_level)?;
    match cli.command {
        Command::Admin(command) => admin::run(&start, &command),
        Command::Audit(args) => audit::run(&start, &args),
        Command::Backup(args) => backup::backup(&start, &args),
        Command::Restore(args) => backup::restore(&start, &args),
        Command::Build(args) => build::run(&start, &args),
        Command::Export(args) => export::run(&start, &args),
        Command::Import(args) => import::run(&start, &args),
        Command::Theme(args) => theme::run(&start, &args),
        Command::Config => config::run(&start),
        Command::Openapi => {
            println!("{}", crate::app::openapi());
            Ok(ExitCode::SUCCESS)
        }
        Command::Doctor => doctor::run(&start),
        Command::Health(args) => health::run(&start, &args),
        Command::Demo(args) => demo::run(&start, &args),
        Command::Migrate(command) => migrate::run(&start, &command),
        Command::Serve(args) => serve::serve(&start, &args),
        Command::Worker => serve::worker(&start),
    }
}
