//! Switching.

use serde_json::json;

use super::{Flag, Flags, Switch, store};
use crate::db::DbError;
use crate::events::Happened;
use crate::tenancy::{Actor, OrgScope};

/// What a switch is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// It may be done.
    On,
    /// It may not.
    Off,
    /// As if nobody had said anything: what holds for everybody, and for everybody that it may.
    Default,
}

impl Setting {
    /// The setting with this name.
    pub fn parse(word: &str) -> Option<Setting> {
        match word {
            "on" => Some(Setting::On),
            "off" => Some(Setting::Off),
            "default" => Some(Setting::Default),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Setting::On => "on",
            Setting::Off => "off",
            Setting::Default => "default",
        }
    }
}

impl Flags {
    /// Sets a switch for everybody. It is an event of the operator's; other processes heed it within two seconds.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set(&self, flag: Flag, setting: Setting, actor: Actor) -> Result<(), DbError> {
        let mut tx = self.db.write_system().await?;
        self.write(&tx, flag, None, setting).await?;
        self.events.record_for_operator(&mut tx, actor, told(flag, setting));
        tx.commit().await?;
        self.forget();
        Ok(())
    }

    /// Sets a switch for one organisation. It is an event of that organisation's, by its operator: they may see in their audit
    /// log why something does not work, and no trace of it stays when they are deleted.
    ///
    /// # Errors
    /// When the database refuses, also where the organisation is gone.
    pub async fn set_for(&self, org: &OrgScope, flag: Flag, setting: Setting) -> Result<(), DbError> {
        let mut tx = self.db.write_system().await?;
        self.write(&tx, flag, Some(org), setting).await?;
        self.events.record(&mut tx, org.org(), org.actor(), told(flag, setting));
        tx.commit().await?;
        self.forget();
        Ok(())
    }

    async fn write(
        &self,
        tx: &crate::db::WriteTx,
        flag: Flag,
        org: Option<&OrgScope>,
        setting: Setting,
    ) -> Result<(), DbError> {
        let org = org.map(OrgScope::org);
        let put = |is_on| Switch { flag, org, is_on, since: self.clock.millis() };
        match setting {
            Setting::On => store::put(tx, &put(true)).await,
            Setting::Off => store::put(tx, &put(false)).await,
            Setting::Default => store::remove(tx, flag, org).await.map(drop),
        }
    }
}

fn told(flag: Flag, setting: Setting) -> Happened {
    Happened { kind: "flag.set", subject: flag.name().to_owned(), data: json!({ "to": setting.word() }) }
}
