//! What a page did while it was watched: what went wrong, and whom it asked.

use super::cdp::Event;
use serde_json::Value;
use std::collections::HashMap;

/// Grows with every event of a tab and is never cleared, so that nothing early is missed.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// Console errors, uncaught exceptions, failed requests and answers from 400 up, in order.
    pub(super) complaints: Vec<String>,
    /// Every address asked for, redirects and scripts' requests included.
    pub(super) requests: Vec<String>,
    /// Documents (by loader id) that have fired their load event.
    pub(super) loaded: Vec<String>,
    addresses: HashMap<String, String>,
}

impl Watch {
    pub(super) fn note(&mut self, event: &Event) {
        let params = &event.params;
        match event.method.as_str() {
            "Runtime.consoleAPICalled" if matches!(text(&params["type"]), "error" | "assert") => {
                let said: Vec<String> = params["args"].as_array().into_iter().flatten().map(shown).collect();
                self.complaints.push(format!("console: {}", said.join(" ")));
            }
            "Runtime.exceptionThrown" => {
                let details = &params["exceptionDetails"];
                let what = details["exception"]["description"].as_str().unwrap_or(text(&details["text"]));
                self.complaints.push(format!("uncaught: {what}"));
            }
            // The browser's own errors: a blocked script, a broken Content-Security-Policy, mixed content.
            // Network errors stand here too, but with less detail than the Network domain gives below.
            "Log.entryAdded"
                if text(&params["entry"]["level"]) == "error"
                    && text(&params["entry"]["source"]) != "network" =>
            {
                self.complaints.push(format!("browser: {}", text(&params["entry"]["text"])));
            }
            "Network.requestWillBeSent" => {
                let address = text(&params["request"]["url"]).to_owned();
                self.addresses.insert(text(&params["requestId"]).to_owned(), address.clone());
                self.requests.push(address);
            }
            "Network.responseReceived" => {
                let response = &params["response"];
                if let Some(status @ 400..) = response["status"].as_u64() {
                    self.complaints.push(format!("answer {status}: {}", text(&response["url"])));
                }
            }
            "Network.loadingFailed" if params["canceled"] != true => {
                let address = self.addresses.get(text(&params["requestId"])).map_or("?", String::as_str);
                self.complaints.push(format!("failed: {address} ({})", text(&params["errorText"])));
            }
            "Page.lifecycleEvent" if params["name"] == "load" => {
                self.loaded.push(text(&params["loaderId"]).to_owned());
            }
            _ => {}
        }
    }

    /// Requests that left the page's own host and port. `data:` and `blob:` stay inside the browser.
    pub(super) fn strangers(&self, own: &url::Url) -> Vec<String> {
        let is_own = |address: &url::Url| {
            address.host_str() == own.host_str()
                && address.port_or_known_default() == own.port_or_known_default()
        };
        let leaves = |address: &&String| match url::Url::parse(address) {
            Ok(url) => !matches!(url.scheme(), "data" | "blob" | "about") && !is_own(&url),
            Err(_) => true,
        };
        self.requests.iter().filter(leaves).cloned().collect()
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn shown(argument: &Value) -> String {
    match (&argument["value"], &argument["description"]) {
        (Value::String(text), _) | (Value::Null, Value::String(text)) => text.clone(),
        (value, _) => value.to_string(),
    }
}
