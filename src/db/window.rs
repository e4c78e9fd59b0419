//! A window of a table whose ids are [`Id`](crate::base::Id)s.

use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::base::{IdKind, Window};

/// Narrows a query to a window, newest first, and one row more: [`Window::cut`] takes it off again.
pub fn within<E: EntityTrait, K: IdKind>(select: Select<E>, id: E::Column, window: &Window<K>) -> Select<E> {
    let edge: Option<SimpleExpr> = match (window.after, window.before) {
        (Some(after), _) => Some(id.lt(after.to_string())),
        (None, Some(before)) => Some(id.gt(before.to_string())),
        (None, None) => None,
    };
    let select = match edge {
        Some(edge) => select.filter(edge),
        None => select,
    };
    let select = if window.before.is_some() { select.order_by_asc(id) } else { select.order_by_desc(id) };
    select.limit(window.limit.saturating_add(1))
}
