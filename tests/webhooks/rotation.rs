//! A new secret.

use std::time::Duration;

use super::receiver::messages;
use super::rig::Rig;
use crate::crawl::server::{Server, text};

#[tokio::test]
async fn for_a_day_after_a_rotation_both_secrets_sign_and_then_the_new_one_alone() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    let (id, first) = rig.endpoint(&server).await;
    let rotate = async || rig.here.webhooks.rotate_secret(&rig.org, id).await.unwrap().1;
    let second = rotate().await;
    assert_ne!(first, second);
    let tell = async |n: usize| {
        rig.goes_live(n).await;
        rig.work().await;
        messages(&server).pop().unwrap()
    };
    let signed = |message: &super::receiver::Message| {
        let by = |secret: &citepress::base::Secret| message.is_signed_by(secret.reveal(), rig.seconds());
        (message.signatures.len(), by(&first), by(&second))
    };
    assert_eq!(signed(&tell(1).await), (2, true, true));
    rig.clock.advance(Duration::from_secs(24 * 3600 - 1));
    assert_eq!(signed(&tell(2).await), (2, true, true));
    rig.clock.advance(Duration::from_secs(1));
    assert_eq!(signed(&tell(3).await), (1, false, true));
    // Of two rotations in a day the secret before the last counts, and no older one.
    let third = rotate().await;
    let fourth = rotate().await;
    let message = tell(4).await;
    assert_eq!(signed(&message), (2, false, false));
    let by = |secret: &citepress::base::Secret| message.is_signed_by(secret.reveal(), rig.seconds());
    assert!(by(&third) && by(&fourth));
}
