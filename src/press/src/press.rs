//! The press: plans what has to be rendered after a change, and renders it.

use crate::config::SiteConfig;
use crate::document::{Change, Document};
use crate::fault::Fault;
use crate::front_matter;
use crate::sink::{Delta, OutFile, Sink, Texts};
use crate::slug;
use crate::theme::Theme;
use minijinja::{Value, context};
use pulldown_cmark::{Event, Tag, TagEnd};
use rayon::prelude::*;
use std::sync::Arc;

/// The state of one site.
pub struct Press {
    config: SiteConfig,
    theme: Arc<Theme>,
}

/// What has to be done to take a change over; made by [`Press::plan`], used up by [`Press::render`].
pub struct Plan {
    documents: Vec<Document>,
    needs: Vec<String>,
}

impl Plan {
    /// Paths of the documents that did not change themselves but have to be read again; sorted.
    pub fn needs(&self) -> &[String] {
        &self.needs
    }
}

impl Press {
    /// A press without documents. Faults if the site's params do not fit the theme.
    pub fn new(config: SiteConfig, theme: Arc<Theme>) -> Result<Press, Vec<Fault>> {
        Ok(Press { config, theme })
    }

    /// Works out what has to be rendered. Changes nothing. All faults at once.
    pub fn plan(&self, changes: Vec<Change>) -> Result<Plan, Vec<Fault>> {
        let documents = changes.into_iter().filter_map(|change| match change {
            Change::Put(document) => Some(document),
            _ => None,
        });
        Ok(Plan { documents: documents.collect(), needs: Vec::new() })
    }

    /// Renders in parallel into the sink. Then the state is the new one; on error it is the old one.
    pub fn render(&mut self, plan: Plan, _texts: &dyn Texts, sink: &dyn Sink) -> Result<Delta, Vec<Fault>> {
        let results: Vec<Result<String, Vec<Fault>>> =
            plan.documents.par_iter().map(|document| self.render_page(document, sink)).collect();
        let mut delta = Delta::default();
        let mut faults = Vec::new();
        for result in results {
            match result {
                Ok(path) => delta.written.push(path),
                Err(more) => faults.extend(more),
            }
        }
        delta.rendered_pages = delta.written.len();
        if faults.is_empty() { Ok(delta) } else { Err(faults) }
    }

    fn render_page(&self, document: &Document, sink: &dyn Sink) -> Result<String, Vec<Fault>> {
        let mut faults = Vec::new();
        let file = format!("content/{}", document.path);
        let parts = front_matter::read(&file, &document.text, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut html = String::with_capacity(parts.body.len() * 2);
        for event in pulldown_cmark::Parser::new(parts.body) {
            match event {
                Event::Text(text) | Event::Code(text) => html.push_str(&ammonia::clean_text(&text)),
                Event::Start(Tag::Paragraph) => html.push_str("<p>"),
                Event::End(TagEnd::Paragraph) => html.push_str("</p>\n"),
                _ => {}
            }
        }
        let stem = document.path.strip_suffix(".md").unwrap_or(&document.path);
        let folder = stem.strip_suffix("_index").map_or_else(|| format!("{stem}/"), ToOwned::to_owned);
        let title = parts.front.title.unwrap_or_else(|| slug::slugify(stem));
        let template = self.theme.environment().get_template("page.html");
        let content = Value::from_safe_string(ammonia::clean(&html));
        let site =
            context! { title => self.config.title.as_str(), language => self.config.language.as_str() };
        let rendered = template
            .and_then(|t| t.render(context! { site, page => context! { title, content } }))
            .map_err(|error| vec![Fault::new(&file, error.to_string(), "")])?;
        let path = format!("{folder}index.html");
        let out = OutFile {
            path: &path,
            bytes: rendered.as_bytes(),
            media_type: "text/html; charset=utf-8",
            immutable: false,
        };
        sink.write(out).map_err(|error| vec![Fault::io(&path, &error)])?;
        Ok(path)
    }
}
