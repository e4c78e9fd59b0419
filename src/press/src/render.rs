//! Renders a plan: in parallel, each text read once.

use crate::document::Document;
use crate::fault::{Fault, told_once};
use crate::outputs::{Desk, Made, TextEntry, make, make_document, make_text_part};
use crate::plan::Plan;
use crate::press::Press;
use crate::sink::{Delta, OutFile, Sink, Texts};
use crate::site::{Card, Read, Touched, html_file, read_document};
use crate::units::Unit;
use crate::view::SiteView;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

type Outcome = Result<Vec<(Unit, Made)>, Vec<Fault>>;

pub(crate) fn render(
    press: &mut Press,
    plan: Plan,
    texts: &dyn Texts,
    sink: &dyn Sink,
) -> Result<Delta, Vec<Fault>> {
    let view = Arc::new(SiteView {
        config: press.config.clone(),
        theme: press.theme.clone(),
        state: plan.next.clone(),
        fixed: press.fixed.clone(),
    });
    let desk = Desk { view: view.clone(), assets: &plan.assets, pictures: &plan.pictures, sink };
    let work = Work { desk: &desk, given: &plan.texts, texts, run: plan.run.iter().collect() };
    let outcomes: Vec<Outcome> = work.jobs(&plan.run).into_par_iter().map(|job| work.job(&job)).collect();
    let mut made = Vec::with_capacity(plan.run.len());
    let mut faults = Vec::new();
    for outcome in outcomes {
        match outcome {
            Ok(units) => made.extend(units),
            Err(more) => faults.extend(more),
        }
    }
    if !faults.is_empty() {
        return Err(told_once(faults));
    }
    take_over(press, plan, made, sink)
}

/// Renders a plan with faults into nothing, to find those of the templates too. Documents that cannot be shown are left
/// out, and so is what only repeats texts.
pub(crate) fn rehearse(
    press: &Press,
    plan: Plan,
    texts: &dyn Texts,
    broken: &BTreeSet<Arc<str>>,
) -> Vec<Fault> {
    let Plan { next, mut run, texts: given, assets, pictures, .. } = plan;
    let known =
        |path: &Arc<str>| !broken.contains(path) && (given.contains_key(path) || texts.text(path).is_ok());
    run.retain(|unit| match unit {
        Unit::Page(path) => known(path),
        Unit::Section(node, None) => {
            let section = next.sections.get(node);
            section.and_then(|section| section.card.as_ref()).is_none_or(|card| known(&card.path))
        }
        Unit::Section(..) | Unit::Tag(..) | Unit::Llms | Unit::Feed(_) | Unit::Search(_) => true,
        Unit::NotFound | Unit::Robots => true,
        _ => false,
    });
    let (config, theme, fixed) = (press.config.clone(), press.theme.clone(), press.fixed.clone());
    let view = Arc::new(SiteView { config, theme, state: next, fixed });
    let desk = Desk { view, assets: &assets, pictures: &pictures, sink: &Nowhere };
    let work = Work { desk: &desk, given: &given, texts, run: run.iter().collect() };
    let outcomes = work.jobs(&run).into_par_iter().map(|job| work.job(&job));
    outcomes.filter_map(Result::err).flatten_iter().collect()
}

/// Takes nothing.
struct Nowhere;

impl Sink for Nowhere {
    fn write(&self, _file: OutFile<'_>) -> io::Result<()> {
        Ok(())
    }

    fn remove(&self, _path: &str) -> io::Result<()> {
        Ok(())
    }
}

/// A document by itself; drafts count as pages.
pub(crate) fn read_alone(press: &Press, document: &Document) -> Result<Option<Arc<Card>>, Vec<Fault>> {
    let (read, faults) = read_document(&document.path, &document.text, &press.state.grounds, true);
    match read {
        _ if !faults.is_empty() => Err(faults),
        Read::Card { card, .. } => Ok(Some(card)),
        Read::Draft | Read::Nothing => Ok(None),
    }
}

/// One page, made beside the present state and kept nowhere.
pub(crate) fn preview(press: &Press, document: Document) -> Result<String, Vec<Fault>> {
    let Some(card) = read_alone(press, &document)? else { return Ok(String::new()) };
    let Document { path, text } = document;
    let mut next = press.state.clone();
    let mut touched = Touched::default();
    if let Some(old) = next.cards.get(&card.path).cloned() {
        next.remove_card(&old, &mut touched);
    }
    next.insert_cards(&[&card], &mut touched);
    if !touched.faults.is_empty() {
        return Err(touched.faults);
    }
    let unit =
        if card.is_section { Unit::Section(card.node.clone(), None) } else { Unit::Page(card.path.clone()) };
    next.done.remove(&unit);
    let (config, theme, fixed) = (press.config.clone(), press.theme.clone(), press.fixed.clone());
    let view = Arc::new(SiteView { config, theme, state: next, fixed });
    let page = Page { path: html_file(&card.node), html: Mutex::default() };
    let desk = Desk { view, assets: &BTreeMap::new(), pictures: &BTreeMap::new(), sink: &page };
    make_document(&desk, &card, Some(&unit), false, &text).map_err(|fault| vec![fault])?;
    let html = page.html.into_inner().unwrap_or_else(PoisonError::into_inner);
    String::from_utf8(html)
        .map_err(|error| vec![Fault::invalid_utf8(format!("content/{path}"), &error.utf8_error())])
}

/// Keeps one file of all.
struct Page {
    path: Arc<str>,
    html: Mutex<Vec<u8>>,
}

