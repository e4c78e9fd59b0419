//! Is the text there without scripts, and soon.

pub(crate) mod content_early;
pub(crate) mod first_byte;
pub(crate) mod raw_text;
pub(crate) mod vitals;
