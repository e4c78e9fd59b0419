//! Assets of site and theme, as they are.

use super::{Desk, Made};
use crate::fault::Fault;
use crate::prints;
use crate::units::Unit;
use std::sync::Arc;

pub(super) fn make(desk: &Desk<'_>, unit: &Unit, path: &Arc<str>, made: &mut Made) -> Result<(), Fault> {
    let (Some(card), Some(bytes)) = (desk.view.state.assets.get(path), desk.assets.get(path)) else {
        return Ok(());
    };
    made.print = prints::print(&desk.view.state, unit).unwrap_or_default();
    for (out, bytes) in desk.pictures.get(path).into_iter().flatten() {
        made.put(desk, unit, out.clone(), bytes, true)?;
    }
    made.put(desk, unit, card.out.clone(), bytes, card.immutable)
}

pub(super) fn make_theme(desk: &Desk<'_>, unit: &Unit, made: &mut Made) -> Result<(), Fault> {
    for asset in desk.view.theme.assets() {
        made.put(desk, unit, asset.out.as_str(), &asset.bytes, true)?;
    }
    Ok(())
}
