//! Reads a TOML table key by key, remembers what nobody asked for and says so with the nearest known name.

use crate::fault::Fault;
use crate::suggest;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where a table stands: file name, its whole text, and the line (counted from 0) on which the text begins in the file.
#[derive(Clone, Copy)]
pub(crate) struct Origin<'a> {
    pub file: &'a str,
    pub text: &'a str,
    pub first_line: u32,
}

impl Origin<'_> {
    /// Line in the file (from 1) of a byte offset in the text.
    pub(crate) fn line(&self, offset: usize) -> u32 {
        let end = offset.min(self.text.len());
        let newlines = self.text.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count();
        self.first_line + u32::try_from(newlines).unwrap_or(u32::MAX - 1) + 1
    }
}

/// Parses TOML; a syntax error becomes a fault with its line. The table holds what could be read all the same, so that
/// the other faults of the file are told with it.
pub(crate) fn parse<'a>(origin: Origin<'a>) -> (DeTable<'a>, Vec<Fault>) {
    let (table, errors) = DeTable::parse_recoverable(origin.text);
    let fault = |error: &toml::de::Error| {
        let line = origin.line(error.span().map_or(0, |span| span.start));
        let what = format!("is not valid TOML: {}", error.message());
        Fault::new(origin.file, what, "Compare with https://toml.io.").at(line)
    };
    let mut faults: Vec<Fault> = errors.iter().map(fault).collect();
    // What follows the first error of a line is mostly its echo.
    faults.dedup_by_key(|fault| fault.line);
    (table.into_inner(), faults)
}

/// Adds what a table's reading found to its syntax errors. On the lines of those nothing else can be trusted, and with
/// them a key that seems to be missing may be there.
pub(crate) fn with_syntax(syntax: Vec<Fault>, found: Vec<Fault>) -> Vec<Fault> {
    if syntax.is_empty() {
        return found;
    }
    let lines: Vec<Option<u32>> = syntax.iter().map(|fault| fault.line).collect();
    let sound = found.into_iter().filter(|fault| fault.line.is_some() && !lines.contains(&fault.line));
    let mut all: Vec<Fault> = sound.collect();
    all.extend(syntax);
    all.sort();
    all
}

