//! In by a provider: there with a ticket in a cookie, back with a code.

use poem::http::{HeaderValue, StatusCode, header};
use poem::{Response, handler};

use super::sign_in::{From, code_form, form};
use super::{again, asked_for, enter, wanted};
use crate::accounts::{AccountError, ProviderAnswer, SignedIn};
use crate::base::Secret;
use crate::browser::Cookies;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::refused::Refused;
use crate::console::screens::account::provider as account;
use crate::console::who::Visitor;

/// A link and no form: a browser lets no form lead to another origin (`form-action`).
#[handler]
pub(in crate::console) async fn begin(visitor: Visitor, from: From) -> Result<Response, Fault> {
    count(&visitor, &from).await?;
    let rooms = &visitor.desk.rooms;
    let next = asked_for(&visitor, "next");
    match rooms.accounts.begin_with_provider().await {
        Ok((ticket, url)) => {
            let mut response = redirect(&url);
            let line = Cookies::of(&rooms.public_url).set_ticket(&ticket, wanted(&next));
            set(&mut response, line);
            Ok(response)
        }
        Err(error) => {
            let wrong = error.sentence()?;
            again(form(&visitor, "", &next, &wrong)?, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

#[handler]
pub(in crate::console) async fn back(
    visitor: Visitor,
    from: From,
    request: &poem::Request,
) -> Result<Response, Fault> {
    count(&visitor, &from).await?;
    let cookies = Cookies::of(&visitor.desk.rooms.public_url);
    let kept = cookies.ticket(request.headers());
    let next = kept.as_ref().map(|(_, next)| next.clone()).unwrap_or_default();
    if let (Some(whom), Some((ticket, _))) = (account::for_whom(&next), &kept) {
        let (state, code, issuer) = answered(&visitor);
        let answer = ProviderAnswer { state: &state, code: &code, issuer: issuer.as_deref() };
        let mut response = account::back(&visitor, whom, ticket.clone(), answer).await?;
        set(&mut response, cookies.end_ticket());
        return Ok(response);
    }
    let mut response = match finish(&visitor, kept.map(|(ticket, _)| ticket)).await {
        Ok(signed_in) => enter(&visitor.desk, &signed_in, wanted(&next)),
        Err(AccountError::CodeNeeded(ticket)) => code_form(&visitor, &ticket, &next, "")?,
        Err(error) => {
            let wrong = error.sentence()?;
            again(form(&visitor, "", &next, &wrong)?, StatusCode::UNPROCESSABLE_ENTITY)?
        }
    };
    // A ticket is good once, however it ended.
    set(&mut response, cookies.end_ticket());
    Ok(response)
}

async fn finish(visitor: &Visitor, ticket: Option<Secret>) -> Result<SignedIn, AccountError> {
    let (state, code, issuer) = answered(visitor);
    let answer = ProviderAnswer { state: &state, code: &code, issuer: issuer.as_deref() };
    visitor.desk.rooms.accounts.sign_in_with_provider(ticket, answer, &visitor.asked.agent).await
}

/// State, code and issuer, as the provider has put them into the address.
fn answered(visitor: &Visitor) -> (String, String, Option<String>) {
    let asked = |name| asked_for(visitor, name);
    (asked("state"), asked("code"), Some(asked("iss")).filter(|issuer| !issuer.is_empty()))
}

fn set(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(line) = cookie {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
}

/// By address alone: nobody has said yet who they are.
async fn count(visitor: &Visitor, From(address): &From) -> Result<(), Fault> {
    let account = address.map(|address| address.to_string()).unwrap_or_default();
    visitor.desk.rooms.limits.take(*address, &format!("at {account}")).await
}
