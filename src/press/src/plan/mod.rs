//! What a change means: tomorrow's state, and which units have to be made again.

mod candidates;
mod check_links;
mod take;

use crate::document::Change;
use crate::fault::Fault;
use crate::prints;
use crate::sink::Texts;
use crate::site::{Section, State, Touched};
use crate::units::Unit;
use bytes::Bytes;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
pub(crate) use take::Sizes;

/// What has to be done to take a change over; made by [`Press::plan`](crate::Press::plan), used up by
/// [`Press::render`](crate::Press::render).
pub struct Plan {
    pub(crate) next: State,
    /// Units to make, sorted.
    pub(crate) run: Vec<Unit>,
    /// Units that are no longer there.
    pub(crate) gone: Vec<Unit>,
    /// Texts that came with the changes.
    pub(crate) texts: HashMap<Arc<str>, String>,
    pub(crate) assets: BTreeMap<Arc<str>, Bytes>,
    pub(crate) pictures: Sizes,
    pub(crate) warnings: Vec<Fault>,
    needs: Vec<String>,
}

impl Plan {
    pub(crate) fn into_state(self) -> State {
        self.next
    }

    /// Paths of the documents whose text [`Press::render`](crate::Press::render) will ask for, because it did not come
    /// with the changes; sorted.
    pub fn needs(&self) -> &[String] {
        &self.needs
    }

    /// How many pages will run through a template.
    pub fn pages(&self) -> usize {
        self.run
            .iter()
            .filter(|unit| matches!(unit, Unit::Page(_) | Unit::Section(..) | Unit::Tag(..)))
            .count()
    }
}

/// A plan, and what stands in its way.
pub(crate) struct Planned {
    pub plan: Plan,
    /// Unsorted. With any of them the plan is good for nothing but finding more.
    pub faults: Vec<Fault>,
    /// Documents with faults of their own.
    pub broken: BTreeSet<Arc<str>>,
}

/// Works out a plan against a state that stays as it is.
pub(crate) fn plan(old: &State, changes: Vec<Change>, texts: &dyn Texts) -> Planned {
    let taken = take::take(&old.grounds, changes, texts);
    let mut next = old.clone();
    let mut touched = Touched::default();
    let many = taken.cards.len() * 4 > old.cards.len();
    take::apply(&mut next, &taken, &mut touched);
    let mut faults = taken.faults;
    faults.append(&mut touched.faults);
    faults.extend(check_links::check(old, &next, &touched, &taken.uncertain));
    let templates_touched =
        touched.keys.iter().any(|key| next.asked.contains(key) && candidates::moved(old, &next, key));
    let everything = many || templates_touched;
    let units = if everything { all_units(old, &next) } else { candidates::candidates(old, &next, &touched) };
    let judged: Vec<(Unit, Option<u64>)> =
        units.into_par_iter().map(|unit| judge(old, &next, unit, templates_touched)).collect();
    let (mut run, mut gone) = (Vec::new(), Vec::new());
    for (unit, verdict) in judged {
        match verdict {
            None => gone.push(unit),
            Some(1) => run.push(unit),
            Some(_) => {}
        }
    }
    gone.retain(|unit| old.done.contains_key(unit));
    let needs = needs(&next, &run, &taken.texts);
    let plan = Plan {
        next,
        run,
        gone,
        texts: taken.texts,
        assets: taken.assets,
        pictures: taken.pictures,
        warnings: taken.warnings,
        needs,
    };
    Planned { plan, faults, broken: taken.broken }
}

/// `None`: gone. `Some(1)`: has to be made. `Some(0)`: stays as it is.
fn judge(old: &State, next: &State, unit: Unit, force: bool) -> (Unit, Option<u64>) {
    let always = !has_print(&unit);
    let verdict = match old.done.get(&unit) {
        // A first build asks for everything: no need to work out prints twice.
        None => exists(next, &unit).then_some(1),
        Some(_) if always => exists(next, &unit).then_some(1),
        // A template shows nothing of an asset but its place.
        Some(done) => {
            let force = force && !matches!(unit, Unit::Asset(_));
            prints::print(next, &unit).map(|print| u64::from(force || print != done.print))
        }
    };
    (unit, verdict)
}

fn has_print(unit: &Unit) -> bool {
    matches!(
        unit,
        Unit::Page(_) | Unit::Section(..) | Unit::Tag(..) | Unit::Text(_) | Unit::Sitemap(_) | Unit::Asset(_)
    )
}

fn exists(state: &State, unit: &Unit) -> bool {
    let has = |section: Option<&Section>, part: &Option<_>| {
        section.is_some_and(|s| s.entries.has_part(part.as_ref()))
    };
    match unit {
        Unit::Page(path) => state.cards.get(path).is_some_and(|card| !card.is_section),
        Unit::Section(node, part) => has(state.sections.get(node), part),
        Unit::Tag(node, part) => has(state.tags.get(node), part),
        Unit::Text(part) => state.texts.has_part(part.as_ref()),
        Unit::Sitemap(part) => state.addresses.has_part(part.as_ref()),
        Unit::Asset(path) => state.assets.contains_key(path),
        // A language comes with its first document and goes with its last.
        Unit::Feed(language) | Unit::Search(language) => state.sections.contains_key(&state.root(*language)),
        _ => true,
    }
}

/// Every unit of both states.
fn all_units(old: &State, next: &State) -> BTreeSet<Unit> {
    let mut units: BTreeSet<Unit> = old.done.keys().cloned().collect();
    units.extend(
        next.cards.values().filter(|card| !card.is_section).map(|card| Unit::Page(card.path.clone())),
    );
    for section in next.sections.values() {
        units.extend(section.entries.parts().map(|part| Unit::Section(section.node.clone(), part.cloned())));
    }
    for tag in next.tags.values() {
        units.extend(tag.entries.parts().map(|part| Unit::Tag(tag.node.clone(), part.cloned())));
    }
    units.extend(next.texts.parts().map(|part| Unit::Text(part.cloned())));
    units.extend(next.addresses.parts().map(|part| Unit::Sitemap(part.cloned())));
    units.extend(next.assets.keys().map(|path| Unit::Asset(path.clone())));
    units.extend(candidates::always(next));
    units.extend([Unit::Icons, Unit::ThemeAssets]);
    units
}

/// Documents whose text is needed and did not come along.
fn needs(next: &State, run: &[Unit], texts: &HashMap<Arc<str>, String>) -> Vec<String> {
    let mut needs: BTreeSet<&Arc<str>> = BTreeSet::new();
    for unit in run {
        match unit {
            Unit::Page(path) => {
                needs.insert(path);
            }
            Unit::Section(node, None) => {
                needs.extend(
                    next.sections.get(node).and_then(|section| section.card.as_ref()).map(|card| &card.path),
                );
            }
            Unit::Text(part) => needs.extend(next.texts.part(part.as_ref()).map(|(_, card)| &card.path)),
            _ => {}
        }
    }
    needs.into_iter().filter(|path| !texts.contains_key(*path)).map(ToString::to_string).collect()
}
