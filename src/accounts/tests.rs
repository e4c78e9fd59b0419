//! Stories of people and programs who prove who they are.

mod bounds;
mod cut_off;
mod ways_in;

use std::time::Duration;

use super::*;
use crate::base::clock::timestamp;
use crate::base::{Secret, Slug};
use crate::db::DbConfig;
use crate::tenancy::{OrgScope, Quotas, Role};

struct Door {
    accounts: Accounts,
    clock: Clock,
    folder: tempfile::TempDir,
}

impl Door {
    async fn new() -> Door {
        Door::with(true).await
    }

    async fn with(sign_up_open: bool) -> Door {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(timestamp(1_790_000_000_000));
        let ids = Ids::system(clock.clone());
        let config = DbConfig { data: folder.path().to_owned(), ..DbConfig::default() };
        let db = Db::open(&config).await.unwrap();
        db.migrate().await.unwrap();
        let events = Events::new(db.clone(), ids.clone(), clock.clone());
        let queue = Queue::new(db.clone(), ids.clone());
        let keys = Keys::open(folder.path(), &ids, clock.clone()).unwrap();
        let mailer = Mailer::outbox(folder.path().join("outbox"));
        let console_url = "http://localhost:8080".to_owned();
        let (quotas, now) = (Quotas { orgs: 9, sites: 9, members: 9, pages: 9, sources: 9 }, clock.clone());
        let (oidc, counting) = (None, Counting::here());
        let flags = Flags::new(db.clone(), clock.clone(), events.clone());
        let parts = Parts {
            db,
            ids,
            clock,
            events,
            queue,
            flags,
            keys,
            mailer,
            console_url,
            sign_up_open,
            quotas,
            oidc,
            counting,
        };
        Door { accounts: Accounts::new(parts), clock: now, folder }
    }

    /// An owner of an organisation of this name, signed in.
    async fn owner(&self, name: &str) -> (SignedIn, OrgScope) {
        let email = format!("{name}@example.com");
        self.accounts.request_sign_up(&email).await.unwrap();
        let signed_in =
            self.accounts.sign_up(&self.token().await, owner(&email, name), "a test").await.unwrap();
        let scope = self.scope(&signed_in).await;
        (signed_in, scope)
    }

    async fn scope(&self, signed_in: &SignedIn) -> OrgScope {
        let (session, _) = self.session(signed_in).await.unwrap();
        self.accounts.scope(&session, None).await.unwrap().unwrap()
    }

    async fn session(&self, signed_in: &SignedIn) -> Option<(Session, Person)> {
        self.accounts.session(signed_in.token.reveal()).await.unwrap()
    }

    /// Sends what is queued, as the worker does, and gives back the newest mail.
    async fn mail(&self) -> Option<String> {
        let jobs =
            self.accounts.queue.list(crate::queue::Reach::All, &Default::default(), 100).await.unwrap();
        let newest = jobs.first()?;
        // Ids sort by the millisecond: the next letter is to be newer.
        self.clock.advance(Duration::from_secs(1));
        self.accounts.deliver(&serde_json::from_str(&newest.payload).unwrap(), newest.id).await.unwrap();
        std::fs::read_to_string(self.folder.path().join(format!("outbox/{}.eml", newest.id))).ok()
    }

