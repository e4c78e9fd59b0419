//! The site: what it is called, how it looks, who may read it by machine, which health its pages need.

mod agents;
mod form;
mod logo;
mod order;
mod preview;

pub(super) use preview::{look, look_saved};

use bytes::Bytes;
use poem::http::StatusCode;
use poem::web::Query;
use poem::{Response, handler};
use press::Top;
use serde::Deserialize;
use toml_edit::{DocumentMut, Item};

use self::form::Field;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::{Refused, sentence};
use crate::console::view::values;
use crate::console::who::{Admin, At, Least, Member};
use crate::publishing::PublishError;
use crate::sites::SiteChange;

/// The address is the product's affair; any will do to read the rest.
const ANY: &str = "https://site.invalid";

#[derive(Deserialize)]
pub(in crate::console) struct Asked {
    #[serde(default)]
    tab: String,
}

/// What the screen shows: what is saved, or what was typed and is not saved yet.
struct Draft {
    text: String,
    gate: String,
    /// What the form was made from.
    seen: String,
    as_text: bool,
    is_saved: bool,
    wrong: String,
}

impl Draft {
    fn saved<L: Least>(at: &At<L>) -> Draft {
        Draft {
            text: at.site.settings.clone(),
            gate: at.site.gate.to_string(),
            seen: seen(at),
            as_text: false,
            is_saved: true,
            wrong: String::new(),
        }
    }
}

#[handler]
pub(in crate::console) async fn show(at: At<Member>, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    screen(&at, Draft { as_text: asked.tab == "text", ..Draft::saved(&at) }).await
}

/// The fields of the form, as far as the text can be read.
fn fields<L: Least>(at: &At<L>, text: &str) -> Option<Vec<Field>> {
    let themes = &at.here.me.desk.rooms.themes;
    let named = press::SiteConfig::read(text, Some(ANY)).0.theme;
    let theme = themes.get(&named).ok();
    let params = theme.as_deref().map_or(&[][..], |theme| &theme.manifest().params);
    form::fields(text, &themes.names(), params)
}

async fn screen<L: Least>(at: &At<L>, draft: Draft) -> Result<Response, Fault> {
    let rooms = &at.here.me.desk.rooms;
    let fields = fields(at, &draft.text).filter(|_| !draft.as_text);
    let (kinds, others, paths) = agents::table(fields.as_deref().unwrap_or_default());
    let top = if fields.is_some() { top(at, &draft.text).await? } else { Vec::new() };
    let host = rooms.sites.canonical_host(&at.scope).await?;
    let url = host.as_ref().map_or_else(String::new, |host| rooms.address.of(host.as_str()));
    let Draft { text, gate, seen, is_saved, wrong, .. } = draft;
    let page = values! {
        text, gate, seen, is_saved, wrong, url, kinds, others, paths,
        groups => fields.map(form::grouped),
        entries => order::entries(top),
        path => format!("{}/settings", at.path()),
        id => at.site.id,
        saved_gate => at.site.gate,
        is_live => at.site.live_edition.is_some(),
    };
    at.here.me.desk.view.page("site/settings.html", &at.shell("site").await?, page)
}

/// The navigation's entries. With settings that have faults there is nothing to order: they are mended first.
async fn top<L: Least>(at: &At<L>, text: &str) -> Result<Vec<Top>, Fault> {
    match at.here.me.desk.rooms.publishing.top(&at.scope, text).await {
        Err(PublishError::Faults(_)) => Ok(Vec::new()),
        found => Ok(found?),
    }
}

/// What the form was made from: another has changed it since, if it is another by then.
fn seen<L: Least>(at: &At<L>) -> String {
    blake3::hash(format!("{}\n{}", at.site.gate, at.site.settings).as_bytes()).to_hex().to_string()
}

/// The text as the form has it, with the order that it asks for, and the logo that came with it.
async fn typed(
    at: &At<Admin>,
    posted: &Posted,
) -> Result<Result<(String, Option<(String, Bytes)>), String>, Fault> {
    let saved = &at.site.settings;
    let Some(fields) = fields(at, saved).filter(|_| posted.text("as") != "text") else {
        return Ok(Ok((posted.document("settings"), None)));
    };
    let filled = |field: &Field| match field.kind {
        "boolean" => posted.is_ticked(&field.path).to_string(),
        _ => posted.document(&field.path).trim().to_owned(),
    };
    let mut text = form::applied(saved, &fields, filled);
    let logo = match logo::uploaded(posted) {
        Ok(logo) => logo,
        Err(wrong) => return Ok(Err(wrong)),
    };
    if let Some((path, _)) = &logo {
        text = with_logo(at, &text, path);
    }
    if posted.all("navigation").next().is_some() {
        let top = top(at, saved).await?;
        let order = order::asked(&top, posted.all("navigation"), posted.text("move"));
        text = order::applied(&text, &top, &order);
    }
    Ok(Ok((for_its_theme(at, &text), logo)))
}

