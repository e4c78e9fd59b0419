//! The published tree follows what is live.

use sea_orm::ConnectionTrait;

use super::rig::Rig;

async fn change(rig: &Rig, how: &str) {
    let tx = rig.app.db.write_system().await.unwrap();
    tx.conn().execute_unprepared(how).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_flip_back_is_not_lost_on_a_job_that_has_not_ended_since_the_first_flip() {
    let rig = Rig::without_worker().await;
    let mut editions = Vec::new();
    for text in ["One.", "Two."] {
        rig.write(&[("_index.md", text)]).await;
        let id = rig.request().await;
        editions.push(rig.app.publishing.build(&rig.scope, id).await.unwrap().id);
    }
    // The job of the first flip has done its work and not told so yet. That of the second has done all of its.
    let of = |edition| format!("WHERE kind = 'publishing.tree' AND payload LIKE '%{edition}%'");
    let lease = i64::MAX / 2;
    let running = "UPDATE jobs SET state = 'running', attempt = 1, owner = 'somebody'";
    change(&rig, &format!("{running}, lease_until = {lease} {}", of(editions[0]))).await;
    rig.app.publishing.write_tree(&rig.scope).await.unwrap();
    change(&rig, &format!("UPDATE jobs SET state = 'done', finished_at = 1 {}", of(editions[1]))).await;

    rig.app.publishing.activate(&rig.scope, editions[0]).await.unwrap();
    let ended = "UPDATE jobs SET state = 'done', finished_at = 1, owner = NULL, lease_until = NULL";
    change(&rig, &format!("{ended} WHERE state = 'running'")).await;
    let _worker = rig.app.work();
    rig.rest().await;
    let page = rig.folder.path().join("sites/acme.localhost/index.html");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("One."), "{page}");
    rig.stop().await;
}
