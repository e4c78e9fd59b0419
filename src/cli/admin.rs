//! `citepress admin`: accounts without a browser.

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
