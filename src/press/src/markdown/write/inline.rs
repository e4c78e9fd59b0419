//! Text, links, pictures and raw HTML.

use super::Writer;
use crate::markdown::escape::push_escaped;
use crate::markdown::picture::{Picture, push_picture};
use crate::markdown::raw;
use crate::markdown::target::{Target, classify};
use pulldown_cmark::CowStr;
use std::borrow::Cow;
use std::ops::Range;

impl<'a> Writer<'a> {
    pub(super) fn text(&mut self, text: &str) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(text);
        } else if let Some((_, alt, ..)) = &mut self.image {
            alt.push_str(text);
        } else {
            push_escaped(&mut self.body.html, text);
            self.body.plain.push_str(text);
        }
    }

    pub(super) fn inline_code(&mut self, text: &str) {
        if let Some((_, alt, ..)) = &mut self.image {
            alt.push_str(text);
            return;
        }
        self.body.html.push_str("<code>");
        push_escaped(&mut self.body.html, text);
        self.body.html.push_str("</code>");
        self.body.plain.push_str(text);
    }

    pub(super) fn line_break(&mut self, html: &str) {
        if let Some((_, alt, ..)) = &mut self.image {
            alt.push(' ');
            return;
        }
        self.body.html.push_str(html);
        self.body.plain.push(' ');
    }

    pub(super) fn start_link(&mut self, destination: &str, title: &str, range: Range<usize>) {
        if self.image.is_some() {
            return;
        }
        let href = self.href(destination, range);
        let out = &mut self.body.html;
        out.push_str("<a href=\"");
        push_escaped(out, &href);
        if !title.is_empty() {
            out.push_str("\" title=\"");
            push_escaped(out, title);
        }
        out.push_str("\">");
    }

    /// A destination as it stands in the page; the mirror gets the same as an absolute address.
    pub(super) fn href<'d>(&mut self, destination: &'d str, range: Range<usize>) -> Cow<'d, str> {
        match classify(destination, self.document) {
            Target::External | Target::Anchor(_) => Cow::Borrowed(destination),
            Target::Forbidden => Cow::Borrowed(""),
            target => match self.resolver.link(&target) {
                Some(url) => {
                    self.edits.destination(self.text, range, destination, self.resolver.absolute(&url));
                    Cow::Owned(url)
                }
                // Only a preview gets here with a link that goes nowhere: it shows it as written.
                None => Cow::Borrowed(destination),
            },
        }
    }

    /// Raw HTML with its addresses resolved; the sanitiser comes over the whole page at the end.
    pub(super) fn raw(&mut self, html: &str, range: Range<usize>) {
        self.has_raw = true;
        let (mut from, mut searched) = (0, range.start);
        for address in raw::addresses(html) {
            let written = &html[address.range.clone()];
            let place = self.text[searched..range.end].find(written).map(|at| searched + at);
            let place = place.map_or(range.clone(), |at| at..at + written.len());
            searched = place.end.min(range.end);
            self.body.html.push_str(&html[from..address.range.start]);
            let target = classify(&address.text, self.document);
            let url = match target {
                Target::Document { .. } | Target::Path { .. } => self.resolver.link(&target),
                _ => None,
            };
            match url {
                Some(url) => {
                    self.edits.destination(self.text, place, written, self.resolver.absolute(&url));
                    push_escaped(&mut self.body.html, &url);
                }
                None => self.body.html.push_str(written),
            }
            from = address.range.end;
        }
        self.body.html.push_str(&html[from..]);
    }

    pub(super) fn mirror_link(&mut self, destination: &str, range: Range<usize>) {
        let target = classify(destination, self.document);
        if let Target::Document { .. } | Target::Path { .. } = target
            && let Some(url) =
                self.resolver.link(&target).or_else(|| self.resolver.picture(&target).map(|p| p.url))
        {
            self.edits.destination(self.text, range, destination, self.resolver.absolute(&url));
        }
    }

    pub(super) fn start_image(&mut self, destination: CowStr<'a>, title: CowStr<'a>, range: Range<usize>) {
        self.mirror_link(&destination, range);
        // A picture inside a picture's alternative text adds its words and nothing else.
        if self.image.is_none() {
            self.image = Some((self.depth, String::new(), destination, title));
        }
    }

    pub(super) fn end_image(&mut self) {
        if self.image.as_ref().is_none_or(|(depth, ..)| *depth != self.depth + 1) {
            return;
        }
        let Some((_, alt, destination, title)) = self.image.take() else { return };
        let picture = match classify(&destination, self.document) {
            Target::External => Picture::plain(&*destination),
            target => self.resolver.picture(&target).unwrap_or_else(|| Picture::plain("")),
        };
        push_picture(&mut self.body.html, &picture, &alt, &title);
    }
}
