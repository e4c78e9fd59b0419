//! Keys by the names of the UI Events standard.

use serde_json::{Value, json};

/// The down and up events of one key press: a named key (`Enter`, `Tab`, `Escape`, `ArrowDown`, …) or one character.
///
/// A key only types when `text` is given, and only activates a link or a form when its key code is.
pub(super) fn press(key: &str) -> [Value; 2] {
    let (code, text) = match key {
        "Enter" => (13, Some("\r")),
        "Tab" => (9, None),
        "Escape" => (27, None),
        "Backspace" => (8, None),
        "Space" => (32, Some(" ")),
        "ArrowUp" => (38, None),
        "ArrowDown" => (40, None),
        one if one.chars().count() == 1 => (0, Some(one)),
        other => panic!("the key {other} is not known to the tests: add it in tests/browser/keys.rs"),
    };
    let name = if key == "Space" { " " } else { key };
    let mut down = json!({ "type": "rawKeyDown", "key": name, "windowsVirtualKeyCode": code });
    if let Some(text) = text {
        down["type"] = "keyDown".into();
        down["text"] = text.into();
    }
    [down, json!({ "type": "keyUp", "key": name, "windowsVirtualKeyCode": code })]
}