/// One table being read.
pub(crate) struct Reader<'a> {
    origin: Origin<'a>,
    table: &'a DeTable<'a>,
    known: Vec<&'static str>,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(origin: Origin<'a>, table: &'a DeTable<'a>) -> Reader<'a> {
        Reader { origin, table, known: Vec::with_capacity(24), faults: Vec::new() }
    }

    fn get(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.known.push(key);
        self.table.get(key)
    }

    /// Line of a key's value in the file; 0 if it is not there.
    pub(crate) fn line_of(&self, key: &str) -> u32 {
        self.table.get(key).map_or(0, |value| self.origin.line(value.span().start))
    }

    /// Notes a fault at a value.
    pub(crate) fn fault(&mut self, at: &Spanned<DeValue<'_>>, what: String, cure: &str) {
        let line = self.origin.line(at.span().start);
        self.faults.push(Fault::new(self.origin.file, what, cure).at(line));
    }

    fn wrong(&mut self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let what = format!("`{key}` is {} but must be {wanted}", value.get_ref().type_str());
        self.fault(value, what, "");
    }

    pub(crate) fn string(&mut self, key: &'static str) -> Option<String> {
        let value = self.get(key)?;
        if let Some(text) = value.get_ref().as_str() {
            return Some(text.to_owned());
        }
        self.wrong(key, value, "a string in quotes");
        None
    }

    pub(crate) fn boolean(&mut self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        let read = value.get_ref().as_bool();
        if read.is_none() {
            self.wrong(key, value, "true or false");
        }
        read
    }

    pub(crate) fn integer(&mut self, key: &'static str) -> Option<i64> {
        let value = self.get(key)?;
        let number = value.get_ref().as_integer();
        let read = number.and_then(|n| i64::from_str_radix(&n.as_str().replace('_', ""), n.radix()).ok());
        if read.is_none() {
            self.wrong(key, value, "a whole number");
        }
        read
    }

    /// A date as TOML writes it (`2026-11-21`, with or without time), or the same in quotes: RFC 3339 text.
    pub(crate) fn date(&mut self, key: &'static str) -> Option<String> {
        let value = self.get(key)?;
        let text = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => String::new(),
        };
        let read = crate::dates::normalise(&text);
        if read.is_none() {
            self.fault(
                value,
                format!("`{key}` is not a date"),
                "Write it as 2026-11-21 or 2026-11-21T10:00:00Z.",
            );
        }
        read
    }

    /// A list of strings; a single string counts as a list of one.
    pub(crate) fn strings(&mut self, key: &'static str) -> Option<Vec<String>> {
        let value = self.get(key)?;
        if let Some(one) = value.get_ref().as_str() {
            return Some(vec![one.to_owned()]);
        }
        let items = value.get_ref().as_array();
        let read = items.and_then(|items| {
            items
                .iter()
                .map(|item| item.get_ref().as_str().map(ToOwned::to_owned))
                .collect::<Option<Vec<_>>>()
        });
        if read.is_none() {
            self.wrong(key, value, "a list of strings");
        }
        read
    }

    /// A list of whole numbers.
    pub(crate) fn integers(&mut self, key: &'static str) -> Option<Vec<i64>> {
        let value = self.get(key)?;
        let number = |item: &Spanned<DeValue<'_>>| free_value(item.get_ref()).as_i64();
        let read = value.get_ref().as_array().and_then(|items| items.iter().map(number).collect());
        if read.is_none() {
            self.wrong(key, value, "a list of whole numbers");
        }
        read
    }

    /// A table to be read with a reader of its own.
    pub(crate) fn table(&mut self, key: &'static str) -> Option<&'a DeTable<'a>> {
        let value = self.get(key)?;
        let read = value.get_ref().as_table();
        if read.is_none() {
            self.wrong(key, value, "a table");
        }
        read
    }

    /// A list of tables (`[[sources]]`).
    pub(crate) fn tables(&mut self, key: &'static str) -> Vec<&'a DeTable<'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let items = value.get_ref().as_array();
        let read = items.and_then(|items| items.iter().map(|item| item.get_ref().as_table()).collect());
        read.unwrap_or_else(|| {
            self.wrong(key, value, "a list of tables");
            Vec::new()
        })
    }

    /// Any table as plain data, for `[extra]` and `[params]`.
    pub(crate) fn free(&mut self, key: &'static str) -> serde_json::Map<String, serde_json::Value> {
        self.table(key).map(free_table).unwrap_or_default()
    }

    /// A string checked by a rule; the rule's error is the fault.
    pub(crate) fn checked<T>(
        &mut self,
        key: &'static str,
        rule: impl FnOnce(&str) -> Result<T, (String, String)>,
    ) -> Option<T> {
        let value = self.get(key)?;
        let Some(text) = value.get_ref().as_str() else {
            self.wrong(key, value, "a string in quotes");
            return None;
        };
        match rule(text) {
            Ok(read) => Some(read),
            Err((what, cure)) => {
                self.fault(value, format!("`{key}` {what}"), &cure);
                None
            }
        }
    }

    /// Keys that are allowed but not read here.
    pub(crate) fn allow(&mut self, keys: &[&'static str]) {
        self.known.extend_from_slice(keys);
    }

    /// Ends the reading: a key that nobody asked for is a fault.
    pub(crate) fn finish(mut self) -> Vec<Fault> {
        for (key, _) in self.table.iter() {
            let name: &str = key.get_ref();
            if !self.known.contains(&name) {
                let line = self.origin.line(key.span().start);
                let cure = suggest::did_you_mean(name, &self.known);
                self.faults
                    .push(Fault::new(self.origin.file, format!("unknown key `{name}`"), cure).at(line));
            }
        }
        self.faults.sort();
        self.faults
    }
}

fn free_table(table: &DeTable<'_>) -> serde_json::Map<String, serde_json::Value> {
    table.iter().map(|(key, value)| (key.get_ref().to_string(), free_value(value.get_ref()))).collect()
}

/// TOML as plain data; dates become their RFC 3339 text. Depth is bounded by the TOML parser itself.
pub(crate) fn free_value(value: &DeValue<'_>) -> serde_json::Value {
    match value {
        DeValue::String(text) => text.to_string().into(),
        DeValue::Integer(n) => i64::from_str_radix(&n.as_str().replace('_', ""), n.radix())
            .map_or(serde_json::Value::Null, Into::into),
        DeValue::Float(n) => n.as_str().parse::<f64>().map_or(serde_json::Value::Null, Into::into),
        DeValue::Boolean(b) => (*b).into(),
        DeValue::Datetime(date) => date.to_string().into(),
        DeValue::Array(items) => items.iter().map(|item| free_value(item.get_ref())).collect(),
        DeValue::Table(table) => free_table(table).into(),
    }
}
