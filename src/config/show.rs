//! What `citepress config` prints.

use super::Layers;
use super::known::KNOWN;

/// One setting as people see it; secrets masked.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Line {
    /// Its path in the file.
    pub path: &'static str,
    /// Its value as TOML.
    pub value: String,
    /// Where the value came from.
    pub origin: String,
    /// What it means.
    pub meaning: &'static str,
}

/// All settings, in the table's order.
pub fn lines(layers: &Layers) -> Vec<Line> {
    KNOWN
        .iter()
        .filter_map(|known| {
            let (value, origin) = layers.values.get(known.path)?;
            let hide = known.secret && value.as_str().is_some_and(|text| !text.is_empty());
            let value = if hide { "(hidden)".to_owned() } else { value.to_string() };
            Some(Line { path: known.path, value, origin: origin.to_string(), meaning: known.meaning })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_and_its_origin_is_not() {
        let mut layers = Layers::defaults();
        layers.environment([("DATABASE_URL".to_owned(), "postgres://u:pw@h/n".to_owned())]).unwrap();
        let line = lines(&layers).into_iter().find(|line| line.path == "database.url").unwrap();
        assert_eq!((line.value.as_str(), line.origin.as_str()), ("(hidden)", "$DATABASE_URL"));
    }
}
