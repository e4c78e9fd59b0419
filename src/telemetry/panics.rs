//! Panics as log lines, and so as reports. What a panic says may hold what nobody else is to read: the place is told, the
//! words go to standard error as ever.

use std::panic;

/// From now on each panic is an error that is told of.
pub(super) fn tell() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        usual(panic);
        let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line()));
        tracing::error!(target: "panic", place = place.as_deref().unwrap_or("unknown"), "a task panicked");
    }));
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;
    use std::sync::{Arc, Mutex};

    use tracing::field::{Field, Visit};
    use tracing::{Event, Subscriber};
    use tracing_subscriber::layer::{Context, SubscriberExt};
    use tracing_subscriber::{Layer, Registry};

    use super::*;

    #[derive(Clone, Default)]
    struct Heard(Arc<Mutex<String>>);

    impl<S: Subscriber> Layer<S> for Heard {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            let level = *event.metadata().level();
            event.record(&mut self.clone());
            self.0.lock().unwrap().push_str(level.as_str());
        }
    }

    impl Visit for Heard {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            self.0.lock().unwrap().push_str(&format!("{}={value:?} ", field.name()));
        }
    }

    #[test]
    fn a_panic_is_an_error_that_tells_its_place_and_not_its_words() {
        tell();
        let heard = Heard::default();
        tracing::subscriber::with_default(Registry::default().with(heard.clone()), || {
            panic::catch_unwind(|| panic!("a password in a panic")).unwrap_err();
        });
        let heard = heard.0.lock().unwrap().clone();
        assert!(
            heard.contains("panics.rs:") && heard.contains("a task panicked") && heard.ends_with("ERROR"),
            "{heard}"
        );
        assert!(!heard.contains("password"), "{heard}");
    }
}
