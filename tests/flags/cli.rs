//! The command line, beside a process that serves.

use std::process::Output;

use citepress::flags::Flag;
use serde_json::Value;

use super::until;
use crate::database;
use crate::publishing::rig::Rig;

async fn admin(rig: &Rig, arguments: &[&str]) -> Output {
    let mut command = database::citepress(rig.folder.path());
    command.arg("admin").args(arguments).arg("--data").arg(rig.folder.path());
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_is_set_at_the_command_line_and_heeded_by_the_server() {
    let rig = Rig::without_worker().await;
    assert!(rig.app.flags.check(Flag::Webhooks, Some(rig.org.org())).await.is_ok());
    let set = admin(&rig, &["flag", "webhooks", "off", "--org", "acme"]).await;
    assert!(set.status.success(), "{set:?}");
    until("the server has heard of it", async || {
        rig.app.flags.check(Flag::Webhooks, Some(rig.org.org())).await.is_err()
    })
    .await;
    assert!(rig.app.flags.check(Flag::Webhooks, None).await.is_ok());
    let listed = admin(&rig, &["flags", "--json"]).await;
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let names: Vec<&str> =
        listed.as_array().unwrap().iter().map(|flag| flag["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["engines", "crawling", "publishing", "webhooks", "sign-up"]);
    assert_eq!((&listed[3]["state"], &listed[3]["orgs"]["acme"]), (&"on".into(), &"off".into()));
    admin(&rig, &["flag", "webhooks", "default", "--org", "acme"]).await;
    let listed = admin(&rig, &["flags"]).await;
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(text.lines().count() == 5 && !text.contains("acme"), "{text}");
    for (wrong, why) in [
        (&["flag", "everything", "off"][..], "there is no switch"),
        (&["flag", "engines", "off", "--org", "nobody"][..], "there is no organisation"),
        (&["flag", "sign-up", "off", "--org", "acme"][..], "for everybody alone"),
    ] {
        let refused = admin(&rig, wrong).await;
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && told.contains(why), "{told}");
    }
    rig.stop().await;
}
