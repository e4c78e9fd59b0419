//! A tab, used as a person uses it: open, look, click, type.

use super::PATIENCE;
use super::cdp::Cdp;
use super::keys;
use super::watch::Watch;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A watched tab. Every method panics with what was expected: a story is over at its first surprise.
pub struct Page {
    cdp: Cdp,
    session: String,
    watch: Arc<Mutex<Watch>>,
}

impl Page {
    pub(super) async fn open_tab(cdp: Cdp) -> Page {
        let tab = cdp.call(None, "Target.createTarget", json!({ "url": "about:blank" })).await;
        let target = tab.unwrap_or_else(|error| panic!("no new tab: {error}"))["targetId"].clone();
        let attached =
            cdp.call(None, "Target.attachToTarget", json!({ "targetId": target, "flatten": true })).await;
        let attached = attached.unwrap_or_else(|error| panic!("the tab cannot be watched: {error}"));
        let session = attached["sessionId"].as_str().unwrap_or_default().to_owned();
        let page = Page { cdp, session, watch: Arc::default() };
        page.start_watching();
        for domain in ["Page.enable", "Runtime.enable", "Network.enable", "Log.enable"] {
            page.call(domain, json!({})).await;
        }
        page.call("Page.setLifecycleEventsEnabled", json!({ "enabled": true })).await;
        page
    }

    fn start_watching(&self) {
        let mut events = self.cdp.listen(&self.session);
        let watch = Arc::clone(&self.watch);
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                lock(&watch).note(&event);
            }
        });
    }

    async fn call(&self, method: &'static str, params: Value) -> Value {
        self.cdp.call(Some(&self.session), method, params).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Goes to an address and waits for its load event.
    pub async fn open(&self, address: &str) {
        let went = self.call("Page.navigate", json!({ "url": address })).await;
        if let Some(error) = went["errorText"].as_str() {
            panic!("{address} does not open: {error}");
        }
        let loader = went["loaderId"].as_str().unwrap_or_default().to_owned();
        self.wait(&format!("{address} to load"), async || lock(&self.watch).loaded.contains(&loader)).await;
    }

    /// The value of a JavaScript expression; a promise is awaited.
    pub async fn evaluate(&self, expression: &str) -> Value {
        self.try_evaluate(expression).await.unwrap_or_else(|error| panic!("`{expression}`: {error}"))
    }

    async fn try_evaluate(&self, expression: &str) -> Result<Value, String> {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut answer = self.cdp.call(Some(&self.session), "Runtime.evaluate", params).await?;
        match answer["exceptionDetails"]["exception"]["description"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer["result"]["value"].take()),
        }
    }

    /// Waits until an expression is true. Errors count as "not yet": the page may be changing under it.
    pub async fn wait_until(&self, expression: &str) {
        self.wait(expression, async || self.try_evaluate(expression).await == Ok(Value::Bool(true))).await;
    }

    async fn wait(&self, what: &str, mut done: impl AsyncFnMut() -> bool) {
        let started = Instant::now();
        while !done().await {
            assert!(
                started.elapsed() < PATIENCE,
                "waited {PATIENCE:?} for {what}; so far: {:?}",
                lock(&self.watch).complaints
            );
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Clicks into the middle of the first element that matches, with real mouse events, as a person does: once the page
    /// has loaded and the element stands still.
    pub async fn click(&self, selector: &str) {
        let quoted = Value::from(selector);
        let middle = format!(
            "(() => {{ const element = document.querySelector({quoted});
                if (!element || document.readyState !== 'complete') return null;
                element.scrollIntoView({{ block: 'center', behavior: 'instant' }});
                const box = element.getBoundingClientRect();
                return box.width && box.height ? [box.x + box.width / 2, box.y + box.height / 2] : null; }})()"
        );
        let mut seen = Value::Null;
        self.wait(&format!("something visible to click at `{selector}`"), async || {
            let before = std::mem::replace(&mut seen, self.try_evaluate(&middle).await.unwrap_or_default());
            seen.is_array() && seen == before
        })
        .await;
        let middle = seen;
        for kind in ["mousePressed", "mouseReleased"] {
            let event =
                json!({ "type": kind, "x": middle[0], "y": middle[1], "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", event).await;
        }
    }

    /// Puts text where the focus is, as one input event.
    pub async fn type_text(&self, text: &str) {
        self.call("Input.insertText", json!({ "text": text })).await;
    }

    /// Presses and releases one key.
    pub async fn press(&self, key: &str) {
        for event in keys::press(key) {
            self.call("Input.dispatchKeyEvent", event).await;
        }
    }

    /// Presses a key together with Ctrl.
    pub async fn chord(&self, key: &str) {
        let code = format!("Key{}", key.to_uppercase());
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": key, "code": code, "modifiers": 2 });
            self.call("Input.dispatchKeyEvent", event).await;
        }
    }

    /// Sets the window's width in CSS pixels and the system's colour scheme (`light` or `dark`).
    pub async fn emulate(&self, width: u32, scheme: &str) {
        let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", metrics).await;
        // What moves is judged where it comes to rest.
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.call("Emulation.setEmulatedMedia", features).await;
    }

    /// A PNG of what the window shows at a width and colour scheme.
    pub async fn screenshot(&self, width: u32, scheme: &str) -> Vec<u8> {
        self.emulate(width, scheme).await;
        let shot = self.call("Page.captureScreenshot", json!({ "format": "png" })).await;
        let data = shot["data"].as_str().unwrap_or_default();
        BASE64_STANDARD.decode(data).unwrap_or_else(|error| panic!("no picture: {error}"))
    }

    /// A small picture, good enough to be looked at and compared: WebP.
    pub async fn picture(&self, width: u32, scheme: &str) -> Vec<u8> {
        self.emulate(width, scheme).await;
        let shot = self.call("Page.captureScreenshot", json!({ "format": "webp", "quality": 50 })).await;
        let data = shot["data"].as_str().unwrap_or_default();
        BASE64_STANDARD.decode(data).unwrap_or_else(|error| panic!("no picture: {error}"))
    }

    /// What went wrong so far: console errors, exceptions, failed requests.
    pub fn complaints(&self) -> Vec<String> {
        lock(&self.watch).complaints.clone()
    }

    /// Every address asked for so far.
    pub fn requests(&self) -> Vec<String> {
        lock(&self.watch).requests.clone()
    }

    /// Requests so far to any other host or port than those of `own`.
    pub fn strangers(&self, own: &str) -> Vec<String> {
        let own = url::Url::parse(own).unwrap_or_else(|error| panic!("{own}: {error}"));
        lock(&self.watch).strangers(&own)
    }
}

/// A poisoned lock still holds what was seen; the panic that poisoned it fails the test anyway.
fn lock(watch: &Mutex<Watch>) -> MutexGuard<'_, Watch> {
    watch.lock().unwrap_or_else(PoisonError::into_inner)
}
