//! The few requests to a provider: bounded in time and size, to where it says and nowhere further.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode, redirect, retry};
use serde::de::DeserializeOwned;
use url::Url;

use super::{BadOidc, OidcError};

const CONNECT: Duration = Duration::from_secs(5);
const TOTAL: Duration = Duration::from_secs(10);
/// Documents of providers have some kilobytes.
const LARGEST: usize = 256 << 10;

pub(super) struct Http {
    client: Client,
}

impl Http {
    pub(super) fn new() -> Result<Http, BadOidc> {
        let client = Client::builder()
            .user_agent(concat!("citepress/", env!("CARGO_PKG_VERSION")))
            // The address was judged; where it leads on was not.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .retry(retry::never())
            .connect_timeout(CONNECT)
            .timeout(TOTAL)
            .build();
        let client = client.map_err(|error| BadOidc { setting: "issuer", why: error.to_string() })?;
        Ok(Http { client })
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, url: Url) -> Result<T, OidcError> {
        let (status, body) = self.send(self.client.get(url)).await?;
        if !status.is_success() {
            return Err(OidcError::Away(format!("it answers {status}")));
        }
        serde_json::from_slice(&body).map_err(|error| OidcError::Away(error.to_string()))
    }

    pub(super) fn post(&self, url: Url) -> RequestBuilder {
        self.client.post(url)
    }

    pub(super) async fn send(&self, request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), OidcError> {
        let away = |error: reqwest::Error| OidcError::Away(error.without_url().to_string());
        let mut response = request.header("accept", "application/json").send().await.map_err(away)?;
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(away)? {
            if body.len() + piece.len() > LARGEST {
                return Err(OidcError::Away(format!("it answers with more than {LARGEST} bytes")));
            }
            body.extend_from_slice(&piece);
        }
        Ok((response.status(), body))
    }
}