/// The logo of the organisation, and of the theme where it has a place for one.
fn with_logo<L: Least>(at: &At<L>, text: &str, path: &str) -> String {
    let Ok(mut document) = text.parse::<DocumentMut>() else { return text.to_owned() };
    let logo = || Some(toml_edit::value(path));
    form::set(&mut document, &["organization".to_owned()], "logo", logo());
    if fields(at, text).is_some_and(|fields| fields.iter().any(|field| field.path == "params.logo")) {
        form::set(&mut document, &["params".to_owned()], "logo", logo());
    }
    document.to_string()
}

/// Without the settings of another theme, which this one would refuse.
fn for_its_theme<L: Least>(at: &At<L>, text: &str) -> String {
    let named = |text: &str| press::SiteConfig::read(text, Some(ANY)).0.theme;
    let (before, now) = (named(&at.site.settings), named(text));
    let theme = at.here.me.desk.rooms.themes.get(&now);
    let (Ok(theme), Ok(mut document)) = (theme, text.parse::<DocumentMut>()) else { return text.to_owned() };
    let declared = &theme.manifest().params;
    if before == now || declared.is_empty() {
        return text.to_owned();
    }
    if let Some(params) = document.get_mut("params").and_then(Item::as_table_like_mut) {
        let names: Vec<String> = params.iter().map(|(name, _)| name.to_owned()).collect();
        for name in names.iter().filter(|name| !declared.iter().any(|param| param.name == **name)) {
            params.remove(name);
        }
    }
    document.to_string()
}

#[handler]
pub(in crate::console) async fn save(at: At<Admin>, posted: Posted) -> Result<Response, Fault> {
    let (gate, as_text) = (posted.text("gate").to_owned(), posted.text("as") == "text");
    let draft = |text: String, wrong: String| Draft {
        text,
        gate: gate.clone(),
        seen: posted.text("seen").to_owned(),
        as_text,
        is_saved: false,
        wrong,
    };
    let (text, logo) = match typed(&at, &posted).await? {
        Ok(typed) => typed,
        Err(wrong) => return refused(&at, draft(at.site.settings.clone(), wrong)).await,
    };
    // A button of the navigation: nothing is saved yet.
    if !posted.text("move").is_empty() {
        return screen(&at, draft(text, String::new())).await;
    }
    match saved(&at, &text, &gate, posted.text("seen"), logo).await? {
        Ok(()) => Ok(redirect(&format!("{}/settings?notice=site-saved", at.path()))),
        // What is below is theirs to save over the other's, now that they know.
        Err(wrong) => refused(&at, Draft { seen: seen(&at), ..draft(text, wrong) }).await,
    }
}

async fn refused(at: &At<Admin>, draft: Draft) -> Result<Response, Fault> {
    let mut response = screen(at, draft).await?;
    response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(response)
}

async fn saved(
    at: &At<Admin>,
    text: &str,
    gate: &str,
    form_of: &str,
    logo: Option<(String, Bytes)>,
) -> Result<Result<(), String>, Fault> {
    if form_of != seen(at) {
        let told = "somebody has changed the site since you opened this form. Your text is below, theirs is saved: open \
                    the site in another tab, compare, and save again";
        return Ok(Err(sentence(told)));
    }
    let Some(gate) = gate.parse::<u8>().ok().filter(|gate| *gate <= 100) else {
        return Ok(Err(sentence("the health that pages need is a number from 0 to 100")));
    };
    let rooms = &at.here.me.desk.rooms;
    let title = match checked(at, text) {
        Ok(title) => title.unwrap_or_else(|| at.site.title.clone()),
        Err(faults) => {
            let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
            return Ok(Err(lines.join(" ")));
        }
    };
    if let Some((path, bytes)) = logo {
        rooms.sites.put_file(&at.scope, &path, bytes).await?;
    }
    let settings = (text != at.site.settings).then(|| (title, text.to_owned()));
    let change = SiteChange { settings, gate: Some(gate) };
    match rooms.sites.update(&at.scope, &at.site, change).await {
        Ok(()) => Ok(Ok(())),
        Err(error) => error.sentence().map(Err),
    }
}

/// The title in a text that the next edition can be built from.
fn checked<L: Least>(at: &At<L>, text: &str) -> Result<Option<String>, Vec<press::Fault>> {
    let config = press::SiteConfig::parse_at(text, ANY)?;
    let title = Some(config.title.clone()).filter(|title| !title.is_empty());
    let theme = at.here.me.desk.rooms.themes.get(&config.theme)?;
    press::Press::new(config, theme)?;
    Ok(title)
}
