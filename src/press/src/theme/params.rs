//! Typed settings of a theme: declared in `theme.toml`, set in `site.toml`.

use crate::config::SiteConfig;
use crate::fault::Fault;
use crate::suggest;
use crate::toml_reader::{Origin, Reader, free_value};
use serde_json::{Map, Value};
use toml::de::DeTable;

/// The type of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamType {
    /// One line of text, of at most `max` letters.
    String,
    /// Several lines, of at most `max` letters.
    Text,
    /// A path of the site, a web address or one for mail; may be empty.
    Url,
    /// A picture of the site, `assets/logo.svg`, or a web address; may be empty.
    Image,
    /// true or false.
    Boolean,
    /// A whole number, from `min` to `max` where they are given.
    Integer,
    /// `#rrggbb`.
    Color,
    /// One of [`Param::options`].
    Choice,
    /// A list of strings.
    List,
    /// At most `max` tables of `text` and `url`.
    Links,
    /// A list of tables.
    Tables,
}

/// One setting of a theme.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Its key in `[params]`.
    pub name: String,
    /// Its type.
    pub r#type: ParamType,
    /// Its value where the site sets none.
    pub default: Value,
    /// For forms.
    pub label: String,
    /// For forms: a sentence about what it does; may be empty.
    pub help: String,
    /// For forms: settings of one group stand together.
    pub group: String,
    /// For [`ParamType::Choice`].
    pub options: Vec<String>,
    /// Smallest and largest [`ParamType::Integer`]; of texts the second is the most letters, of links the most of them.
    pub range: (i64, i64),
}

const TYPES: [(&str, ParamType); 11] = [
    ("string", ParamType::String),
    ("text", ParamType::Text),
    ("url", ParamType::Url),
    ("image", ParamType::Image),
    ("boolean", ParamType::Boolean),
    ("integer", ParamType::Integer),
    ("color", ParamType::Color),
    ("choice", ParamType::Choice),
    ("list", ParamType::List),
    ("links", ParamType::Links),
    ("tables", ParamType::Tables),
];

impl Param {
    pub(super) fn read<'a>(
        origin: Origin<'a>,
        name: &str,
        table: &'a DeTable<'a>,
        faults: &mut Vec<Fault>,
    ) -> Option<Param> {
        let mut reader = Reader::new(origin, table);
        let r#type = reader.checked("type", parse_type);
        let label = reader.string("label").unwrap_or_else(|| name.to_owned());
        let group = reader.string("group").unwrap_or_default();
        let options = reader.strings("options").unwrap_or_default();
        let range = (reader.integer("min").unwrap_or(i64::MIN), reader.integer("max").unwrap_or(i64::MAX));
        let help = reader.string("help").unwrap_or_default();
        reader.allow(&["default"]);
        let default = table.get("default");
        faults.extend(reader.finish());
        let (Some(r#type), Some(default)) = (r#type, default) else {
            if default.is_none() {
                faults.push(Fault::new(
                    origin.file,
                    format!("`params.{name}` has no default"),
                    "Add `default = …`.",
                ));
            }
            return None;
        };
        let line = origin.line(default.span().start);
        let param = Param {
            name: name.to_owned(),
            r#type,
            default: free_value(default.get_ref()),
            label,
            help,
            group,
            options,
            range,
        };
        if let Err(what) = param.check(&param.default) {
            faults
                .push(Fault::new(origin.file, format!("the default of `params.{name}` {what}"), "").at(line));
        }
        Some(param)
    }

    fn check(&self, value: &Value) -> Result<(), String> {
        let strings = |items: &Vec<Value>| items.iter().all(Value::is_string);
        let most = usize::try_from(self.range.1).unwrap_or(usize::MAX);
        let text = |fits: fn(&str) -> bool| value.as_str().is_some_and(fits);
        let (fits, wanted) = match self.r#type {
            ParamType::String | ParamType::Text => {
                let fits = value.as_str().is_some_and(|text| text.chars().count() <= most);
                let limit =
                    if most == usize::MAX { String::new() } else { format!(" of at most {most} letters") };
                (fits, format!("a string{limit}"))
            }
            ParamType::Url => (text(is_address), "a path such as /about/, or a web address".to_owned()),
            ParamType::Image => (
                text(is_picture),
                "a picture of the site such as assets/logo.svg, or a web address".to_owned(),
            ),
            ParamType::Links => {
                let fits =
                    value.as_array().is_some_and(|items| items.len() <= most && items.iter().all(is_link));
                let limit = if most == usize::MAX { String::new() } else { format!("at most {most} ") };
                (fits, format!("{limit}links with a `text` and a `url`"))
            }
            ParamType::Boolean => (value.is_boolean(), "true or false".to_owned()),
            ParamType::Integer => {
                let (least, most) = self.range;
                let fits = value.as_i64().is_some_and(|number| (least..=most).contains(&number));
                let limits = if self.range == (i64::MIN, i64::MAX) {
                    String::new()
                } else {
                    format!(" from {least} to {most}")
                };
                (fits, format!("a whole number{limits}"))
            }
            ParamType::Color => (value.as_str().is_some_and(is_color), "a colour like #1a2b3c".to_owned()),
            ParamType::Choice => {
                let fits =
                    value.as_str().is_some_and(|text| self.options.iter().any(|option| option == text));
                (fits, format!("one of {}", self.options.join(", ")))
            }
            ParamType::List => (value.as_array().is_some_and(strings), "a list of strings".to_owned()),
            ParamType::Tables => (
                value.as_array().is_some_and(|items| items.iter().all(Value::is_object)),
                "a list of tables".to_owned(),
            ),
        };
        if fits { Ok(()) } else { Err(format!("must be {wanted}")) }
    }
}

