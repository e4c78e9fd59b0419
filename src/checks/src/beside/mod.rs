//! Shown beside the score: no engine has shown that it uses them.

pub(crate) mod page_size;
pub(crate) mod validators;
