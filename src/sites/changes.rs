//! Changing what a site is built from and what its pages need.

use serde_json::json;

use super::{Site, SiteChange, SiteError, Sites, store};
use crate::db::DbError;
use crate::events::Happened;
use crate::tenancy::SiteScope;

impl Sites {
    /// Replaces the settings (the text of a `site.toml`). The next edition is built from them.
    ///
    /// # Errors
    /// When the database refuses. The text is the caller's to check.
    pub async fn set_settings(&self, scope: &SiteScope, title: &str, settings: &str) -> Result<(), DbError> {
        let mut tx = self.db.write_of(scope).await?;
        let seq = store::touch(&tx, scope).await?;
        store::set_settings(&tx, scope, title, settings, seq).await?;
        let happened = Happened { kind: "site.settings", subject: scope.site().to_string(), data: json!({}) };
        self.events.record(&mut tx, scope.org().org(), scope.org().actor(), happened);
        tx.commit().await
    }

    /// Changes settings, gate or both, if the site is still the one that was seen.
    ///
    /// # Errors
    /// [`SiteError::Changed`] when somebody else has changed one of the two since; nothing has changed then.
    pub async fn update(&self, scope: &SiteScope, seen: &Site, change: SiteChange) -> Result<(), SiteError> {
        let mut tx = self.db.write_of(scope).await?;
        // Locks the row until the transaction ends.
        self.live_edition(&tx, scope).await?;
        let present = store::site_in(&tx, scope).await?;
        if present.is_none_or(|site| site.settings != seen.settings || site.gate != seen.gate) {
            return Err(SiteError::Changed);
        }
        if let Some((title, settings)) = &change.settings {
            let seq = store::touch(&tx, scope).await?;
            store::set_settings(&tx, scope, title, settings, seq).await?;
        }
        if let Some(gate) = change.gate {
            store::set_gate(&tx, scope, i64::from(gate.min(100))).await?;
        }
        let data = json!({ "settings": change.settings.is_some(), "gate": change.gate });
        let happened = Happened { kind: "site.updated", subject: scope.site().to_string(), data };
        self.events.record(&mut tx, scope.org().org(), scope.org().actor(), happened);
        Ok(tx.commit().await?)
    }

    /// Sets the health, 0 to 100, below which no page is published.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_gate(&self, scope: &SiteScope, gate: u8) -> Result<(), DbError> {
        let mut tx = self.db.write_of(scope).await?;
        let gate = i64::from(gate.min(100));
        store::set_gate(&tx, scope, gate).await?;
        let happened =
            Happened { kind: "site.gate", subject: scope.site().to_string(), data: json!({ "gate": gate }) };
        self.events.record(&mut tx, scope.org().org(), scope.org().actor(), happened);
        tx.commit().await
    }
}
