//! `citepress admin`: accounts without a browser, and the operator's switches.

mod flags;

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;

use super::{CliError, Start};
use crate::accounts::KeyScope;
use crate::app::App;
use crate::base::Secret;

#[derive(Debug, Subcommand)]
pub(super) enum Admin {
    /// Found an organisation with an owner who can sign in; prints JSON, with what is secret once and never again
    Create {
        /// The owner's e-mail address
        #[arg(long)]
        email: String,
        /// The organisation's name
        #[arg(long)]
        org: String,
        /// Make an API key with all rights of an admin as well
        #[arg(long)]
        api_key: bool,
    },
    /// Switch something on or off, for everybody or for one organisation, while everything runs
    Flag(flags::SetFlag),
    /// Print every switch with its state, who has it otherwise, and what it means
    Flags,
    /// Read the audit log of every organisation again and see whether its chain of hashes holds
    VerifyAuditLog,
    /// Give somebody a new password and end all their sessions; prints JSON
    Reset {
        /// Their e-mail address
        #[arg(long)]
        email: String,
    },
}

pub(super) fn run(start: &Start, command: &Admin) -> Result<ExitCode, CliError> {
    start.block_on(async {
        let app = App::open(start.settings.clone(), start.settings.server.port).await?;
        let answer = match command {
            Admin::VerifyAuditLog => {
                let sound = verify(start, &app).await?;
                app.db.close().await;
                return Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE });
            }
            Admin::Flag(set) => {
                flags::set(start, &app, set).await?;
                app.db.close().await;
                return Ok(ExitCode::SUCCESS);
            }
            Admin::Flags => {
                flags::print(start, &app).await?;
                app.db.close().await;
                return Ok(ExitCode::SUCCESS);
            }
            Admin::Create { email, org, api_key } => create(&app, email, org, *api_key).await?,
            Admin::Reset { email } => {
                let password = app.accounts.reset_by_operator(email).await?;
                json!({ "email": email, "password": password.reveal() })
            }
        };
        app.db.close().await;
        println!("{answer:#}");
        Ok(ExitCode::SUCCESS)
    })
}

/// Says of each organisation whether its log is whole; whether all are.
async fn verify(start: &Start, app: &App) -> Result<bool, CliError> {
    let (mut events, mut broken) = (0, 0);
    let orgs = app.accounts.every_org().await?;
    for (org, scope) in &orgs {
        match app.events.verify(scope).await? {
            Ok(count) => events += count,
            Err(fault) => {
                broken += 1;
                println!("{} ({}): {fault}", org.slug, org.id);
            }
        }
    }
    let mut logs = orgs.len();
    match app.events.verify_operators().await? {
        Ok(count) => {
            events += count;
            logs += usize::from(count > 0);
        }
        Err(fault) => {
            broken += 1;
            logs += 1;
            println!("operator: {fault}");
        }
    }
    if broken == 0 {
        start.say(format_args!("Organisations: {}, events: {events}. Every chain holds.", orgs.len()));
    } else {
        start.say(format_args!(
            "{broken} of {logs} logs do not hold: compare them with a backup from before the first broken line."
        ));
    }
    Ok(broken == 0)
}

async fn create(app: &App, email: &str, org: &str, api_key: bool) -> Result<serde_json::Value, CliError> {
    let made = app.accounts.create_owner(email, org).await?;
    let key = match api_key {
        true => Some(app.accounts.create_key(&made.scope, "command line", KeyScope::Admin, None).await?.1),
        false => None,
    };
    Ok(json!({
        "org": made.scope.org(),
        "slug": made.slug,
        "email": email,
        "password": made.password.as_ref().map(Secret::reveal),
        "api_key": key.as_ref().map(Secret::reveal),
    }))
}
