//! JSON out of what models write: bare, fenced, with words around it, with a comma too many.

use serde_json::Value;

/// The JSON value in a text.
///
/// # Errors
/// Why there is none, in words that a model can act on.
pub(super) fn find(text: &str) -> Result<Value, String> {
    let text = text.trim().trim_start_matches('\u{feff}');
    let whole = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    for candidate in [fenced(text), braced(text)].into_iter().flatten() {
        let read =
            serde_json::from_str(candidate).or_else(|_| serde_json::from_str(&without_commas(candidate)));
        if let Ok(value) = read {
            return Ok(value);
        }
    }
    Err(format!("it is not valid JSON: {whole}"))
}

/// What stands in the first fenced block.
fn fenced(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("```")?;
    let (_, body) = after.split_once('\n')?;
    Some(body.rsplit_once("```").map_or(body, |(body, _)| body).trim())
}

/// From the first brace to the last.
fn braced(text: &str) -> Option<&str> {
    text.get(text.find('{')?..=text.rfind('}')?)
}

/// Without commas before a closing bracket, outside of strings.
fn without_commas(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut string, mut escaped) = (false, false);
    for c in text.chars() {
        if string {
            string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if c == '"' {
            string = true;
        } else if matches!(c, '}' | ']') {
            let kept = out.trim_end();
            if let Some(kept) = kept.strip_suffix(',') {
                out.truncate(kept.len());
            }
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_is_found_in_what_models_write() {
        let wanted = json!({ "a": [1, 2], "b": "x,}" });
        let texts = [
            "{\"a\":[1,2],\"b\":\"x,}\"}",
            "\u{feff} {\"a\": [1, 2], \"b\": \"x,}\"}\n",
            "```json\n{\"a\":[1,2],\"b\":\"x,}\"}\n```",
            "Here it is:\n```\n{\"a\":[1,2],\"b\":\"x,}\"}",
            "Sure! {\"a\":[1,2,],\"b\":\"x,}\" , } I hope this helps.",
        ];
        for text in texts {
            assert_eq!(find(text), Ok(wanted.clone()), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_told_why() {
        for text in ["", "I can't do that.", "{\"a\": [1, 2", "} {"] {
            assert!(find(text).unwrap_err().starts_with("it is not valid JSON"), "{text}");
        }
    }
}
