pub(super) mod endpoint {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook_endpoints")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub org_id: String,
        pub url: String,
        pub description: String,
        pub types: String,
        pub state: String,
        pub since: i64,
        pub after_seq: i64,
        pub secret: String,
        pub old_secret: Option<String>,
        pub old_until: Option<i64>,
        pub failing_since: Option<i64>,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod delivery {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook_deliveries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub org_id: String,
        pub endpoint_id: String,
        pub event_id: String,
        #[sea_orm(column_name = "type")]
        pub kind: String,
        pub body: String,
        pub state: String,
        pub replay_of: Option<String>,
        pub attempts: i64,
        pub next_at: Option<i64>,
        pub last_at: Option<i64>,
        pub status: Option<i64>,
        pub duration_ms: Option<i64>,
        pub why: Option<String>,
        pub answer: Option<String>,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
