//! The organisation itself.

use poem::http::StatusCode;
use poem::{Response, handler};

use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::Refused;
use crate::console::view::values;
use crate::console::who::{Admin, In, Least, Member};

#[handler]
pub(in crate::console) async fn show(here: In<Member>) -> Result<Response, Fault> {
    let name = here.org.name.clone();
    screen(&here, &name, "").await
}

async fn screen<L: Least>(here: &In<L>, name: &str, wrong: &str) -> Result<Response, Fault> {
    let page = values! { name, wrong, id => here.org.id, slug => here.org.slug };
    here.me.desk.view.page("org/settings.html", &here.shell("settings").await?, page)
}

#[handler]
pub(in crate::console) async fn rename(here: In<Admin>, posted: Posted) -> Result<Response, Fault> {
    let name = posted.text("name");
    match here.me.desk.rooms.accounts.rename(&here.scope, name).await {
        Ok(()) => Ok(redirect(&format!("{}/settings?notice=org-renamed", here.path()))),
        Err(error) => {
            let wrong = error.sentence()?;
            let mut response = screen(&here, name, &wrong).await?;
            response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(response)
        }
    }
}
