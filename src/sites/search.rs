//! Finding sites by words.

use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};

use super::rows::{host, site};
use super::{Site, Sites, store};
use crate::db::{DbError, Words};
use crate::tenancy::OrgScope;

impl Sites {
    /// The organisation's sites with the words in title, slug or one of their hosts, best first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn search(&self, org: &OrgScope, words: &Words, limit: u64) -> Result<Vec<Site>, DbError> {
        let own: Vec<String> = store::ids(&self.db, org).await?.iter().map(ToString::to_string).collect();
        let on: Vec<String> = host::Entity::find()
            .filter(host::Column::SiteId.is_in(own))
            .filter(words.anywhere(&[host::Column::Id]))
            .select_only()
            .column(host::Column::SiteId)
            .limit(limit)
            .into_tuple()
            .all(&self.db.of(org))
            .await?;
        let columns = [site::Column::Title, site::Column::Slug];
        let rows = site::Entity::find()
            .filter(site::Column::OrgId.eq(org.org().to_string()))
            .filter(Condition::any().add(words.anywhere(&columns)).add(site::Column::Id.is_in(on)))
            .order_by(words.rank(&columns), Order::Asc)
            .order_by_desc(site::Column::Id)
            .limit(limit)
            .all(&self.db.of(org))
            .await?;
        rows.into_iter().map(store::from_row).collect()
    }
}
