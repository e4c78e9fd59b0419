//! What is around a screen: who one is, where one is, and where one can go.

use serde::Serialize;

use super::door::Asked;
use super::notice;
use super::who::{At, In, Least};
use crate::accounts::Person;
use crate::base::Window;
use crate::browser::csrf;
use crate::db::DbError;
use crate::sites::Site;
use crate::tenancy::Role;

/// The frame of a page.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Shell {
    /// Name and value of the field that each form carries.
    form_field: &'static str,
    form_token: String,
    /// Where the browser is: path and query.
    address: String,
    /// What has just been done.
    notice: Option<&'static str>,
    /// Who is signed in.
    person: Option<Named>,
    /// The organisation that the page is about.
    org: Option<Named>,
    /// The role in it.
    role: Option<&'static str>,
    is_admin: bool,
    is_owner: bool,
    /// Whether they run the installation.
    is_operator: bool,
    /// Other organisations to go to.
    orgs: Vec<Named>,
    /// The site that the page is about.
    site: Option<Named>,
    /// Its id, for what programs call.
    site_id: Option<String>,
    /// Sites to go to.
    sites: Vec<Named>,
    /// Which entry of the navigation is the present one.
    section: &'static str,
}

/// A thing with a name and an address.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Named {
    name: String,
    /// A slug, or a person's e-mail address.
    slug: String,
    /// Where it is.
    path: String,
}

/// Sites in the switcher; who has more finds the others in the overview.
const SWITCHER: u64 = 20;

impl Shell {
    /// For somebody of whom nothing is known.
    pub fn bare(asked: &Asked) -> Shell {
        let word = asked.address.split_once('?').and_then(|(_, query)| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == "notice").map(|(_, word)| word.into_owned())
        });
        Shell {
            form_field: csrf::FIELD,
            form_token: asked.form_token.clone(),
            address: asked.address.clone(),
            notice: word.as_deref().and_then(notice::of),
            person: None,
            org: None,
            role: None,
            is_admin: false,
            is_owner: false,
            is_operator: false,
            orgs: Vec::new(),
            site: None,
            site_id: None,
            sites: Vec::new(),
            section: "",
        }
    }

    /// What was to be said was not done.
    pub fn without_notice(mut self) -> Shell {
        self.notice = None;
        self
    }

    pub fn signed_in(mut self, person: &Person, operators: &[String]) -> Shell {
        self.is_operator = operators.iter().any(|email| email.eq_ignore_ascii_case(&person.email));
        let (name, slug) = (person.name.clone(), person.email.clone());
        self.person = Some(Named { name, slug, path: "/console/account".to_owned() });
        self
    }
}

impl<L: Least> In<L> {
    /// Where the organisation's screens are.
    pub fn path(&self) -> String {
        format!("/console/o/{}", self.org.slug)
    }

    /// The frame, with an entry of the navigation marked.
    pub async fn shell(&self, section: &'static str) -> Result<Shell, DbError> {
        let (found, _) = self.me.desk.rooms.sites.window(&self.scope, &Window::newest(SWITCHER)).await?;
        let mut shell = self.me.shell();
        let role = self.scope.role();
        shell.org =
            Some(Named { name: self.org.name.clone(), slug: self.org.slug.clone(), path: self.path() });
        shell.role = Some(role.as_str());
        shell.is_admin = role >= Role::Admin;
        shell.is_owner = role >= Role::Owner;
        let org = |(org, _): &(crate::accounts::Org, Role)| Named {
            name: org.name.clone(),
            slug: org.slug.clone(),
            path: format!("/console/o/{}", org.slug),
        };
        shell.orgs = self.orgs.iter().map(org).collect();
        shell.sites = found.iter().map(|site| self.named(site)).collect();
        // Whoever has one site is always at it.
        shell.site = shell.sites.first().filter(|_| found.len() == 1).cloned();
        shell.section = section;
        Ok(shell)
    }

    fn named(&self, site: &Site) -> Named {
        let path = format!("{}/s/{}", self.path(), site.slug);
        Named { name: site.title.clone(), slug: site.slug.clone(), path }
    }
}

impl<L: Least> At<L> {
    /// Where the site's screens are.
    pub fn path(&self) -> String {
        format!("{}/s/{}", self.here.path(), self.site.slug)
    }

    /// The frame, with an entry of the navigation marked.
    pub async fn shell(&self, section: &'static str) -> Result<Shell, DbError> {
        let mut shell = self.here.shell(section).await?;
        shell.site = Some(self.here.named(&self.site));
        shell.site_id = Some(self.site.id.to_string());
        Ok(shell)
    }
}
