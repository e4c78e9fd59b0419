//! What a template may use up: themes come from strangers too.

use crate::markdown::push_escaped;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, Value};
use std::io;
use std::time::{Duration, Instant};

/// Instructions of one rendering. A page of the shipped themes needs some ten thousand.
const FUEL: u64 = 5_000_000;
/// Bytes of one file.
const OUTPUT: usize = 64 * 1024 * 1024;
/// Time for one file.
const TIME: Duration = Duration::from_secs(20);
/// Macros calling macros, includes within includes.
const DEPTH: usize = 60;

pub(super) fn set(env: &mut Environment<'static>) {
    env.set_fuel(Some(FUEL));
    env.set_recursion_limit(DEPTH);
    env.set_formatter(format);
}

/// Writes a value as the engine does, but leaves slashes as they are (the engine writes `&#x2f;` for each, which makes a
/// page of links a tenth longer) and nothing for none, where the engine writes the word.
fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        return Ok(());
    }
    match value.as_str() {
        Some(text) if value.is_safe() || matches!(state.auto_escape(), AutoEscape::None) => {
            Ok(out.write_str(text)?)
        }
        Some(text) => {
            // Most texts have nothing to escape.
            if !text.contains(['&', '<', '>', '"', '\'']) {
                return Ok(out.write_str(text)?);
            }
            let mut escaped = String::with_capacity(text.len() + 16);
            push_escaped(&mut escaped, text);
            Ok(out.write_str(&escaped)?)
        }
        None => minijinja::escape_formatter(out, state, value),
    }
}

/// Renders within the limits.
pub(crate) fn render(env: &Environment<'static>, template: &str, context: Value) -> Result<Vec<u8>, Error> {
    let template = env.get_template(template)?;
    let mut out =
        Limited { bytes: Vec::with_capacity(48 * 1024), writes: 0, begun: Instant::now(), over: None };
    match template.render_captured_to(context, &mut out) {
        Ok(_) => Ok(out.bytes),
        Err(error) => Err(match out.over {
            Some(what) => replace(&error, what),
            None => error,
        }),
    }
}

/// The same place with words that say what happened.
fn replace(error: &Error, what: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, what).with_source(io::Error::other(error.to_string()))
}

struct Limited {
    bytes: Vec<u8>,
    writes: u32,
    begun: Instant,
    over: Option<&'static str>,
}

impl io::Write for Limited {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.writes = self.writes.wrapping_add(1);
        if self.bytes.len() + piece.len() > OUTPUT {
            self.over = Some("writes more than 64 MB into one file");
        } else if self.writes.is_multiple_of(1024) && self.begun.elapsed() > TIME {
            self.over = Some("takes more than 20 seconds for one file");
        }
        if let Some(what) = self.over {
            return Err(io::Error::other(what));
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
