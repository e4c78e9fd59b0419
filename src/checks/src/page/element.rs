//! What an element means for the text in it.

use html5ever::LocalName;
use scraper::node::Element;

/// The part of the page a text stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Nothing special.
    Body,
    /// The main element, or what stands for it.
    Main,
    /// `nav` or role=navigation, wherever it stands.
    Nav,
    /// `header` outside the main element.
    Header,
    /// `footer` outside the main element.
    Footer,
    /// `aside` outside the main element.
    Aside,
    /// `form`, `search`, controls.
    Form,
}

/// Why a reader does not see a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// The attribute `hidden`, or `display:none` and its like in the element's own style.
    NotShown,
    /// Shown, but so that nobody can read it: no size, no opacity, off the screen, the colour of its ground.
    Unreadable,
}

/// An attribute without namespace.
pub(crate) fn attr<'e>(element: &'e Element, name: &str) -> Option<&'e str> {
    element.attrs().find(|(key, _)| *key == name).map(|(_, value)| value)
}

pub(crate) fn is_html(element: &Element) -> bool {
    &*element.name.ns == "http://www.w3.org/1999/xhtml"
}

pub(crate) fn role(element: &Element) -> &str {
    attr(element, "role").and_then(|roles| roles.split_whitespace().next()).unwrap_or("")
}

/// Text in these is never part of the page's text.
pub(crate) fn is_machinery(name: &LocalName) -> bool {
    matches!(
        &**name,
        "script"
            | "style"
            | "template"
            | "noscript"
            | "svg"
            | "math"
            | "head"
            | "title"
            | "iframe"
            | "object"
            | "audio"
            | "video"
            | "canvas"
            | "datalist"
            | "textarea"
            | "noembed"
            | "noframes"
    )
}

/// Text of controls: visible, but not what the page says.
pub(crate) fn is_control(name: &str) -> bool {
    matches!(name, "button" | "select" | "label" | "fieldset" | "dialog" | "form" | "search")
}

/// Whether a reader operates it: a button, a field, or what a script made into one.
pub(crate) fn is_operated(element: &Element) -> bool {
    matches!(element.name(), "button" | "input" | "select" | "textarea" | "summary")
        || matches!(role(element), "button" | "tab" | "menuitem" | "switch")
        || ["onclick", "aria-expanded", "data-toggle", "data-bs-toggle"]
            .iter()
            .any(|name| attr(element, name).is_some())
        || attr(element, "href").is_some_and(|href| href == "#" || href.starts_with("javascript:"))
}

/// Elements that end one run of text and begin another.
pub(crate) fn is_block(name: &str) -> bool {
    !matches!(
        name,
        "a" | "abbr"
            | "b"
            | "bdi"
            | "bdo"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "img"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "nobr"
            | "picture"
            | "q"
            | "rp"
            | "rt"
            | "ruby"
            | "s"
            | "samp"
            | "small"
            | "source"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
            | "br"
            | "button"
            | "output"
            | "meter"
            | "progress"
            | "acronym"
            | "big"
    )
}

/// Whether the element itself hides its text, and how (RULES.md, "hidden text").
pub(crate) fn hidden(element: &Element) -> Option<How> {
    if attr(element, "hidden").is_some() {
        return Some(How::NotShown);
    }
    let style = attr(element, "style")?.to_ascii_lowercase();
    let declarations: Vec<(String, String)> = style
        .split(';')
        .filter_map(|one| one.split_once(':'))
        .map(|(key, value)| {
            let value = value.replace("!important", "");
            (key.trim().to_owned(), value.split_whitespace().collect::<Vec<_>>().join(" "))
        })
        .collect();
    let value =
        |name: &str| declarations.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    if value("display") == Some("none") || matches!(value("visibility"), Some("hidden" | "collapse")) {
        return Some(How::NotShown);
    }
    let zero = |name: &str| value(name).is_some_and(is_zero);
    let far = |name: &str| value(name).is_some_and(is_far_off);
    let ground = value("background-color").or_else(|| value("background"));
    let camouflaged = value("color").is_some_and(|color| Some(color) == ground || color == "transparent");
    let placed = matches!(value("position"), Some("absolute" | "fixed"));
    let off = far("text-indent") || placed && ["left", "right", "top", "bottom"].iter().any(|side| far(side));
    let clipped = placed
        && value("clip").is_some_and(|clip| clip.starts_with("rect(0") || clip.starts_with("rect(1px"));
    let boxed =
        value("overflow") == Some("hidden") && (zero("height") || zero("width") || zero("max-height"));
    (zero("font-size") || zero("opacity") || camouflaged || off || clipped || boxed)
        .then_some(How::Unreadable)
}

fn is_zero(value: &str) -> bool {
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    number.parse::<f64>().is_ok_and(|number| number.abs() < 0.01)
}

/// Far enough away from the page that no screen shows it.
fn is_far_off(value: &str) -> bool {
    let pixels = value.strip_suffix("px").or_else(|| value.strip_suffix("em")).unwrap_or(value);
    let screens = value.strip_suffix("vw").or_else(|| value.strip_suffix('%'));
    pixels.parse::<f64>().is_ok_and(|pixels| pixels <= -500.0)
        || screens.is_some_and(|share| share.parse::<f64>().is_ok_and(|share| share <= -100.0))
}
