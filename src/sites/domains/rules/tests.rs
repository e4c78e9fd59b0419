use super::*;
use crate::base::{Clock, Ids};

#[test]
fn a_lost_record_is_told_once_and_ends_the_serving_after_three_days() {
    let ids = Ids::system(Clock::system());
    let domain = Domain {
        id: ids.new_id(),
        site: ids.new_id(),
        name: "acme.com".parse().unwrap(),
        state: DomainState::Pending,
        reason: String::new(),
        looked_at: 0,
        verified_at: 0,
        lost_at: 0,
        created_at: 1_000,
    };
    let seen = |proof: Proof| Seen { proof, elsewhere: None };
    let (domain, turn) = after(domain, seen(Proof::Missing), 2_000);
    assert_eq!((domain.state, turn), (DomainState::Pending, Turn::Stays));
    let (domain, turn) = after(domain, seen(Proof::Found), 3_000);
    assert_eq!((domain.state, turn, domain.verified_at), (DomainState::Live, Turn::Verified, 3_000));
    let (domain, turn) = after(domain, seen(Proof::Unanswered("away".into())), 4_000);
    assert_eq!((domain.state, turn, domain.lost_at), (DomainState::Live, Turn::Stays, 0));
    let (domain, turn) = after(domain, seen(Proof::Missing), 5_000);
    assert_eq!((domain.state, turn, domain.lost_at), (DomainState::Live, Turn::Lost, 5_000));
    let (domain, turn) = after(domain, seen(Proof::Missing), 5_000 + GRACE - 1);
    assert_eq!((domain.state, turn), (DomainState::Live, Turn::Stays));
    let (back, turn) = after(domain.clone(), seen(Proof::Found), 6_000);
    assert_eq!((back.lost_at, turn, back.verified_at), (0, Turn::Verified, 3_000));
    let (domain, turn) = after(domain, seen(Proof::Missing), 5_000 + GRACE);
    assert_eq!((domain.state, turn), (DomainState::Failed, Turn::Ended));
}
