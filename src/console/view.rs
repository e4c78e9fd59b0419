//! Templates, compiled into the binary: a screen's values in, a page out.

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use poem::Response;
use poem::http::header;

use super::calls::Calls;
use super::fault::Fault;
use super::shell::Shell;
use super::{assets, format};
use crate::base::Clock;

/// All templates.
pub(super) struct View {
    templates: Environment<'static>,
}

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("templates/", $name)))),*]
    };
}

/// What a screen gives its template: names with values that can be serialised.
macro_rules! values {
    (@value $name:ident => $value:expr) => { minijinja::Value::from(minijinja::value::Serde(&$value)) };
    (@value $name:ident) => { minijinja::Value::from(minijinja::value::Serde(&$name)) };
    ($($name:ident $(=> $value:expr)?),* $(,)?) => {{
        let named: [(&'static str, minijinja::Value); _] =
            [$((stringify!($name), $crate::console::view::values!(@value $name $(=> $value)?))),*];
        minijinja::Value::from(std::collections::BTreeMap::from(named))
    }};
}
pub(super) use values;

/// Every file of `templates/`: a test holds the two together.
const TEMPLATES: &[(&str, &str)] = templates![
    "account/account.html",
    "account/codes.html",
    "account/link.html",
    "account/orgs.html",
    "bare.html",
    "base.html",
    "docs.html",
    "fault.html",
    "founder.html",
    "invitation.html",
    "ops.html",
    "org/api_keys.html",
    "org/audit_log.html",
    "org/jobs.html",
    "org/members.html",
    "org/new_site.html",
    "org/overview.html",
    "org/new_webhook.html",
    "org/search.html",
    "org/settings.html",
    "org/webhook.html",
    "org/webhook_form.html",
    "org/webhooks.html",
    "parts.html",
    "reset.html",
    "set_up.html",
    "set_up_wait.html",
    "shell.html",
    "sign_in.html",
    "sign_in_code.html",
    "sign_up.html",
    "sign_up_request.html",
    "site/delete_domain.html",
    "site/domains.html",
    "site/edition.html",
    "site/editor.html",
    "site/history.html",
    "site/look_fault.html",
    "site/new_page.html",
    "site/pages.html",
    "site/publish.html",
    "site/redirects.html",
    "site/revision.html",
    "site/settings.html",
    "site/source.html",
    "site/sources.html",
];

impl View {
    /// Templates that know what time it is, and the API.
    pub fn new(clock: Clock, calls: Calls) -> View {
        let mut templates = Environment::new();
        // A value that was forgotten is a fault of ours that tests see, and no hole in a page.
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.set_auto_escape_callback(|_| AutoEscape::Html);
        format::add_to(&mut templates, clock);
        calls.add_to(&mut templates);
        templates.add_function("asset", assets::address);
        for (name, text) in TEMPLATES {
            // A template that does not parse is found by the test that renders each of them.
            if let Err(error) = templates.add_template(name, text) {
                tracing::error!(target: "console", %error, name, "a template does not parse");
            }
        }
        View { templates }
    }

    /// A whole page.
    ///
    /// # Errors
    /// [`Fault::Broken`] when the template does not go with its values.
    pub fn page(&self, name: &str, shell: &Shell, screen: Value) -> Result<Response, Fault> {
        let html = self.html(name, shell, screen)?;
        Ok(Response::builder().header(header::CONTENT_TYPE, "text/html; charset=utf-8").body(html))
    }

    /// The page's text.
    fn html(&self, name: &str, shell: &Shell, screen: Value) -> Result<String, Fault> {
        let template = self.templates.get_template(name).map_err(|error| Fault::broken(&error))?;
        let values = minijinja::value::merge_maps([values! { shell }, screen]);
        // Without the values that the alternate form of the error shows: secrets are among them.
        template.render(values).map_err(|error| Fault::broken(&format!("{name}: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_named_and_parses() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/console/templates");
        let mut files: Vec<String> = Vec::new();
        let mut folders = vec![folder.clone()];
        while let Some(next) = folders.pop() {
            for entry in std::fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push(path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned());
                }
            }
        }
        let mut named: Vec<String> = TEMPLATES.iter().map(|(name, _)| (*name).to_owned()).collect();
        files.sort();
        named.sort();
        assert_eq!(files, named);
        let view = View::new(Clock::system(), Calls::default());
        for name in named {
            view.templates.get_template(&name).unwrap();
        }
    }
}
