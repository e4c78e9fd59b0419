//! What the press has warned of while an edition was built: a JSON list of sentences.

use crate::table::{added_column, text_null};

// Absent where there were none, as with nearly every edition.
added_column!(Warnings, "0016_warnings", "editions", text_null("warnings"));