    /// The token of the newest mail's link.
    async fn token(&self) -> String {
        let mail = self.mail().await.unwrap();
        mail.split("?token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
    }
}

const PASSWORD: &str = "a few plain words";

fn person(name: &str) -> NewPerson {
    NewPerson { name: name.to_owned(), password: Secret::new(PASSWORD) }
}

fn owner(email: &str, name: &str) -> NewOwner {
    let org_slug: Slug = name.parse().unwrap();
    NewOwner { email: email.to_owned(), person: person(name), org_name: name.to_owned(), org_slug }
}

#[tokio::test]
async fn the_set_up_link_makes_the_first_owner_once() {
    let door = Door::with(false).await;
    let first = door.accounts.set_up_token().await.unwrap().unwrap();
    let second = door.accounts.set_up_token().await.unwrap().unwrap();
    let ada = || owner("ada@example.com", "ada");
    let refused = door.accounts.set_up(first.reveal(), ada(), "a test").await.unwrap_err();
    assert!(matches!(refused, AccountError::Link), "the server was started again since: {refused}");

    let mut bad = ada();
    bad.person.password = Secret::new("short");
    let refused = door.accounts.set_up(second.reveal(), bad, "a test").await.unwrap_err();
    assert!(matches!(refused, AccountError::Password));
    let signed_in = door.accounts.set_up(second.reveal(), ada(), "a test").await.unwrap();
    assert_eq!(door.scope(&signed_in).await.role(), Role::Owner);
    assert!(door.accounts.set_up(second.reveal(), ada(), "a test").await.is_err(), "good for one use");
    assert!(door.accounts.set_up_token().await.unwrap().is_none());
}

#[tokio::test]
async fn signing_up_and_in_needs_the_link_from_the_mail_and_the_right_password() {
    let door = Door::new().await;
    let (signed_in, _) = door.owner("ada").await;
    assert_eq!(door.session(&signed_in).await.unwrap().1.email, "ada@example.com");

    let sign_in = async |email: &str, password: &str| {
        door.accounts.sign_in(email, &Secret::new(password), None, "a test").await
    };
    assert!(sign_in(" ADA@example.com ", PASSWORD).await.is_ok());
    let wrong = sign_in("ada@example.com", "another password").await.unwrap_err().to_string();
    let unknown = sign_in("eve@example.com", PASSWORD).await.unwrap_err().to_string();
    assert_eq!(wrong, unknown, "the answer does not tell who has an account");
}

#[tokio::test]
async fn asking_again_for_an_account_or_for_somebody_unknown_tells_nothing() {
    let door = Door::new().await;
    door.owner("ada").await;
    door.accounts.request_sign_up("ada@example.com").await.unwrap();
    let mail = door.mail().await.unwrap();
    assert!(mail.contains("have an account already") && !mail.contains("token="), "{mail}");
    door.accounts.request_reset("eve@example.com").await.unwrap();
    assert_eq!(door.mail().await, None, "a job like any other, and no mail");
    assert!(matches!(door.accounts.request_reset("no address").await, Err(AccountError::Email(_))));
    let closed = Door::with(false).await;
    assert!(matches!(closed.accounts.request_sign_up("a@example.com").await, Err(AccountError::Closed)));
}

#[tokio::test]
async fn a_reset_ends_all_sessions_and_its_link_is_good_once_and_for_an_hour() {
    let door = Door::new().await;
    let (signed_in, _) = door.owner("ada").await;
    door.accounts.request_reset("ada@example.com").await.unwrap();
    let late = door.token().await;
    door.clock.advance(Duration::from_secs(61 * 60));
    let new = Secret::new("some other plain words");
    assert!(matches!(door.accounts.reset(&late, &new).await, Err(AccountError::Link)));

    door.accounts.request_reset("ada@example.com").await.unwrap();
    let token = door.token().await;
    door.accounts.reset(&token, &new).await.unwrap();
    assert!(door.session(&signed_in).await.is_none());
    assert!(matches!(door.accounts.reset(&token, &new).await, Err(AccountError::Link)));
    let old = door.accounts.sign_in("ada@example.com", &Secret::new(PASSWORD), None, "").await;
    assert!(matches!(old, Err(AccountError::SignIn)));
    door.accounts.sign_in("ada@example.com", &new, None, "").await.unwrap();
}

#[tokio::test]
async fn sessions_are_listed_ended_and_end_by_themselves() {
    let door = Door::new().await;
    let (laptop, _) = door.owner("ada").await;
    let phone =
        door.accounts.sign_in("ada@example.com", &Secret::new(PASSWORD), None, "phone").await.unwrap();
    let listed = door.accounts.sessions(laptop.person).await.unwrap();
    assert_eq!(listed.len(), 2);
    door.accounts.end_session(laptop.person, phone.session).await.unwrap();
    assert!(door.session(&phone).await.is_none());
    assert!(matches!(
        door.accounts.end_session(laptop.person, phone.session).await,
        Err(AccountError::NotFound("session"))
    ));
    // Used now and then it goes on, left alone it ends.
    for _ in 0..3 {
        door.clock.advance(Duration::from_secs(10 * 24 * 60 * 60));
        assert!(door.session(&laptop).await.is_some());
    }
    door.clock.advance(Duration::from_secs(15 * 24 * 60 * 60));
    assert!(door.session(&laptop).await.is_none());
}

#[tokio::test]
async fn one_time_codes_are_asked_for_and_each_is_good_once() {
    let door = Door::new().await;
    let (signed_in, _) = door.owner("ada").await;
    let session = door.session(&signed_in).await.unwrap().0;
    let offered = door.accounts.offer_totp(&session).await.unwrap();
    let app = totp_rs::Totp::from_url(offered.url.reveal()).unwrap();
    let code = || app.generate(door.clock.now().as_second().unsigned_abs()).to_string();
    let refused = door.accounts.enable_totp(&session, &offered.sealed, "000000").await;
    assert!(matches!(refused, Err(AccountError::Code)));
    let renewed = door.accounts.enable_totp(&session, &offered.sealed, &code()).await.unwrap();
    let session = door.session(&renewed).await.unwrap().0;

    let password = Secret::new(PASSWORD);
    let sign_in =
        async |code: Option<&str>| door.accounts.sign_in("ada@example.com", &password, code, "a test").await;
    assert!(matches!(sign_in(None).await, Err(AccountError::CodeNeeded(_))));
    assert!(
        matches!(sign_in(Some(&code())).await, Err(AccountError::Code)),
        "it was used to switch codes on"
    );
    door.clock.advance(Duration::from_secs(60));
    let next = code();
    sign_in(Some(&next)).await.unwrap();
    assert!(matches!(sign_in(Some(&next)).await, Err(AccountError::Code)));

    assert!(door.accounts.disable_totp(&session, &Secret::new("not the password")).await.is_err());
    door.accounts.disable_totp(&session, &password).await.unwrap();
    sign_in(None).await.unwrap();
}

#[tokio::test]
async fn an_invitation_makes_a_member_once_and_can_be_taken_back() {
    let door = Door::new().await;
    let (_, scope) = door.owner("ada").await;
    door.accounts.invite(&scope, "bob@example.com", Role::Member).await.unwrap();
    let token = door.token().await;
    assert!(!door.accounts.invited(&token).await.unwrap().has_account);
    let bob = door.accounts.accept_as_new(&token, person("Bob"), "a test").await.unwrap();
    assert_eq!(door.scope(&bob).await.role(), Role::Member);
    assert!(matches!(door.accounts.accept(&token, bob.person).await, Err(AccountError::Link)));
    let again = door.accounts.invite(&scope, "Bob@Example.com", Role::Admin).await;
    assert!(matches!(again, Err(AccountError::Member(_))));

    let open = door.accounts.invite(&scope, "cy@example.com", Role::Member).await.unwrap();
    let token = door.token().await;
    door.accounts.withdraw_invitation(&scope, open.id).await.unwrap();
    assert!(matches!(door.accounts.invited(&token).await, Err(AccountError::Link)));
    door.accounts.invite(&scope, "di@example.com", Role::Member).await.unwrap();
    let token = door.token().await;
    door.clock.advance(Duration::from_secs(8 * 24 * 60 * 60));
    assert!(matches!(door.accounts.invited(&token).await, Err(AccountError::Link)));
}

#[tokio::test]
async fn roles_are_kept_and_the_last_owner_stays_also_when_two_leave_at_once() {
    let door = Door::new().await;
    let (ada, owner) = door.owner("ada").await;
    door.accounts.invite(&owner, "bob@example.com", Role::Member).await.unwrap();
    let bob = door.accounts.accept_as_new(&door.token().await, person("Bob"), "").await.unwrap();
    let member = door.scope(&bob).await;
    let accounts = &door.accounts;
    assert!(matches!(
        accounts.set_role(&member, bob.person, Role::Owner).await,
        Err(AccountError::Forbidden(_))
    ));
    assert!(matches!(
        accounts.invite(&member, "x@example.com", Role::Member).await,
        Err(AccountError::Forbidden(_))
    ));
    accounts.set_role(&owner, bob.person, Role::Admin).await.unwrap();
    let admin = door.scope(&bob).await;
    assert!(matches!(
        accounts.remove_member(&admin, ada.person).await,
        Err(AccountError::Forbidden("owners"))
    ));
    assert!(matches!(
        accounts.set_role(&admin, bob.person, Role::Owner).await,
        Err(AccountError::Forbidden("owners"))
    ));
    assert!(matches!(accounts.remove_member(&owner, ada.person).await, Err(AccountError::LastOwner)));

    accounts.set_role(&owner, bob.person, Role::Owner).await.unwrap();
    let other = door.scope(&bob).await;
    let (one, two) =
        tokio::join!(accounts.remove_member(&owner, ada.person), accounts.remove_member(&other, bob.person));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert_eq!(accounts.members(&owner).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_api_key_opens_its_organisation_until_it_is_ended() {
    let door = Door::new().await;
    let (_, scope) = door.owner("ada").await;
    let (key, secret) = door.accounts.create_key(&scope, "CI", KeyScope::Read, None).await.unwrap();
    assert!(secret.reveal().starts_with(&key.prefix) && key.prefix.starts_with("cp_live_"));
    let (opened, _) = door.accounts.key_scope(secret.reveal()).await.unwrap().unwrap();
    assert_eq!((opened.org(), opened.role()), (scope.org(), Role::Member));
    assert!(door.accounts.key_scope("cp_live_x").await.unwrap().is_none());
    let dump = std::fs::read(door.folder.path().join("citepress.db-wal")).unwrap();
    assert!(contains(&dump, &key.prefix), "its row is there");
    assert!(!contains(&dump, secret.reveal()), "the database does not hold the key");

    let (other, _) = door.owner("eve").await;
    let others = door.scope(&other).await;
    assert!(matches!(door.accounts.revoke_key(&others, key.id).await, Err(AccountError::NotFound(_))));
    door.accounts.revoke_key(&scope, key.id).await.unwrap();
    assert!(door.accounts.key_scope(secret.reveal()).await.unwrap().is_none());

    let soon = door.clock.now() + jiff::SignedDuration::from_mins(5);
    let (_, brief) = door.accounts.create_key(&scope, "brief", KeyScope::Admin, Some(soon)).await.unwrap();
    assert!(door.accounts.key_scope(brief.reveal()).await.unwrap().is_some());
    door.clock.advance(Duration::from_secs(301));
    assert!(door.accounts.key_scope(brief.reveal()).await.unwrap().is_none());
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
