//! What every room stands on: time, ids, names, secrets. Knows no product rule and does no I/O.

pub mod address;
pub mod clock;
pub mod host;
pub mod ids;
pub mod secret;
pub mod slug;
pub mod window;

pub use address::Address;
pub use clock::Clock;
pub use host::HostName;
pub use ids::{Id, IdKind, Ids};
pub use secret::Secret;
pub use slug::Slug;
pub use window::Window;
