//! What keeps the commands that need a data folder from starting: one line that names the cure.

use std::net::TcpListener;
use std::process::Command;

use super::site::{Ran, Site};

/// One line, and a code that is not 0.
fn line(ran: &Ran) -> String {
    let said = ran.stderr();
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    said
}

#[test]
fn a_port_in_use_is_told_by_every_command_that_listens() {
    let site = Site::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/sites/demo");
    for command in [&["serve"][..], &["demo", "--from", demo]] {
        let mut arguments = command.to_vec();
        arguments.extend(["--port", &port, "--data", "data"]);
        let said = line(&site.run(&arguments).bad());
        assert!(said.contains(&format!("port {port} of 127.0.0.1 can't be listened on")), "{said}");
        assert!(said.contains("choose another with --port N"), "{said}");
    }
}

/// Rights do not bind a test that runs as root, so the folder lies on a file system that takes nothing.
fn on_a_read_only_folder(site: &Site, arguments: &str) -> Ran {
    let mount = "mount --bind data data && mount -o remount,bind,ro data";
    let script = format!("{mount} && exec \"$0\" {arguments} --data data");
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", &script, env!("CARGO_BIN_EXE_citepress")]);
    Ran(command.current_dir(site.around()).output().unwrap())
}

#[test]
fn a_read_only_data_folder_is_told_and_what_is_in_it_stays() {
    let site = Site::new();
    std::fs::create_dir(site.around().join("data")).unwrap();
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/sites/demo");
    let commands = ["serve --port 0".to_owned(), "worker".to_owned(), format!("demo --port 0 --from {demo}")];
    let refused = |arguments: &str| {
        let ran = on_a_read_only_folder(&site, arguments).bad();
        let said = line(&ran);
        assert!(said.contains("data") && said.contains("Read-only file system"), "{arguments}: {said}");
        assert!(said.contains("give another with --data, or mend its permissions"), "{arguments}: {said}");
    };
    commands.iter().for_each(|command| refused(command));
    // The same with an installation in it.
    site.run(&["import", "docs", "site/content", "--publish", "--data", "data"]).good();
    let before = super::site::tree(&site.around().join("data/blobs"));
    commands.iter().for_each(|command| refused(command));
    assert!(super::site::tree(&site.around().join("data/blobs")) == before);
    let again = site.run(&["import", "docs", "site/content", "--publish", "--data", "data"]).good().stdout();
    assert!(again.contains("(0 new or changed)"), "{again}");
}

#[test]
fn a_document_that_is_not_utf_8_is_left_out_of_an_import_and_its_page_stays() {
    let site = Site::new();
    let import = ["import", "docs", "site/content", "--publish", "--data", "data"];
    site.run(&import).good();
    site.write("content/guide/start.md", b"caf\xe9");
    let said = site.run(&import).good().stdout();
    assert!(
        said.contains(
            "guide/start.md: left out: is not UTF-8 text (first bad byte at offset 3): save it as UTF-8"
        ),
        "{said}"
    );
    let live = site.around().join("data/sites/docs.localhost/guide/start/index.html");
    assert!(std::fs::read_to_string(live).unwrap().contains("Begin here."));
}
