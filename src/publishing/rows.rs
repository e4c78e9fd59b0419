pub(super) mod edition {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "editions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub org_id: String,
        pub site_id: String,
        pub number: i64,
        pub state: String,
        pub manifest: Option<String>,
        pub pressed: Option<String>,
        pub go_live: i64,
        pub files: i64,
        pub bytes: i64,
        pub written: i64,
        pub duration_ms: i64,
        pub actor: String,
        pub reason: String,
        pub error: Option<String>,
        pub warnings: Option<String>,
        pub created_at: i64,
        pub live_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
