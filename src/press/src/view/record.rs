//! Small records for templates: a few named values, looked up by running over them. Much cheaper than a map, and made
//! without serialising anything.

use minijinja::Value;
use minijinja::value::{Enumerator, Object};
use std::sync::Arc;

#[derive(Debug)]
struct Record(Box<[(&'static str, Value)]>);

impl Object for Record {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.0.iter().find(|(name, _)| *name == key).map(|(_, value)| value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.iter().map(|(name, _)| Value::from(*name)).collect())
    }
}

/// A record of named values.
pub(crate) fn record(fields: impl Into<Box<[(&'static str, Value)]>>) -> Value {
    Value::from_object(Record(fields.into()))
}

/// A list of values.
pub(crate) fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::from_object(items.into_iter().collect::<Vec<Value>>())
}