impl Sink for Page {
    fn write(&self, file: OutFile<'_>) -> io::Result<()> {
        if *file.path == *self.path {
            *self.html.lock().unwrap_or_else(PoisonError::into_inner) = file.bytes.to_vec();
        }
        Ok(())
    }

    fn remove(&self, _path: &str) -> io::Result<()> {
        Ok(())
    }
}

/// Notes what was made, removes what is no longer anybody's file, and makes the next state the present one.
fn take_over(
    press: &mut Press,
    plan: Plan,
    made: Vec<(Unit, Made)>,
    sink: &dyn Sink,
) -> Result<Delta, Vec<Fault>> {
    let mut next = plan.next;
    let mut delta = Delta { warnings: plan.warnings, ..Delta::default() };
    let mut stale: BTreeSet<Arc<str>> = BTreeSet::new();
    let mut fresh: HashSet<Arc<str>> = HashSet::with_capacity(made.len() * 2);
    for unit in &plan.gone {
        stale.extend(
            next.done.remove(unit).iter().flat_map(|done| done.files.iter().map(|(file, _)| file.clone())),
        );
    }
    for (unit, made) in made {
        fresh.extend(made.files.iter().map(|(file, _)| file.clone()));
        delta.rendered_pages += made.pages;
        next.asked.extend(made.asked.iter().cloned());
        let done = Arc::new(made.done());
        delta.written.extend(made.written);
        if let Some(before) = next.done.insert(unit, done) {
            stale.extend(before.files.iter().map(|(file, _)| file.clone()));
        }
    }
    for file in stale.into_iter().filter(|file| !fresh.contains(file)) {
        sink.remove(&file).map_err(|error| vec![Fault::io(&*file, &error)])?;
        delta.removed.push(file.to_string());
    }
    delta.written.sort_unstable();
    press.state = next;
    Ok(delta)
}

/// What one thread takes up at a time.
enum Job {
    /// A text part with all its documents, so that no text is read twice.
    Texts(Option<Arc<str>>),
    /// A document whose part stays as it is.
    Document(Unit),
    Other(Unit),
}

struct Work<'a> {
    desk: &'a Desk<'a>,
    given: &'a HashMap<Arc<str>, String>,
    texts: &'a dyn Texts,
    run: HashSet<&'a Unit>,
}

impl Work<'_> {
    fn jobs(&self, run: &[Unit]) -> Vec<Job> {
        let state = &self.desk.view.state;
        let part_runs =
            |card: &Card| self.run.contains(&Unit::Text(state.texts.part_of(&card.node).cloned()));
        let mut jobs = Vec::new();
        for unit in run {
            match (unit, self.card(unit)) {
                (Unit::Text(part), _) => jobs.push(Job::Texts(part.clone())),
                (_, Some(card)) if part_runs(&card) => {}
                (_, Some(_)) => jobs.push(Job::Document(unit.clone())),
                (_, None) => jobs.push(Job::Other(unit.clone())),
            }
        }
        jobs
    }

    /// The document that a unit shows.
    fn card(&self, unit: &Unit) -> Option<Arc<Card>> {
        let state = &self.desk.view.state;
        match unit {
            Unit::Page(path) => state.cards.get(path).cloned(),
            Unit::Section(node, None) => state.sections.get(node)?.card.clone(),
            _ => None,
        }
    }

    fn job(&self, job: &Job) -> Outcome {
        match job {
            Job::Texts(part) => self.text_part(part.as_ref()),
            Job::Document(unit) => {
                let Some(card) = self.card(unit) else { return Ok(Vec::new()) };
                let (made, _) = self.document(&card, Some(unit), false).map_err(|fault| vec![fault])?;
                Ok(made.map(|made| (unit.clone(), made)).into_iter().collect())
            }
            Job::Other(unit) => Ok(vec![(unit.clone(), make(self.desk, unit).map_err(|fault| vec![fault])?)]),
        }
    }

    fn text_part(&self, part: Option<&Arc<str>>) -> Outcome {
        let cards: Vec<&Arc<Card>> = self.desk.view.state.texts.part(part).map(|(_, card)| card).collect();
        let results: Vec<_> = cards
            .into_par_iter()
            .map(|card| {
                let unit = if card.is_section {
                    Unit::Section(card.node.clone(), None)
                } else {
                    Unit::Page(card.path.clone())
                };
                let run = self.run.contains(&unit).then_some(&unit);
                let (made, entry) = self.document(card, run, true)?;
                Ok((made.map(|made| (unit, made)), entry))
            })
            .collect();
        let (mut made, mut entries, mut faults) = (Vec::new(), Vec::<TextEntry>::new(), Vec::new());
        for result in results {
            match result {
                Ok((unit, entry)) => {
                    made.extend(unit);
                    entries.extend(entry);
                }
                Err(fault) => faults.push(fault),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let own = make_text_part(self.desk, part, &entries).map_err(|fault| vec![fault])?;
        made.push((Unit::Text(part.cloned()), own));
        Ok(made)
    }

    fn document(
        &self,
        card: &Arc<Card>,
        unit: Option<&Unit>,
        entry: bool,
    ) -> Result<(Option<Made>, Option<TextEntry>), Fault> {
        let text = match self.given.get(&card.path) {
            Some(text) => Cow::Borrowed(text.as_str()),
            None => self
                .texts
                .text(&card.path)
                .map_err(|error| Fault::io(format!("content/{}", card.path), &error))?,
        };
        make_document(self.desk, card, unit, entry, &text)
    }
}
