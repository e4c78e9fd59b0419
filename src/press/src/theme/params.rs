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
    /// One line of text.
    String,
    /// Several lines.
    Text,
    /// An address.
    Url,
    /// A picture of the site: `assets/logo.svg`.
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
    /// A list of tables (links, for instance).
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
    /// For forms: settings of one group stand together.
    pub group: String,
    /// For [`ParamType::Choice`].
    pub options: Vec<String>,
    /// Smallest and largest [`ParamType::Integer`].
    pub range: (i64, i64),
}

const TYPES: [(&str, ParamType); 10] = [
    ("string", ParamType::String),
    ("text", ParamType::Text),
    ("url", ParamType::Url),
    ("image", ParamType::Image),
    ("boolean", ParamType::Boolean),
    ("integer", ParamType::Integer),
    ("color", ParamType::Color),
    ("choice", ParamType::Choice),
    ("list", ParamType::List),
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
        reader.allow(&["default", "help"]);
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
        let (fits, wanted) = match self.r#type {
            ParamType::String | ParamType::Text | ParamType::Url | ParamType::Image => {
                (value.is_string(), "a string".to_owned())
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
