//! The Markdown mirror of a page: its own text, with links that still lead somewhere when the text stands alone.

/// Replacements found while the body was written: byte range of the text, and what goes there.
#[derive(Default)]
pub(super) struct Edits(Vec<(usize, usize, String)>);

impl Edits {
    /// Replaces a link's destination inside the source of the link.
    pub(super) fn destination(
        &mut self,
        text: &str,
        range: std::ops::Range<usize>,
        destination: &str,
        address: String,
    ) {
        // The last occurrence: in `[b.md](b.md)` the destination comes after the text.
        if let Some(at) = text.get(range.clone()).and_then(|source| source.rfind(destination)) {
            let start = range.start + at;
            self.0.push((start, start + destination.len(), address));
        }
    }

    /// The text from a byte offset on, with all replacements made.
    pub(super) fn apply(mut self, text: &str, mut from: usize) -> String {
        self.0.sort();
        let mut out = String::with_capacity(text.len() + self.0.len() * 24);
        for (start, end, address) in self.0 {
            if start >= from {
                out.push_str(&text[from..start]);
                out.push_str(&address);
                from = end;
            }
        }
        out.push_str(&text[from..]);
        out
    }
}
