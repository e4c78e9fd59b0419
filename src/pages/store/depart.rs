use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};

use crate::db::{Db, DbError};
use crate::pages::rows::{claim, draft, page, revision, source};

/// Pages taken on at once: their history is removed first, in batches, and they last, so that none is looked at twice.
const PAGES: u64 = 50;

pub(in crate::pages) async fn remove(db: &Db, site: &str) -> Result<(), DbError> {
    loop {
        let some = page::Entity::find().filter(page::Column::SiteId.eq(site)).limit(PAGES);
        let some = some.select_only().column(page::Column::Id).into_tuple::<String>();
        let ids: Vec<String> = some.all(db.system()).await?;
        if ids.is_empty() {
            break;
        }
        db.remove::<claim::Entity>(claim::Column::Id, any(claim::Column::PageId, &ids)).await?;
        db.remove::<revision::Entity>(revision::Column::Id, any(revision::Column::PageId, &ids)).await?;
        db.remove::<draft::Entity>(draft::Column::Id, any(draft::Column::PageId, &ids)).await?;
        db.remove::<page::Entity>(page::Column::Id, any(page::Column::Id, &ids)).await?;
    }
    let which = Condition::all().add(source::Column::SiteId.eq(site));
    db.remove::<source::Entity>(source::Column::Id, which).await.map(drop)
}

fn any(column: impl ColumnTrait, ids: &[String]) -> Condition {
    Condition::all().add(column.is_in(ids))
}
