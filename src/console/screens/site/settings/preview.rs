//! The site as it would be with what stands in the form, for the frame beside it.

use poem::web::Query;
use poem::{Response, handler};
use serde::Deserialize;

use super::super::editor::beside::framed_as;
use super::typed;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::Refused;
use crate::console::view::values;
use crate::console::who::{Admin, At, Least, Member};
use crate::publishing::{Looked, SiteLook};

/// What is looked at, and in which light.
#[derive(Debug, Default, Deserialize)]
pub(in crate::console) struct Asked {
    #[serde(default)]
    looked: String,
    #[serde(default)]
    scheme: String,
}

impl Asked {
    fn of(&self, settings: String, files: Vec<(String, bytes::Bytes)>) -> SiteLook {
        SiteLook {
            settings,
            files,
            scheme: ["light", "dark"].into_iter().find(|known| *known == self.scheme),
            looked: if self.looked == "page" { Looked::Page } else { Looked::Home },
        }
    }
}

/// With what is saved.
#[handler]
pub(in crate::console) async fn look_saved(
    at: At<Member>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    framed(&at, asked.of(at.site.settings.clone(), Vec::new())).await
}

/// With what stands in the form, saved or not.
#[handler]
pub(in crate::console) async fn look(at: At<Admin>, posted: Posted) -> Result<Response, Fault> {
    let asked = Asked { looked: posted.text("looked").to_owned(), scheme: posted.text("scheme").to_owned() };
    match typed(&at, &posted).await? {
        Ok((text, logo)) => framed(&at, asked.of(text, logo.into_iter().collect())).await,
        Err(wrong) => fault(&at, &wrong),
    }
}

async fn framed<L: Least>(at: &At<L>, asked: SiteLook) -> Result<Response, Fault> {
    match at.here.me.desk.rooms.publishing.look_at_site(&at.scope, asked).await {
        Ok(html) => Ok(framed_as(Response::builder().content_type("text/html; charset=utf-8").body(html))),
        Err(error) => fault(at, &error.sentence()?),
    }
}

fn fault<L: Least>(at: &At<L>, wrong: &str) -> Result<Response, Fault> {
    Ok(framed_as(at.here.me.desk.view.page(
        "site/look_fault.html",
        &at.here.me.shell(),
        values! { wrong },
    )?))
}
