//! What templates can call: `head()`, `jsonld()`, `asset()`, `image()`, `t()`, `url_for()`.

use crate::markdown::{Picture, Target, classify, push_picture};
use crate::rendering::{self, Rendering};
use crate::site::{find, path_key};
use crate::view;
use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind, Value};

pub(super) fn add_to(env: &mut Environment<'static>) {
    env.add_function("head", head);
    env.add_function("jsonld", jsonld);
    env.add_function("asset", asset);
    env.add_function("image", image);
    env.add_function("t", t);
    env.add_function("url_for", url_for);
}

fn with<T>(work: impl FnOnce(&Rendering) -> Result<T, Error>) -> Result<T, Error> {
    let outside = || Err(Error::new(ErrorKind::InvalidOperation, "is only there while a page is rendered"));
    rendering::current(work).unwrap_or_else(outside)
}

fn head() -> Result<Value, Error> {
    with(|rendering| {
        let icons = crate::outputs::icons::links(&rendering.view);
        Ok(Value::from_safe_string(view::head(
            &rendering.view,
            &rendering.subject,
            &view::icon_links(&icons),
        )))
    })
}

fn jsonld() -> Result<Value, Error> {
    with(|rendering| {
        let json = view::json_ld(&rendering.view, &rendering.subject);
        Ok(Value::from_safe_string(format!("<script type=\"application/ld+json\">{json}</script>")))
    })
}

fn asset(path: &str) -> Result<String, Error> {
    with(|rendering| {
        let name = path.trim_start_matches('/');
        rendering::note(path_key(&format!("assets/{}", name.strip_prefix("assets/").unwrap_or(name))));
        rendering::asset_url(&rendering.view, path).ok_or_else(|| {
            let known = rendering.view.theme.asset_names();
            let near = crate::suggest::nearest(name, known)
                .map_or_else(String::new, |near| format!("; did you mean {near}?"));
            Error::new(ErrorKind::InvalidOperation, format!("there is no asset {path}{near}"))
        })
    })
}

#[allow(clippy::needless_pass_by_value, reason = "the engine hands named values over like this")]
fn image(src: &str, alt: &str, options: Kwargs) -> Result<Value, Error> {
    let sizes: Option<String> = options.get("sizes")?;
    let class: Option<String> = options.get("class")?;
    options.assert_all_used()?;
    with(|rendering| {
        let picture = if src.contains("://") {
            Picture::plain(src)
        } else {
            rendering::note(path_key(src.trim_start_matches('/')));
            let missing = || Error::new(ErrorKind::InvalidOperation, format!("there is no picture {src}"));
            let found = rendering::asset(&rendering.view, src).ok_or_else(missing)?;
            let usual = &rendering.view.theme.manifest().pictures.sizes;
            Picture::found(found, sizes.as_deref().unwrap_or(usual))
        };
        let mut out = String::new();
        push_picture(&mut out, &picture, alt, "");
        if let Some(class) = class {
            let mut attribute = String::from(" class=\"");
            crate::markdown::push_escaped(&mut attribute, &class);
            attribute.push('"');
            out.insert_str("<img".len(), &attribute);
        }
        Ok(Value::from_safe_string(out))
    })
}

/// `t("key")`, `t("key", n=3)`, and any further named values for `{name}` in the text.
#[allow(clippy::needless_pass_by_value, reason = "the engine hands named values over like this")]
fn t(key: &str, values: Kwargs) -> Result<String, Error> {
    let count: Option<i64> = values.get("n")?;
    with(|rendering| {
        let language = rendering.view.language_tag(rendering.subject.language);
        let text = rendering.view.theme.text(language, key, count);
        let text = text.ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidOperation,
                format!("there is no text `{key}` in i18n/{language}.toml"),
            )
        })?;
        let mut text = text.to_owned();
        for name in values.args() {
            let value: Value = values.get(name)?;
            text = text.replace(&format!("{{{name}}}"), &value.to_string());
        }
        Ok(text)
    })
}

/// `url_for("guide/start.md")` or `url_for("/path")`.
fn url_for(path: &str) -> Result<String, Error> {
    with(|rendering| {
        let view = &rendering.view;
        let destination = if path.ends_with(".md") && !path.starts_with(['/', '@']) {
            format!("@/{path}")
        } else {
            path.to_owned()
        };
        rendering::note(crate::site::target_key(&destination, ""));
        match classify(&destination, "") {
            Target::External | Target::Anchor(_) => Ok(destination),
            target => match find(&view.state, &target) {
                Some(found) => Ok(found.url.into_owned()),
                None => Err(Error::new(ErrorKind::InvalidOperation, format!("{path} leads nowhere"))),
            },
        }
    })
}
