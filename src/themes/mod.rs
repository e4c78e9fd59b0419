//! Which themes exist. The ones that ship are compiled into the binary.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use press::{Fault, Theme};

/// The room. Cheap to clone; clones share the compiled themes.
#[derive(Clone, Default)]
pub struct Themes {
    compiled: Arc<Mutex<HashMap<String, Arc<Theme>>>>,
}

impl Themes {
    /// No theme compiled yet: each is compiled when it is first asked for.
    pub fn new() -> Themes {
        Themes::default()
    }

    /// The names of the themes that there are.
    pub fn names(&self) -> Vec<&'static str> {
        Theme::builtin_names().collect()
    }

    /// The theme with this name, compiled.
    ///
    /// # Errors
    /// The faults of its templates, or one that names the themes there are.
    pub fn get(&self, name: &str) -> Result<Arc<Theme>, Vec<Fault>> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(theme) = compiled.get(name) {
            return Ok(Arc::clone(theme));
        }
        let theme = Arc::new(Theme::builtin(name)?);
        compiled.insert(name.to_owned(), Arc::clone(&theme));
        Ok(theme)
    }
}
