//! What the press itself has made of an edition: the next edition goes on from it, and where redirects lie on top it is
//! another manifest than the one that is served.

use crate::table::{added_column, text_null};

// Absent where it is the manifest itself.
added_column!(Pressed, "0015_pressed", "editions", text_null("pressed"));
