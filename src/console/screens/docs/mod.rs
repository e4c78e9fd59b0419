//! `/docs`: the API, to be read. Made from the OpenAPI document when the process starts, so it can't tell anything else.

mod example;
mod reference;
mod schema;

use poem::{Response, handler};

pub(in crate::console) use self::reference::Reference;
use crate::console::door;
use crate::console::fault::Fault;
use crate::console::view::values;
use crate::console::who::Visitor;

#[handler]
pub(in crate::console) async fn show(visitor: Visitor) -> Result<Response, Fault> {
    let desk = &visitor.desk;
    desk.view.page("docs.html", &visitor.shell(), values! { api => desk.reference })
}

/// The other name that people try.
#[handler]
pub(in crate::console) fn elsewhere() -> Response {
    door::redirect("/docs")
}
