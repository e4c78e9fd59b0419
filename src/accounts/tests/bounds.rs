//! What one person may do, however long they have.

use super::*;

#[tokio::test]
async fn one_person_owns_a_few_organisations_and_not_any_number() {
    let door = Door::new().await;
    let (ada, _) = door.owner("ada").await;
    for n in 2..=9 {
        door.accounts.found_as(ada.person, format!("org-{n}").parse().unwrap(), "One more").await.unwrap();
    }
    let tenth = door.accounts.found_as(ada.person, "org-10".parse().unwrap(), "Too many").await;
    assert!(matches!(&tenth, Err(AccountError::Quota(_))), "{tenth:?}");
    assert!(tenth.unwrap_err().to_string().contains("quota.orgs"));
    assert_eq!(door.accounts.orgs(ada.person).await.unwrap().len(), 9);
}

#[tokio::test]
async fn nobody_gets_invitations_without_end() {
    let door = Door::new().await;
    let (_, ada) = door.owner("ada").await;
    let (_, eve) = door.owner("eve").await;
    let stranger = "stranger@elsewhere.example";
    for scope in [ada, eve, ada, eve, ada, eve] {
        door.accounts.invite(&scope, stranger, Role::Member).await.unwrap();
    }
    for scope in [ada, eve] {
        let more = door.accounts.invite(&scope, " Stranger@Elsewhere.example", Role::Member).await;
        assert!(matches!(more, Err(AccountError::TooOften(_))), "{more:?}");
    }
    door.accounts.invite(&ada, "bob@example.com", Role::Member).await.unwrap();
}
