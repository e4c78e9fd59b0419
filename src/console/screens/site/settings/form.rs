//! The settings of a site as fields of a form, and back into the text of its `site.toml`: what a form does not know of stays
//! as it stands there, comments included.

use press::{Param, ParamType};
use serde::Serialize;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use super::agents;

/// One field.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Field {
    /// The keys in the file, one inside the other.
    #[serde(skip)]
    keys: Vec<String>,
    /// The same with dots: its name in the form.
    pub path: String,
    pub label: String,
    pub group: String,
    pub hint: String,
    /// `text`, `area`, `lines`, `links`, `choice`, `boolean`, `number` or `color`.
    pub kind: &'static str,
    pub options: Vec<String>,
    /// Of a number.
    range: Option<(i64, i64)>,
    /// As the form shows it.
    pub value: String,
    /// What holds where nothing is set.
    default: String,
}

impl Field {
    pub fn at(keys: &[&str], label: &str, group: &str, kind: &'static str, hint: &str) -> Field {
        Field {
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            path: keys.join("."),
            label: label.to_owned(),
            group: group.to_owned(),
            hint: hint.to_owned(),
            kind,
            options: Vec::new(),
            range: None,
            value: String::new(),
            default: String::new(),
        }
    }

    fn new(path: &str, label: &str, group: &str, kind: &'static str, hint: &str) -> Field {
        let keys: Vec<&str> = path.split('.').collect();
        Field::at(&keys, label, group, kind, hint)
    }

    pub fn choosing(self, options: &[&str], default: &str) -> Field {
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        Field { options, default: default.to_owned(), ..self }
    }

