//! Webhooks: endpoints, deliveries, and how far a reader of events has come.

use sea_orm_migration::prelude::*;

use crate::table::{create, id, index, int, int_null, migration, table, text, text_null};

migration!(Webhooks, "0010_webhooks", ["event_readers", "webhook_endpoints", "webhook_deliveries"], up);

/// What still has to be delivered is looked through when an endpoint is switched off, however many were.
const PENDING: &str =
    "CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (endpoint_id) WHERE state = 'pending'";

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let readers = table(
        "event_readers",
        // Its id is reader and organisation in one word.
        vec![id(), text("reader"), text("org_id"), int("active"), int("seq")],
        &[("org_id", "orgs")],
    );
    let endpoints = table(
        "webhook_endpoints",
        vec![
            id(),
            text("org_id"),
            text("url"),
            text("description"),
            // A list of event types, as JSON.
            text("types"),
            // `on`, or why it is off.
            text("state"),
            int("since"),
            // It gets events above this number.
            int("after_seq"),
            // Sealed, as is the old one, which signs beside it for a while.
            text("secret"),
            text_null("old_secret"),
            int_null("old_until"),
            int_null("failing_since"),
            int("created_at"),
        ],
        &[("org_id", "orgs")],
    );
    let deliveries = table(
        "webhook_deliveries",
        vec![
            id(),
            text("org_id"),
            text("endpoint_id"),
            text("event_id"),
            text("type"),
            text("body"),
            text("state"),
            text_null("replay_of"),
            int("attempts"),
            int_null("next_at"),
            int_null("last_at"),
            int_null("status"),
            int_null("duration_ms"),
            text_null("why"),
            text_null("answer"),
            int("created_at"),
        ],
        &[("endpoint_id", "webhook_endpoints")],
    );
    let indexes = vec![
        index("event_readers", &["reader", "active"], false),
        index("event_readers", &["org_id"], false),
        index("webhook_endpoints", &["org_id", "id"], false),
        index("webhook_deliveries", &["endpoint_id", "id"], false),
        index("webhook_deliveries", &["created_at"], false),
    ];
    create(manager, vec![readers, endpoints, deliveries], indexes).await?;
    manager.get_connection().execute_unprepared(PENDING).await?;
    Ok(())
}
