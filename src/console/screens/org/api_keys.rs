//! Keys for programs: the secret is shown once, on the page that answers the form.

use std::time::Duration;

use jiff::Timestamp;
use poem::http::StatusCode;
use poem::web::Path;
use poem::{Response, handler};
use serde::Serialize;

use super::Names;
use crate::accounts::{ApiKey, KeyScope};
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::Refused;
use crate::console::view::values;
use crate::console::who::{Admin, In};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Serialize)]
struct Line {
    id: String,
    name: String,
    prefix: String,
    scope: &'static str,
    by: String,
    created_at: i64,
    used_at: Option<i64>,
    expires_at: Option<i64>,
    is_open: bool,
}

#[handler]
pub(in crate::console) async fn show(here: In<Admin>) -> Result<Response, Fault> {
    screen(&here, "", None, "").await
}

async fn screen(here: &In<Admin>, name: &str, secret: Option<&str>, wrong: &str) -> Result<Response, Fault> {
    let rooms = &here.me.desk.rooms;
    let (names, now) = (Names::of(here).await?, rooms.clock.millis());
    let line = |key: ApiKey| Line {
        is_open: key.is_open(now),
        id: key.id.to_string(),
        name: key.name,
        prefix: key.prefix,
        scope: key.scope.as_str(),
        by: names.name(&key.created_by),
        created_at: key.created_at,
        used_at: key.used_at,
        expires_at: key.expires_at,
    };
    let keys: Vec<Line> = rooms.accounts.keys(&here.scope).await?.into_iter().map(line).collect();
    let page = values! { keys, name, secret, wrong, origin => rooms.public_url };
    here.me.desk.view.page("org/api_keys.html", &here.shell("keys").await?, page)
}

#[handler]
pub(in crate::console) async fn create(here: In<Admin>, posted: Posted) -> Result<Response, Fault> {
    let rooms = &here.me.desk.rooms;
    let name = posted.text("name");
    let scope = KeyScope::parse(posted.text("scope")).unwrap_or(KeyScope::Read);
    let expires = posted.text("days").parse::<u32>().ok().map(|days| after(rooms.clock.now(), days));
    match rooms.accounts.create_key(&here.scope, name, scope, expires).await {
        Ok((_, secret)) => screen(&here, "", Some(secret.reveal()), "").await,
        Err(error) => {
            let wrong = error.sentence()?;
            let mut response = screen(&here, name, None, &wrong).await?;
            response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(response)
        }
    }
}

/// The moment so many days from now; the last one that there is for more days than there are.
fn after(now: Timestamp, days: u32) -> Timestamp {
    now.saturating_add(DAY.saturating_mul(days)).unwrap_or(Timestamp::MAX)
}

#[handler]
pub(in crate::console) async fn end(
    here: In<Admin>,
    Path((_, key)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let id = key.parse().map_err(|_| Fault::NotFound)?;
    here.me.desk.rooms.accounts.revoke_key(&here.scope, id).await?;
    Ok(redirect(&format!("{}/api-keys?notice=key-ended", here.path())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_to_last_for_more_days_than_there_are_lasts_until_the_last() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(after(now, 30).to_string(), "2026-01-31T00:00:00Z");
        assert_eq!((after(now, 99_999_999), after(now, u32::MAX)), (Timestamp::MAX, Timestamp::MAX));
    }
}
