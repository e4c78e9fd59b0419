//! Before anybody is signed in.

pub(super) mod home;
pub(super) mod invitation;
pub(super) mod provider;
pub(super) mod reset;
pub(super) mod set_up;
pub(super) mod sign_in;
pub(super) mod sign_up;

use poem::Response;
use serde::Serialize;

use crate::accounts::{NewOwner, NewPerson, SignedIn};
use crate::base::Slug;
use crate::browser::Cookies;
use crate::console::Desk;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::sentence;
use crate::console::who::Visitor;

/// What the founder of an organisation fills in, as it is shown again when something is wrong.
#[derive(Debug, Default, Serialize)]
struct Founder {
    name: String,
    email: String,
    org_name: String,
    org_slug: String,
}

impl Founder {
    fn of(posted: &Posted) -> Founder {
        let text = |name| posted.text(name).to_owned();
        let (name, email, org_name, org_slug) =
            (text("name"), text("email"), text("org_name"), text("org_slug"));
        Founder { name, email, org_name, org_slug }
    }

    /// Or a sentence about what is wrong.
    fn owner(&self, posted: &Posted) -> Result<NewOwner, String> {
        let person = NewPerson { name: self.name.clone(), password: posted.secret("password") };
        let org_slug = slug(&self.org_slug, &self.org_name, "org")?;
        Ok(NewOwner { email: self.email.clone(), person, org_name: self.org_name.clone(), org_slug })
    }
}

/// What was typed as a slug or, where nothing was, the nearest to the name.
pub(in crate::console) fn slug(typed: &str, name: &str, fallback: &str) -> Result<Slug, String> {
    match typed {
        "" => Ok(Slug::from_title(name, fallback)),
        typed => typed.parse().map_err(|error: crate::base::slug::BadSlug| sentence(&error.to_string())),
    }
}

/// Goes in, with a new session.
pub(in crate::console) fn enter(desk: &Desk, signed_in: &SignedIn, to: &str) -> Response {
    let mut response = redirect(to);
    let line = Cookies::of(&desk.rooms.public_url).set_session(&signed_in.token);
    if let Some(line) = line {
        response.headers_mut().append(poem::http::header::SET_COOKIE, line);
    }
    response
}

/// Where somebody wanted to go before they had to sign in: a path of the console and nothing else.
fn wanted(next: &str) -> &str {
    let plain = |c: char| c.is_ascii_graphic() && !"\\\"'<>".contains(c);
    let inside = next.starts_with("/console/") && !next.starts_with("/console/sign-") && !next.contains("//");
    if inside && next.chars().all(plain) { next } else { "/console" }
}

/// The value of a query's field.
fn asked_for(visitor: &Visitor, name: &str) -> String {
    let query = visitor.asked.address.split_once('?').map_or("", |(_, query)| query);
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// A page of this part of the console with something wrong in it.
fn again(mut response: Response, status: poem::http::StatusCode) -> Result<Response, Fault> {
    response.set_status(status);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::wanted;

    #[test]
    fn after_signing_in_nobody_is_sent_out_of_the_console() {
        assert_eq!(wanted("/console/o/acme?tab=1"), "/console/o/acme?tab=1");
        for bad in
            ["https://evil.example", "//evil.example", "/console/..//evil", "/api/v1", "/console/\\evil", ""]
        {
            assert_eq!(wanted(bad), "/console", "{bad}");
        }
    }
}
