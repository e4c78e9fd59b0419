//! Lists: a window of at most a hundred, found again by the id at its edge.

use poem_openapi::Object;
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};
use serde::Serialize;

use super::problem::{FieldFault, Problem};
use crate::base::{Id, IdKind, Window};

/// How many come if nobody says.
pub(super) fn usual() -> u64 {
    20
}

/// A window of a list.
#[derive(Debug, Clone, Object, Serialize)]
pub struct List<T: Type + ParseFromJSON + ToJSON> {
    /// `list`
    object: String,
    /// The items
    data: Vec<T>,
    /// Whether there are more in the direction that was asked
    has_more: bool,
    /// The path that was asked
    url: String,
}

impl<T: Type + ParseFromJSON + ToJSON> List<T> {
    pub(super) fn new(url: &str, has_more: bool, data: Vec<T>) -> List<T> {
        List { object: "list".into(), data, has_more, url: url.into() }
    }
}

/// Reads the edge that a client names.
pub(super) fn window<K: IdKind>(
    limit: u64,
    starting_after: Option<String>,
    ending_before: Option<String>,
) -> Result<Window<K>, Problem> {
    let mut faults = Vec::new();
    let mut edge = |name: &str, text: Option<String>| -> Option<Id<K>> {
        match text?.parse() {
            Ok(id) => Some(id),
            Err(error) => {
                let message = format!("{error}.");
                faults.push(FieldFault { pointer: name.into(), code: "id".into(), message });
                None
            }
        }
    };
    let window = Window {
        limit,
        after: edge("starting_after", starting_after),
        before: edge("ending_before", ending_before),
    };
    if window.after.is_some() && window.before.is_some() {
        let message = "Give starting_after or ending_before, not both.".into();
        faults.push(FieldFault { pointer: "ending_before".into(), code: "conflict".into(), message });
    }
    if faults.is_empty() { Ok(window) } else { Err(Problem::invalid(faults)) }
}
