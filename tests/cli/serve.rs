//! `citepress build --serve`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::site::Site;

/// A dev server, ended with the test.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(site: &Site) -> Server {
        let arguments = ["build", "site", "--out", "out", "--serve", "--port", "0"];
        let mut child =
            site.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.map_while(Result::ok).find(|line| line.starts_with("Serving")).unwrap();
        let port = address.split(':').nth(2).unwrap().split('/').next().unwrap().parse().unwrap();
        Server { child, port }
    }

    fn connect(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    /// Status line, headers and body.
    fn get(&self, path: &str) -> String {
        let host = format!("localhost:{}", self.port);
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let mut text = String::new();
        self.connect(&request).read_to_string(&mut text).unwrap();
        text
    }

    /// The events that open pages get.
    fn events(&self) -> BufReader<TcpStream> {
        let host = format!("localhost:{}", self.port);
        BufReader::new(self.connect(&format!("GET /_citepress/live HTTP/1.1\r\nHost: {host}\r\n\r\n")))
    }

    /// Waits until a page has this text.
    fn wait_for(&self, path: &str, text: &str) {
        let begun = Instant::now();
        while !self.get(path).contains(text) {
            assert!(begun.elapsed() < Duration::from_secs(10), "{}", self.get(path));
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The data of the next event of this name.
fn next(events: &mut impl BufRead, name: &str) -> String {
    let mut lines = events.lines().map(Result::unwrap);
    lines.find(|line| *line == format!("event: {name}")).unwrap();
    lines.next().unwrap().strip_prefix("data: ").unwrap().to_owned()
}

#[test]
fn pages_are_served_with_the_live_script_that_the_files_do_not_have() {
    let site = Site::new();
    let server = Server::start(&site);
    let page = server.get("/guide/start/");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.to_lowercase().contains("content-type: text/html; charset=utf-8"), "{page}");
    assert!(page.to_lowercase().contains("cache-control: no-store"), "{page}");
    assert!(page.contains("Begin here.") && page.contains("/_citepress/live.js"), "{page}");
    assert!(!site.built("guide/start/index.html").contains("_citepress"));
    assert!(server.get("/guide/start").contains("302 Found"));
    assert!(server.get("/nowhere/").starts_with("HTTP/1.1 404"));
}

#[test]
fn a_saved_change_is_built_and_open_pages_are_told() {
    let site = Site::new();
    let server = Server::start(&site);
    let mut events = server.events();
    assert_eq!(next(&mut events, "build"), "1");
    site.write("content/guide/start.md", "+++\ntitle = \"Start\"\n+++\nBegin elsewhere.\n");
    assert_eq!(next(&mut events, "build"), "2");
    assert!(server.get("/guide/start/").contains("Begin elsewhere."));
    site.write("content/new/page.md", "+++\ntitle = \"New\"\n+++\nIn a new folder.\n");
    server.wait_for("/new/page/", "In a new folder.");
    site.remove("content/new/page.md");
    server.wait_for("/new/page/", "404");
}

#[test]
fn a_fault_is_shown_and_the_last_good_page_goes_on() {
    let site = Site::new();
    let server = Server::start(&site);
    let mut events = server.events();
    site.write("content/guide/start.md", "+++\ntitel = \"Start\"\n+++\nBroken.\n");
    let faults = next(&mut events, "faults");
    assert!(faults.contains("unknown key `titel`"), "{faults}");
    assert!(server.get("/guide/start/").contains("Begin here."));
    site.write("content/guide/start.md", "+++\ntitle = \"Start\"\n+++\nMended.\n");
    server.wait_for("/guide/start/", "Mended.");
}

#[test]
fn no_path_leads_out_of_the_output_folder() {
    let site = Site::new();
    std::fs::write(site.around().join("secret.txt"), "secret").unwrap();
    let server = Server::start(&site);
    for path in
        ["/../secret.txt", "/%2e%2e/secret.txt", "/guide/..%2f..%2fsecret.txt", "/.citepress/manifest.txt"]
    {
        let answer = server.get(path);
        assert!(answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 400"), "{path}: {answer}");
        assert!(!answer.contains("secret"), "{path}");
    }
}

#[test]
fn a_name_of_another_machine_is_refused() {
    let site = Site::new();
    let server = Server::start(&site);
    let mut text = String::new();
    let request = "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    server.connect(request).read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 421"), "{text}");
}

#[test]
fn a_port_in_use_is_told_before_anything_is_built() {
    let site = Site::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ran = site.build(&["--serve", "--port", &port]).bad();
    assert!(ran.stderr().contains(&format!("port {port} is in use: choose another")), "{}", ran.stderr());
    assert!(!site.out().exists());
}
