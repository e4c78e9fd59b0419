//! A site's folder built once, into whatever takes the files.

use std::path::Path;

use press::{Fault, Press, Sink, SiteConfig};

use super::read::{self, Texts};
use super::session::{PARTS, read_settings};
use super::theme::Place;
use crate::cli::folder::{self, Snapshot};

/// Builds the whole site as it will be published, without drafts. Gives back its settings.
///
/// # Errors
/// All faults at once; what the sink has got so far is to be thrown away.
pub(in crate::cli) fn once(site: &Path, sink: &dyn Sink) -> Result<SiteConfig, Vec<Fault>> {
    let (_, (config, wrong)) = read_settings(site);
    let theme = Place::find(site, &config, None).load_for(site);
    let mut press = Press::open((config, wrong), theme)?;
    let mut faults = Vec::new();
    let files = folder::list(site, &PARTS, &mut faults);
    let (changes, unread) = read::changes(site, &Snapshot::new(), &files);
    faults.extend(unread);
    let texts = Texts::new(site, false, None);
    let plan = match press.plan_with(changes, &texts) {
        Ok(plan) if faults.is_empty() => plan,
        Ok(_) => return Err(texts.explain(Vec::new(), faults)),
        Err(more) => return Err(texts.explain(more, faults)),
    };
    press.render(plan, &texts, sink).map_err(|faults| texts.explain(faults, Vec::new()))?;
    Ok(press.config().clone())
}
