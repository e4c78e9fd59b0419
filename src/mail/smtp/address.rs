//! Where the server is, and how it is spoken to.

use std::fmt;

use lettre::transport::smtp::client::{Tls, TlsParameters};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::BadMail;
use crate::base::Secret;

/// How the connection is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Privacy {
    /// TLS from the first byte.
    Wrapped,
    /// STARTTLS, or nothing is sent.
    Required,
    /// STARTTLS if the server offers it.
    Opportunistic,
    /// None.
    None,
}

/// A mail server.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) credentials: Option<(String, Secret)>,
    privacy: Privacy,
}

const FORM: &str = "write smtps://USER:PASSWORD@HOST:465, or smtp://USER:PASSWORD@HOST:587 for STARTTLS";

impl Server {
    /// Reads the setting. What is wrong is told without it: a password may stand in it.
    pub(super) fn read(url: &Secret) -> Result<Server, BadMail> {
        let url =
            Url::parse(url.reveal()).map_err(|error| bad(format!("it is no address ({error}): {FORM}")))?;
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| bad(format!("it names no host: {FORM}")))?;
        let host = host.trim_matches(['[', ']']).to_owned();
        let privacy = privacy(&url)?;
        let usual = match privacy {
            Privacy::Wrapped => 465,
            Privacy::Required | Privacy::Opportunistic => 587,
            Privacy::None => 25,
        };
        let credentials = credentials(&url)?;
        let exposed = matches!(privacy, Privacy::Opportunistic | Privacy::None) && !is_this_machine(&host);
        if credentials.is_some() && exposed {
            return Err(bad(
                "the password could be read on its way: use smtps://, or smtp:// without ?tls".to_owned()
            ));
        }
        Ok(Server { host, port: url.port().unwrap_or(usual), credentials, privacy })
    }

    pub(super) fn tls(&self) -> Result<Tls, BadMail> {
        let parameters = || {
            TlsParameters::new(self.host.clone())
                .map_err(|error| bad(format!("TLS can't be set up ({error}): check the root certificates")))
        };
        Ok(match self.privacy {
            Privacy::Wrapped => Tls::Wrapper(parameters()?),
            Privacy::Required => Tls::Required(parameters()?),
            Privacy::Opportunistic => Tls::Opportunistic(parameters()?),
            Privacy::None => Tls::None,
        })
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

fn privacy(url: &Url) -> Result<Privacy, BadMail> {
    let asked = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
    match (url.scheme(), asked.as_deref()) {
        ("smtps", None) => Ok(Privacy::Wrapped),
        ("smtp", None | Some("required")) => Ok(Privacy::Required),
        ("smtp", Some("opportunistic")) => Ok(Privacy::Opportunistic),
        ("smtp", Some("none")) => Ok(Privacy::None),
        ("smtp", Some(_)) => Err(bad("tls is one of required, opportunistic and none".to_owned())),
        ("smtps", Some(_)) => Err(bad("smtps:// is TLS from the first byte: leave ?tls away".to_owned())),
        _ => Err(bad(format!("it begins with neither smtp:// nor smtps://: {FORM}"))),
    }
}

fn credentials(url: &Url) -> Result<Option<(String, Secret)>, BadMail> {
    let Some(password) = url.password() else { return Ok(None) };
    let plain = |text: &str| {
        let decoded = percent_decode_str(text).decode_utf8();
        decoded.map(String::from).map_err(|_| bad("user and password are no UTF-8".to_owned()))
    };
    Ok(Some((plain(url.username())?, Secret::new(plain(password)?))))
}

fn is_this_machine(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Ipv4(ip)) => ip.is_loopback(),
        Ok(Host::Domain(name)) => name == "localhost",
        _ => host == "::1",
    }
}

fn bad(why: String) -> BadMail {
    BadMail { setting: "mail.smtp", why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Server, BadMail> {
        Server::read(&Secret::new(url))
    }

    #[test]
    fn an_address_says_where_the_server_is_and_how_it_is_spoken_to() {
        let cases = [
            ("smtps://u:p@mail.example", 465, Privacy::Wrapped),
            ("smtps://mail.example:2465", 2465, Privacy::Wrapped),
            ("smtp://u:p@mail.example", 587, Privacy::Required),
            ("smtp://u:p@mail.example:25?tls=required", 25, Privacy::Required),
            ("smtp://mail.example?tls=opportunistic", 587, Privacy::Opportunistic),
            ("smtp://mail.example?tls=none", 25, Privacy::None),
            ("smtp://u:p@127.0.0.1:1025?tls=none", 1025, Privacy::None),
            ("smtp://u:p@[::1]:1025?tls=none", 1025, Privacy::None),
        ];
        for (url, port, privacy) in cases {
            let server = read(url).unwrap();
            assert_eq!((server.port, server.privacy), (port, privacy), "{url}");
        }
        let (user, password) = read("smtps://a%40b.example:p%2Fw@mail.example").unwrap().credentials.unwrap();
        assert_eq!((user.as_str(), password.reveal()), ("a@b.example", "p/w"));
    }

    #[test]
    fn what_is_wrong_is_told_without_the_password() {
        for url in [
            "hunter2",
            "https://u:hunter2@mail.example",
            "smtp:///hunter2",
            "smtp://u:hunter2@mail.example?tls=maybe",
            "smtps://u:hunter2@mail.example?tls=none",
            "smtp://u:hunter2@mail.example?tls=none",
            "smtp://u:hunter2@mail.example?tls=opportunistic",
            "smtp://u:hunter2@10.0.0.1?tls=none",
        ] {
            let told = read(url).unwrap_err().to_string();
            assert!(told.starts_with("setting mail.smtp: ") && !told.contains("hunter2"), "{url}: {told}");
        }
    }
}
