//! Ways into an account: nobody gets a second one by a mail, and changing one closes what stood open.

use sea_orm::ConnectionTrait;

use super::*;
use crate::oidc::Identity;
use crate::tenancy::PersonId;

/// Somebody who signs in by a provider alone.
async fn by_provider(door: &Door, email: &str) -> PersonId {
    let (subject, issuer) = (email.to_owned(), "https://id.example".to_owned());
    let identity = Identity { issuer, subject, email: Some(email.to_owned()), expires: i64::MAX };
    let tx = door.accounts.db.write_system().await.unwrap();
    let id = door.accounts.ids.new_id();
    let person = store::people::with_email(&tx, email, id, door.clock.millis()).await.unwrap();
    store::identities::insert(&tx, &identity, person, door.clock.millis()).await.unwrap();
    tx.commit().await.unwrap();
    person
}

#[tokio::test]
async fn who_signs_in_by_a_provider_has_an_account_that_no_mail_opens() {
    let door = Door::new().await;
    assert!(door.accounts.is_fresh().await.unwrap());
    // The links are sent before the account is there, and opened afterwards.
    door.accounts.request_sign_up("bob@example.com").await.unwrap();
    let sign_up = door.token().await;
    let (_, scope) = door.owner("ada").await;
    door.accounts.invite(&scope, "bob@example.com", Role::Member).await.unwrap();
    let invitation = door.token().await;
    let bob = by_provider(&door, "bob@example.com").await;

    assert!(door.accounts.invited(&invitation).await.unwrap().has_account);
    let joined = door.accounts.accept_as_new(&invitation, person("Eve"), "").await;
    assert!(matches!(joined, Err(AccountError::Link)), "{joined:?}");
    let founded = door.accounts.sign_up(&sign_up, owner("bob@example.com", "eve"), "").await;
    assert!(matches!(founded, Err(AccountError::Link)), "{founded:?}");
    assert!(door.accounts.sessions(bob).await.unwrap().is_empty());
    let known = store::people::by_id(door.accounts.db.system(), bob).await.unwrap().unwrap();
    assert_eq!((known.password, known.person.name.as_str()), (None, "bob"));

    door.accounts.request_sign_up("bob@example.com").await.unwrap();
    let mail = door.mail().await.unwrap();
    assert!(mail.contains("have an account already") && !mail.contains("token="), "{mail}");
    // Signed in, they accept like everybody else.
    door.accounts.accept(&invitation, bob).await.unwrap();
}

#[tokio::test]
async fn an_installation_whose_people_all_come_by_a_provider_is_set_up() {
    let door = Door::with(false).await;
    let link = door.accounts.set_up_token().await.unwrap().unwrap();
    by_provider(&door, "ada@example.com").await;
    assert!(!door.accounts.is_fresh().await.unwrap());
    assert!(door.accounts.set_up_token().await.unwrap().is_none());
    let late = door.accounts.set_up(link.reveal(), owner("eve@example.com", "eve"), "").await;
    assert!(matches!(late, Err(AccountError::SetUp)), "{late:?}");
}

#[tokio::test]
async fn a_new_password_ends_every_session_and_link_and_goes_on_in_a_new_session() {
    let door = Door::new().await;
    let (stolen, _) = door.owner("ada").await;
    let (session, _) = door.session(&stolen).await.unwrap();
    door.accounts.request_reset("ada@example.com").await.unwrap();
    let link = door.token().await;
    let (old, new) = (Secret::new(PASSWORD), Secret::new("some other plain words"));
    let renewed = door.accounts.change_password(&session, &old, &new).await.unwrap();
    assert!(door.session(&stolen).await.is_none(), "whoever has taken its token is out");
    assert!(door.session(&renewed).await.is_some());
    assert_eq!(door.accounts.sessions(renewed.person).await.unwrap().len(), 1);
    let reset = door.accounts.reset(&link, &old).await;
    assert!(matches!(reset, Err(AccountError::Link)), "{reset:?}");
}

#[tokio::test]
async fn codes_switched_on_end_every_session_and_link_and_go_on_in_a_new_session() {
    let door = Door::new().await;
    let (stolen, _) = door.owner("ada").await;
    let (session, _) = door.session(&stolen).await.unwrap();
    door.accounts.request_reset("ada@example.com").await.unwrap();
    let link = door.token().await;
    let offered = door.accounts.offer_totp(&session).await.unwrap();
    let app = totp_rs::Totp::from_url(offered.url.reveal()).unwrap();
    let code = app.generate(door.clock.now().as_second().unsigned_abs()).to_string();
    let renewed = door.accounts.enable_totp(&session, &offered.sealed, &code).await.unwrap();
    assert!(door.session(&stolen).await.is_none() && door.session(&renewed).await.is_some());
    let reset = door.accounts.reset(&link, &Secret::new(PASSWORD)).await;
    assert!(matches!(reset, Err(AccountError::Link)), "{reset:?}");
}

#[tokio::test]
async fn a_session_goes_on_while_nothing_can_be_written() {
    let door = Door::new().await;
    let (signed_in, _) = door.owner("ada").await;
    let tx = door.accounts.db.write_system().await.unwrap();
    let full = "CREATE TRIGGER full BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'disk is full'); END";
    tx.conn().execute_unprepared(full).await.unwrap();
    tx.commit().await.unwrap();
    door.clock.advance(Duration::from_secs(2 * 60));
    assert!(door.session(&signed_in).await.is_some());
}
