//! The settings of a site as fields of a form, and back into the text of its `site.toml`: what a form does not know of stays
//! as it stands there, comments included.

use press::{Param, ParamType};
use serde::Serialize;
use toml_edit::{Array, DocumentMut, Item, Table, Value, value};

/// One field.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Field {
    /// The key in the file, with dots.
    pub path: String,
    pub label: String,
    pub group: String,
    pub hint: &'static str,
    /// `text`, `area`, `lines`, `choice`, `boolean` or `number`.
    pub kind: &'static str,
    pub options: Vec<String>,
    /// As the form shows it.
    pub value: String,
    /// What holds where nothing is set.
    default: String,
}

impl Field {
    fn new(path: &str, label: &str, group: &str, kind: &'static str, hint: &'static str) -> Field {
        Field {
            path: path.to_owned(),
            label: label.to_owned(),
            group: group.to_owned(),
            hint,
            kind,
            options: Vec::new(),
            value: String::new(),
            default: String::new(),
        }
    }

    fn choice(path: &str, label: &str, group: &str, options: &[&str], default: &str) -> Field {
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        Field { options, default: default.to_owned(), ..Field::new(path, label, group, "choice", "") }
    }

    /// A setting of the theme; none for those that a field can't hold.
    fn of_param(param: &Param) -> Option<Field> {
        let kind = match param.r#type {
            ParamType::Text => "area",
            ParamType::Boolean => "boolean",
            ParamType::Integer => "number",
            ParamType::Choice => "choice",
            ParamType::List => "lines",
            ParamType::Tables => return None,
            _ => "text",
        };
        let group = if param.group.is_empty() { "Theme" } else { &param.group };
        let default = match &param.default {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
                String::new()
            }
            other => other.to_string(),
        };
        let path = format!("params.{}", param.name);
        Some(Field {
            options: param.options.clone(),
            default,
            ..Field::new(&path, &param.label, group, kind, "")
        })
    }
}

/// Fields that stand together.
#[derive(Debug, Serialize)]
pub(super) struct Group {
    name: String,
    fields: Vec<Field>,
}

/// The fields in groups, both in the order in which they come.
pub(super) fn grouped(fields: Vec<Field>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for field in fields {
        match groups.iter_mut().find(|group| group.name == field.group) {
            Some(group) => group.fields.push(field),
            None => groups.push(Group { name: field.group.clone(), fields: vec![field] }),
        }
    }
    groups
}

/// The fields of a site's settings, filled in. A text that does not parse has none: it is mended as text.
pub(super) fn fields(text: &str, params: &[Param]) -> Option<Vec<Field>> {
    let document: DocumentMut = text.parse().ok()?;
    let access = ["allow", "deny"];
    let mut fields = vec![
        Field::new("title", "Title", "Site", "text", "Its name, on every page."),
        Field::new(
            "description",
            "Description",
            "Site",
            "area",
            "One or two sentences, for search results and llms.txt.",
        ),
        Field {
            default: "en".into(),
            ..Field::new("language", "Language", "Site", "text", "A tag such as en, de or pt-BR.")
        },
        Field::new(
            "authors",
            "Authors",
            "Site",
            "lines",
            "Who wrote the pages that name nobody, one in a line.",
        ),
        Field::new("organization.name", "Name", "Who speaks here", "text", "Left empty, the site's title."),
        Field::new(
            "organization.url",
            "Website",
            "Who speaks here",
            "text",
            "Left empty, the site's address.",
        ),
        Field::new("organization.email", "E-mail address", "Who speaks here", "text", ""),
        Field::new(
            "organization.logo",
            "Logo",
            "Who speaks here",
            "text",
            "An asset such as assets/logo.png, or an address.",
        ),
        Field::new(
            "organization.same_as",
            "Profiles elsewhere",
            "Who speaks here",
            "lines",
            "Wikidata, Wikipedia, LinkedIn …, one address in a line: engines learn from them who you are.",
        ),
        Field::choice(
            "robots.search",
            "Search and answer engines",
            "Who may read by machine",
            &access,
            "allow",
        ),
        Field::choice(
            "robots.user_fetch",
            "Fetchers that act for a person",
            "Who may read by machine",
            &access,
            "allow",
        ),
        Field::choice(
            "robots.training",
            "Collectors of training data",
            "Who may read by machine",
            &access,
            "allow",
        ),
        Field::new(
            "robots.disallow",
            "Paths that no machine is to read",
            "Who may read by machine",
            "lines",
            "One in a line, each begins with a slash.",
        ),
    ];
    fields.extend(params.iter().filter_map(Field::of_param));
    for field in &mut fields {
        let present = at(&document, &field.path).map(shown);
        field.value = present.unwrap_or_else(|| field.default.clone());
    }
    Some(fields)
}

