//! A theme's assets: named by their content. Addresses inside its CSS follow.

use crate::site::hashed_name;
use std::collections::BTreeMap;

pub(crate) struct ThemeAsset {
    pub bytes: Vec<u8>,
    /// Where it is written: `_assets/css/atlas.<hash>.css`.
    pub out: String,
}

/// Names all assets. CSS comes last, because its own hash depends on the names that it points at.
pub(super) fn name(files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, ThemeAsset> {
    let mut named: BTreeMap<String, ThemeAsset> = BTreeMap::new();
    let (sheets, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|(path, _)| path.ends_with(".css"));
    for (path, bytes) in others {
        named.insert(path.clone(), asset(&path, bytes));
    }
    for (path, bytes) in sheets {
        let bytes = match String::from_utf8(bytes) {
            Ok(css) => rewrite(&path, &css, &named).into_bytes(),
            Err(error) => error.into_bytes(),
        };
        named.insert(path.clone(), asset(&path, bytes));
    }
    named
}

fn asset(path: &str, bytes: Vec<u8>) -> ThemeAsset {
    let hash = blake3::hash(&bytes).to_hex();
    ThemeAsset { out: hashed_name(path, &hash[..12]), bytes }
}

/// `url(../fonts/a.woff2)` to the hashed name, relative to the hashed sheet (which lies in the same folder as before).
fn rewrite(sheet: &str, css: &str, named: &BTreeMap<String, ThemeAsset>) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find("url(") {
        let (before, after) = rest.split_at(at + "url(".len());
        out.push_str(before);
        let end = after.find(')').unwrap_or(after.len());
        let inner = after[..end].trim();
        let bare = inner.trim_matches(['"', '\'']);
        let found = join(sheet, bare).and_then(|path| named.get(&path));
        match found {
            Some(asset) => {
                let file = asset.out.rsplit('/').next().unwrap_or_default();
                let folder = bare.rsplit_once('/').map_or("", |(folder, _)| folder);
                out.push_str(folder);
                out.push_str(if folder.is_empty() { "" } else { "/" });
                out.push_str(file);
            }
            None => out.push_str(inner),
        }
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

fn join(sheet: &str, relative: &str) -> Option<String> {
    let mut segments: Vec<&str> = sheet.split('/').collect();
    segments.pop();
    for segment in relative.split('/') {
        match segment {
            "." | "" => {}
            ".." => {
                segments.pop()?;
            }
            _ => segments.push(segment),
        }
    }
    Some(segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_points_at_the_hashed_names_of_what_it_uses() {
        let files =
            [("css/a.css", "x{src:url(\"../fonts/f.woff2\")} y{b:url(data:x)}"), ("fonts/f.woff2", "font")];
        let named =
            name(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect());
        let css = String::from_utf8(named["css/a.css"].bytes.clone()).unwrap();
        let font = named["fonts/f.woff2"].out.rsplit('/').next().unwrap();
        assert_eq!(css, format!("x{{src:url(../fonts/{font})}} y{{b:url(data:x)}}"));
    }
}
