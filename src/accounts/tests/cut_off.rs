//! Who was proved a moment ago and is cut off before they get their turn.

use super::*;

#[tokio::test]
async fn a_key_that_was_ended_meanwhile_makes_no_other() {
    let door = Door::new().await;
    let (_, scope) = door.owner("ada").await;
    let (key, secret) = door.accounts.create_key(&scope, "CI", KeyScope::Admin, None).await.unwrap();
    let (proved, _) = door.accounts.key_scope(secret.reveal()).await.unwrap().unwrap();
    door.accounts.create_key(&proved, "while it is good", KeyScope::Admin, None).await.unwrap();
    door.accounts.revoke_key(&scope, key.id).await.unwrap();
    let late = door.accounts.create_key(&proved, "too late", KeyScope::Admin, None).await;
    assert!(matches!(late, Err(AccountError::NotFound("API key"))), "{late:?}");
}

#[tokio::test]
async fn a_member_who_was_taken_out_meanwhile_makes_no_key_and_their_keys_are_told_of() {
    let door = Door::new().await;
    let (_, scope) = door.owner("ada").await;
    door.accounts.invite(&scope, "bob@example.com", Role::Admin).await.unwrap();
    let bob = door.accounts.accept_as_new(&door.token().await, person("Bob"), "").await.unwrap();
    let proved = door.scope(&bob).await;
    let (_, kept) = door.accounts.create_key(&proved, "deploys", KeyScope::Write, None).await.unwrap();
    let (ended, _) = door.accounts.create_key(&proved, "old", KeyScope::Write, None).await.unwrap();
    door.accounts.revoke_key(&scope, ended.id).await.unwrap();
    assert_eq!(door.accounts.remove_member(&scope, bob.person).await.unwrap(), 1, "one key is open");
    let late = door.accounts.create_key(&proved, "too late", KeyScope::Admin, None).await;
    assert!(matches!(late, Err(AccountError::Forbidden(_))), "{late:?}");
    assert!(door.accounts.key_scope(kept.reveal()).await.unwrap().is_some(), "it is the organisation's");
}

#[tokio::test]
async fn no_key_is_made_for_an_organisation_that_has_gone_and_none_opens_it() {
    let door = Door::new().await;
    let (_, scope) = door.owner("ada").await;
    let (key, secret) = door.accounts.create_key(&scope, "CI", KeyScope::Admin, None).await.unwrap();
    let tx = door.accounts.db.write_system().await.unwrap();
    door.accounts.cut_off(&tx, &scope, "ada").await.unwrap();
    // As if it had been made by somebody who did not wait for the organisation's lock.
    store::keys::insert(&tx, scope.org(), &key, &token::hash(secret.reveal())).await.unwrap();
    tx.commit().await.unwrap();
    assert!(door.accounts.key_scope(secret.reveal()).await.unwrap().is_none());
    let late = door.accounts.create_key(&scope, "too late", KeyScope::Admin, None).await;
    assert!(matches!(late, Err(AccountError::NotFound("organisation"))), "{late:?}");
}
