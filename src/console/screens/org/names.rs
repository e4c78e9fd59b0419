//! Who is meant by an id in an event or a revision.

use std::collections::BTreeMap;

use crate::console::fault::Fault;
use crate::console::who::{In, Least};
use crate::tenancy::Role;

/// The people and keys of an organisation, by id.
pub(in crate::console) struct Names(BTreeMap<String, String>);

impl Names {
    /// Of the present members and keys.
    pub async fn of<L: Least>(here: &In<L>) -> Result<Names, Fault> {
        let accounts = &here.me.desk.rooms.accounts;
        let members = accounts.members(&here.scope).await?;
        let people = members.into_iter().map(|member| {
            let person = member.person;
            (person.id.to_string(), if person.name.is_empty() { person.email } else { person.name })
        });
        // Which keys there are is the admins' business.
        let keys = match here.scope.role() >= Role::Admin {
            true => accounts.keys(&here.scope).await?,
            false => Vec::new(),
        };
        let keys = keys.into_iter().map(|key| (key.id.to_string(), format!("key “{}”", key.name)));
        Ok(Names(people.chain(keys).collect()))
    }

    /// A name for people: of somebody who has left, that they have.
    pub fn name(&self, actor: &str) -> String {
        match self.0.get(actor) {
            Some(name) => name.clone(),
            None if actor == "operator" => "the operator".to_owned(),
            None if actor == "system" => "Citepress".to_owned(),
            None if actor.starts_with("usr_") => "a former member".to_owned(),
            None if actor.starts_with("key_") => "a key".to_owned(),
            None => actor.to_owned(),
        }
    }
}
