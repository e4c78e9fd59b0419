//! What a browser brings along, and how it shows that a page of ours sent it: cookies, form tokens, origins. The console
//! and the API take the same session from it.

mod cookies;
pub mod csrf;
mod origin;

pub use cookies::Cookies;
pub use origin::{BadOrigin, Origin};
