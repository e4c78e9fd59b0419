//! The console's front: on to where somebody works, or to the sign-in.

use poem::{Response, handler};

use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::who::Visitor;

#[handler]
pub(in crate::console) async fn show(visitor: Visitor) -> Result<Response, Fault> {
    let Some(me) = visitor.signed_in().await? else {
        let fresh = visitor.desk.rooms.accounts.is_fresh().await?;
        return Ok(redirect(if fresh { "/console/set-up" } else { "/console/sign-in" }));
    };
    let orgs = me.desk.rooms.accounts.orgs(me.person.id).await?;
    Ok(match orgs.as_slice() {
        [(org, _)] => redirect(&format!("/console/o/{}", org.slug)),
        _ => redirect("/console/orgs"),
    })
}