fn at<'a>(document: &'a DocumentMut, path: &str) -> Option<&'a Item> {
    path.split('.').try_fold(document.as_item(), |item, key| item.get(key))
}

fn shown(item: &Item) -> String {
    match item.as_value() {
        Some(Value::String(text)) => text.value().clone(),
        Some(Value::Array(array)) => array.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        Some(other) => other.to_string().trim().to_owned(),
        None => String::new(),
    }
}

/// The text with what was filled in. A field that says what holds anyway is taken out.
pub(super) fn applied(text: &str, fields: &[Field], filled: impl Fn(&Field) -> String) -> String {
    let Ok(mut document) = text.parse::<DocumentMut>() else { return text.to_owned() };
    for field in fields {
        let filled = filled(field);
        if filled == field.value {
            continue;
        }
        let (table, key) = match field.path.split_once('.') {
            None => (Some(document.as_table_mut()), field.path.as_str()),
            Some((name, key)) => {
                let table = document.entry(name).or_insert(Item::Table(Table::new()));
                (table.as_table_mut(), key)
            }
        };
        let Some(table) = table else { continue };
        match written(field, &filled) {
            Some(item) => table[key] = item,
            None => {
                table.remove(key);
            }
        }
    }
    document.to_string()
}

/// What stands in the file for what was filled in.
fn written(field: &Field, filled: &str) -> Option<Item> {
    if filled == field.default || (filled.trim().is_empty() && field.kind != "boolean") {
        return None;
    }
    Some(match field.kind {
        "boolean" => value(filled == "true"),
        "number" => value(filled.trim().parse::<i64>().ok()?),
        "lines" => {
            let lines = filled.lines().map(str::trim).filter(|line| !line.is_empty());
            value(lines.collect::<Array>())
        }
        _ => value(filled.trim()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# ours\ntitle = \"Acme\" # short\n\n[organization]\nname = \"Acme Ltd\"\n\n[languages.de]\ntitle = \"Akme\"\n";

    fn change(path: &str, to: &str) -> String {
        let fields = fields(TEXT, &[]).unwrap();
        applied(TEXT, &fields, |field| if field.path == path { to.to_owned() } else { field.value.clone() })
    }

    #[test]
    fn a_form_that_changes_nothing_leaves_every_byte() {
        assert_eq!(change("title", "Acme"), TEXT);
    }

    #[test]
    fn a_field_changes_its_key_alone_and_what_the_form_does_not_know_stays() {
        let text = change("organization.same_as", "https://a.example\n\n https://b.example ");
        assert!(text.contains("same_as = [\"https://a.example\", \"https://b.example\"]"), "{text}");
        assert!(
            text.contains("# ours") && text.contains("[languages.de]") && text.contains("# short"),
            "{text}"
        );
        assert!(change("organization.name", "").lines().all(|line| line != "name = \"Acme Ltd\""));
        assert!(change("robots.training", "deny").contains("[robots]\ntraining = \"deny\""));
        assert!(!change("robots.training", "allow").contains("training"), "what holds anyway is not written");
    }
}