fn parse_type(text: &str) -> Result<ParamType, (String, String)> {
    let wanted = match text {
        "bool" => "boolean",
        "int" => "integer",
        other => other,
    };
    let known: Vec<&str> = TYPES.iter().map(|(name, _)| *name).collect();
    let found = TYPES.iter().find(|(name, _)| *name == wanted).map(|(_, r#type)| *r#type);
    found.ok_or_else(|| (format!("is `{text}`, which is no type"), suggest::did_you_mean(text, &known)))
}

/// Where a link of a page may lead: nowhere that could run script.
fn is_address(text: &str) -> bool {
    if text.contains(|c: char| c.is_control() || c == '\\') {
        return false;
    }
    let is_path = text.starts_with('/') && !text.starts_with("//");
    text.is_empty() || text.starts_with('#') || is_path || is_web(text) || text.starts_with("mailto:")
}

fn is_web(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// An asset is looked up by its name, so a name that leads elsewhere is only not found.
fn is_picture(text: &str) -> bool {
    !text.contains(':') || is_web(text)
}

fn is_link(value: &Value) -> bool {
    let part = |name: &str| value.get(name).and_then(Value::as_str);
    let is_whole = value.as_object().is_some_and(|table| table.len() == 2);
    is_whole && part("text").is_some_and(|text| !text.is_empty()) && part("url").is_some_and(is_address)
}

fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    matches!(digits.len(), 3 | 6 | 8) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A site's `[params]` over the theme's defaults, and what is wrong with them. A theme that declares none takes any.
pub(crate) fn resolve(
    theme: &str,
    declared: &[Param],
    config: &SiteConfig,
) -> (Map<String, Value>, Vec<Fault>) {
    if declared.is_empty() {
        return (config.params.clone(), Vec::new());
    }
    let fault = |name: &str, what: String, cure: String| {
        let fault = Fault::new("site.toml", what, cure);
        config.lines.get(&format!("params.{name}")).map_or(fault.clone(), |line| fault.at(*line))
    };
    let mut params: Map<String, Value> =
        declared.iter().map(|param| (param.name.clone(), param.default.clone())).collect();
    let mut faults = Vec::new();
    for (name, value) in &config.params {
        match declared.iter().find(|param| param.name == *name) {
            None => {
                let known: Vec<&str> = declared.iter().map(|param| param.name.as_str()).collect();
                let what = format!("theme {theme} has no setting `params.{name}`");
                faults.push(fault(name, what, suggest::did_you_mean(name, &known)));
            }
            Some(param) => match param.check(value) {
                Ok(()) => {
                    params.insert(name.clone(), value.clone());
                }
                Err(what) => faults.push(fault(name, format!("`params.{name}` {what}"), String::new())),
            },
        }
    }
    (params, faults)
}
