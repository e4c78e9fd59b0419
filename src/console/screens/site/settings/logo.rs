//! A logo that came with the form.

use bytes::Bytes;

use crate::console::form::Posted;
use crate::console::refused::sentence;

/// The largest logo, in bytes.
const LARGEST: usize = 1024 * 1024;

/// Its path among the site's files, and the file; none where none was chosen.
pub(super) fn uploaded(posted: &Posted) -> Result<Option<(String, Bytes)>, String> {
    let Some(file) = posted.files().first() else { return Ok(None) };
    let Some(ending) = ending(&file.bytes) else {
        let told = "a logo is a PNG, JPEG or WebP picture. An SVG can hold script: save it as PNG";
        return Err(sentence(told));
    };
    if file.bytes.len() > LARGEST {
        return Err(sentence("the logo has more than 1 MB: save it smaller"));
    }
    Ok(Some((format!("assets/logo.{ending}"), file.bytes.clone())))
}

/// By what it is, whatever it is called.
fn ending(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("png"),
        [0xff, 0xd8, 0xff, ..] => Some("jpg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("webp"),
        _ => None,
    }
}