    /// A setting of the theme; none for those that a field can't hold.
    fn of_param(param: &Param) -> Option<Field> {
        let kind = match param.r#type {
            ParamType::Text => "area",
            ParamType::Boolean => "boolean",
            ParamType::Integer => "number",
            ParamType::Choice => "choice",
            ParamType::Color => "color",
            ParamType::List => "lines",
            ParamType::Links => "links",
            ParamType::Tables => return None,
            ParamType::String | ParamType::Url | ParamType::Image => "text",
        };
        let hint = match kind {
            "links" => format!("{} One in a line: its text, then its address.", param.help),
            _ => param.help.clone(),
        };
        let group = if param.group.is_empty() { "Theme" } else { &param.group };
        let default = match &param.default {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
                String::new()
            }
            other => other.to_string(),
        };
        Some(Field {
            options: param.options.clone(),
            range: (param.range != (i64::MIN, i64::MAX)).then_some(param.range),
            default,
            ..Field::at(&["params", &param.name], &param.label, group, kind, hint.trim())
        })
    }

    /// Filled in with what stands in the file, or holds without it.
    pub fn filled(mut self, document: &DocumentMut) -> Field {
        let item = self.keys.iter().try_fold(document.as_item(), |item, key| item.get(key));
        self.value = item.map_or_else(|| self.default.clone(), shown);
        self
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

/// What a site's own settings are about.
const SITE: &str = "Site";
const SPEAKER: &str = "Who speaks here";

/// The fields of a site's settings, filled in. A text that does not parse has none: it is mended as text.
pub(super) fn fields(text: &str, themes: &[&str], params: &[Param]) -> Option<Vec<Field>> {
    let document: DocumentMut = text.parse().ok()?;
    let described = "One or two sentences, for search results and llms.txt.";
    let authors = "Who wrote the pages that name nobody, one in a line.";
    let profiles =
        "Wikidata, Wikipedia, LinkedIn …, one address in a line: engines learn from them who you are.";
    let mut language = Field::new("language", "Language", SITE, "text", "A tag such as en, de or pt-BR.");
    language.default = "en".into();
    let mut fields = vec![
        Field::new("title", "Title", SITE, "text", "Its name, on every page."),
        Field::new("description", "Description", SITE, "area", described),
        language,
        Field::new("authors", "Authors", SITE, "lines", authors),
        Field::new("organization.name", "Name", SPEAKER, "text", "Left empty, the site's title."),
        Field::new("organization.url", "Website", SPEAKER, "text", "Left empty, the site's address."),
        Field::new("organization.email", "E-mail address", SPEAKER, "text", ""),
        Field::new("organization.same_as", "Profiles elsewhere", SPEAKER, "lines", profiles),
        Field::new("organization.logo", "Logo", SPEAKER, "text", "An asset of the site, or an address."),
        Field::new("theme", "Theme", "Look", "choice", "Its own settings follow when it is saved.")
            .choosing(themes, "atlas"),
    ];
    fields.extend(params.iter().filter_map(Field::of_param));
    fields.extend(agents::fields(&document));
    Some(fields.into_iter().map(|field| field.filled(&document)).collect())
}

fn shown(item: &Item) -> String {
    if let Some(tables) = item.as_array_of_tables() {
        return tables.iter().map(|table| link(table)).collect::<Vec<_>>().join("\n");
    }
    match item.as_value() {
        Some(Value::String(text)) => text.value().clone(),
        Some(Value::Array(array)) => {
            let line = |value: &Value| match value {
                Value::InlineTable(table) => Some(link(table)),
                value => value.as_str().map(str::to_owned),
            };
            array.iter().filter_map(line).collect::<Vec<_>>().join("\n")
        }
        Some(other) => other.to_string().trim().to_owned(),
        None => String::new(),
    }
}

/// A link as a line: its text, then its address.
fn link(table: &dyn TableLike) -> String {
    let part = |name: &str| table.get(name).and_then(Item::as_str).unwrap_or_default();
    format!("{} {}", part("text"), part("url"))
}

/// The text with what was filled in. A field that says what holds anyway is taken out.
pub(super) fn applied(text: &str, fields: &[Field], filled: impl Fn(&Field) -> String) -> String {
    let Ok(mut document) = text.parse::<DocumentMut>() else { return text.to_owned() };
    for field in fields {
        let filled = filled(field);
        if filled != field.value
            && let Some((key, above)) = field.keys.split_last()
        {
            set(&mut document, above, key, written(field, &filled));
        }
    }
    document.to_string()
}

/// Puts something at a place, or takes away what stands there.
pub(super) fn set(document: &mut DocumentMut, above: &[String], key: &str, item: Option<Item>) {
    let mut table: &mut dyn TableLike = document.as_table_mut();
    let mut is_inline = false;
    for name in above {
        if table.get(name).is_none_or(Item::is_none) {
            if item.is_none() {
                return;
            }
            let mut empty = Table::new();
            empty.set_implicit(true);
            table.insert(name, if is_inline { value(InlineTable::new()) } else { Item::Table(empty) });
        }
        let Some(inside) = table.get_mut(name) else { return };
        is_inline = inside.is_inline_table();
        let Some(inside) = inside.as_table_like_mut() else { return };
        table = inside;
    }
    match (item, table.get_mut(key)) {
        // What is said of it on its line stays there.
        (Some(Item::Value(mut new)), Some(Item::Value(old))) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        (Some(item), _) => drop(table.insert(key, item)),
        (None, _) => drop(table.remove(key)),
    }
}

/// What stands in the file for what was filled in.
fn written(field: &Field, filled: &str) -> Option<Item> {
    if filled == field.default || (filled.trim().is_empty() && field.kind != "boolean") {
        return None;
    }
    let lines = || filled.lines().map(str::trim).filter(|line| !line.is_empty());
    Some(match field.kind {
        "boolean" => value(filled == "true"),
        // What is no number stays as it was typed: the theme says what it wants.
        "number" => filled.trim().parse::<i64>().map_or_else(|_| value(filled.trim()), value),
        "lines" => value(lines().collect::<Array>()),
        "links" => value(lines().map(linked).collect::<Array>()),
        _ => value(filled.trim()),
    })
}

/// A line as a link.
fn linked(line: &str) -> InlineTable {
    let (text, url) = line.rsplit_once(char::is_whitespace).unwrap_or(("", line));
    [("text", text.trim()), ("url", url)].into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_lines_and_lines_are_links() {
        let theme = press::Theme::builtin("atlas").unwrap();
        let with = |text: &str| fields(text, &["atlas"], &theme.manifest().params).unwrap();
        let typed = |field: &Field| match field.path.as_str() {
            "params.links" => "Our prices /prices/\n  Blog https://blog.example/ ".to_owned(),
            _ => field.value.clone(),
        };
        let text = applied(TEXT, &with(TEXT), typed);
        assert!(text.contains("{ text = \"Our prices\", url = \"/prices/\" }"), "{text}");
        let again = with(&text).into_iter().find(|field| field.path == "params.links").unwrap();
        assert_eq!(again.value, "Our prices /prices/\nBlog https://blog.example/");
        let tables = format!("{TEXT}[[params.links]]\ntext = \"A\"\nurl = \"/a/\"\n");
        assert!(with(&tables).iter().any(|field| field.value == "A /a/"));
    }

    const TEXT: &str = "# ours\ntitle = \"Acme\" # short\n\n[organization]\nname = \"Acme Ltd\"\n\n[languages.de]\ntitle = \"Akme\"\n";

    fn change(path: &str, to: &str) -> String {
        let fields = fields(TEXT, &["atlas"], &[]).unwrap();
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
        assert!(change("title", "Acme & Co").contains("title = \"Acme & Co\" # short"));
        assert!(change("organization.name", "").lines().all(|line| line != "name = \"Acme Ltd\""));
        assert!(change("robots.training", "deny").contains("[robots]\ntraining = \"deny\""));
        let agent = change("robots.agents.GPTBot", "deny");
        assert!(
            agent.ends_with("[robots.agents]\nGPTBot = \"deny\"\n") && !agent.contains("[robots]"),
            "{agent}"
        );
        assert!(!change("robots.training", "allow").contains("training"), "what holds anyway is not written");
    }
}
