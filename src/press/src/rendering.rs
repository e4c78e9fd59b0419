//! The rendering in hand on this thread: what template functions need and minijinja's state does not reliably reach
//! from inside macros and included templates.

use crate::site::{Found, find};
use crate::view::{SiteView, Subject};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One template being rendered.
pub(crate) struct Rendering {
    pub view: Arc<SiteView>,
    pub subject: Arc<Subject>,
}

thread_local! {
    static CURRENT: RefCell<Option<Rendering>> = const { RefCell::new(None) };
    /// Link keys that templates asked for on this thread since it was last emptied.
    static ASKED: RefCell<BTreeSet<Arc<str>>> = const { RefCell::new(BTreeSet::new()) };
}

/// Runs `work` with this rendering in hand and puts back the one before. Returns what was asked for meanwhile.
pub(crate) fn during<T>(rendering: Rendering, work: impl FnOnce() -> T) -> (T, BTreeSet<Arc<str>>) {
    let before = CURRENT.replace(Some(rendering));
    let asked_before = ASKED.take();
    let result = work();
    CURRENT.set(before);
    (result, ASKED.replace(asked_before))
}

/// The rendering in hand; `None` outside of [`during`].
pub(crate) fn current<T>(work: impl FnOnce(&Rendering) -> T) -> Option<T> {
    CURRENT.with_borrow(|current| current.as_ref().map(work))
}

/// Remembers that what stands at this key is part of the output.
pub(crate) fn note(key: Arc<str>) {
    ASKED.with_borrow_mut(|asked| {
        asked.insert(key);
    });
}

/// URL path of an asset, the site's own before the theme's. `css/atlas.css` and `assets/css/atlas.css` are the same.
pub(crate) fn asset_url(view: &SiteView, path: &str) -> Option<String> {
    asset(view, path).map(|found| found.url.to_string())
}

/// The same with the size of a picture.
pub(crate) fn asset<'a>(view: &'a SiteView, path: &str) -> Option<Found<'a>> {
    let name = path.trim_start_matches('/');
    let name = name.strip_prefix("assets/").unwrap_or(name);
    let key = format!("assets/{name}");
    if let Some(own) = view.state.assets.get(key.as_str()) {
        return Some(Found::asset(own));
    }
    if let Some(theme) = view.theme.asset(name) {
        let url = format!("{}/{}", view.state.grounds.prefix, theme.out);
        return Some(Found::place(url));
    }
    let target =
        crate::markdown::Target::Path { path: path.trim_matches('/').to_owned(), tail: "", fragment: "" };
    find(&view.state, &target)
}
