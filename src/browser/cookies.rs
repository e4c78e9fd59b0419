//! The cookies of the console: the session's and, before there is one, the forms' and that of a sign-in at a provider.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use poem::http::{HeaderMap, HeaderValue, header};

use crate::base::Secret;

/// A session ends two weeks after its last use; so does its cookie.
const SESSION_SECONDS: u32 = 14 * 24 * 60 * 60;
/// So long may somebody take to sign in at a provider.
const TICKET_SECONDS: u32 = 10 * 60;

/// How cookies are called and marked here.
#[derive(Debug, Clone, Copy)]
pub struct Cookies {
    /// Whether the console is reached by https. A browser takes a `__Host-` cookie over nothing else, and then lets no
    /// other host set or see it.
    https: bool,
}

impl Cookies {
    /// For a console at this address.
    pub fn of(public_url: &str) -> Cookies {
        Cookies { https: public_url.starts_with("https://") }
    }

    fn session_name(self) -> &'static str {
        if self.https { "__Host-citepress" } else { "citepress" }
    }

    fn form_name(self) -> &'static str {
        if self.https { "__Host-citepress-form" } else { "citepress-form" }
    }

    fn ticket_name(self) -> &'static str {
        if self.https { "__Host-citepress-provider" } else { "citepress-provider" }
    }

    /// The session's token, if the request brings one.
    pub fn session(self, headers: &HeaderMap) -> Option<Secret> {
        read(headers, self.session_name())
    }

    /// What the forms of somebody without a session are bound to.
    pub fn form(self, headers: &HeaderMap) -> Option<Secret> {
        read(headers, self.form_name())
    }

    /// Signs in.
    pub fn set_session(self, token: &Secret) -> Option<HeaderValue> {
        self.line(self.session_name(), token.reveal(), SESSION_SECONDS)
    }

    /// Signs out.
    pub fn end_session(self) -> Option<HeaderValue> {
        self.line(self.session_name(), "", 0)
    }

    /// What a sign-in at a provider is bound to, and where it is to lead, for the minutes that it takes.
    pub fn set_ticket(self, ticket: &Secret, next: &str) -> Option<HeaderValue> {
        let value = format!("{}.{}", ticket.reveal(), BASE64_URL_SAFE_NO_PAD.encode(next));
        self.line(self.ticket_name(), &value, TICKET_SECONDS)
    }

    /// The same, when the browser comes back.
    pub fn ticket(self, headers: &HeaderMap) -> Option<(Secret, String)> {
        let kept = read(headers, self.ticket_name())?;
        let (ticket, next) = kept.reveal().split_once('.')?;
        let next = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(next).ok()?).ok()?;
        Some((Secret::new(ticket), next))
    }

    /// It was used.
    pub fn end_ticket(self) -> Option<HeaderValue> {
        self.line(self.ticket_name(), "", 0)
    }

    /// Binds forms to this browser.
    pub fn set_form(self, token: &Secret) -> Option<HeaderValue> {
        self.line(self.form_name(), token.reveal(), SESSION_SECONDS)
    }

    fn line(self, name: &str, value: &str, seconds: u32) -> Option<HeaderValue> {
        let secure = if self.https { "; Secure" } else { "" };
        let line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
        HeaderValue::from_str(&line).ok()
    }
}

fn read(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let value = pairs.find(|(known, _)| *known == name)?.1;
    (!value.is_empty()).then(|| Secret::new(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_https_the_session_is_for_this_host_alone_and_over_http_it_has_another_name() {
        let (token, https, http) =
            (Secret::new("t"), Cookies::of("https://app.example"), Cookies::of("http://localhost:8080"));
        let line = https.set_session(&token).unwrap();
        let expected = "__Host-citepress=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600; Secure";
        assert_eq!(line, expected);
        let line = http.set_session(&token).unwrap();
        assert_eq!(line, "citepress=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600");
    }

    #[test]
    fn a_cookie_is_found_among_others_and_an_empty_one_is_none() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; citepress=abc"));
        headers.append(header::COOKIE, HeaderValue::from_static("citepress-form="));
        let cookies = Cookies::of("http://localhost");
        assert_eq!(cookies.session(&headers).unwrap().reveal(), "abc");
        assert!(cookies.form(&headers).is_none());
    }

    #[test]
    fn a_ticket_comes_back_with_where_its_sign_in_is_to_lead() {
        let cookies = Cookies::of("https://app.example");
        let line = cookies.set_ticket(&Secret::new("abc"), "/console/o/acme?a=1;b").unwrap();
        let kept = line.to_str().unwrap().split(';').next().unwrap().to_owned();
        assert!(kept.starts_with("__Host-citepress-provider=abc."), "{kept}");
        let headers =
            |line: &str| HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(line).unwrap())]);
        let (ticket, next) = cookies.ticket(&headers(&kept)).unwrap();
        assert_eq!((ticket.reveal(), next.as_str()), ("abc", "/console/o/acme?a=1;b"));
        for broken in [
            "__Host-citepress-provider=abc",
            "__Host-citepress-provider=abc.%%%",
            "citepress-provider=abc.YQ",
        ] {
            assert!(cookies.ticket(&headers(broken)).is_none(), "{broken}");
        }
    }
}
