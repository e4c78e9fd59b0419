use super::*;
use crate::base::{Clock, Ids};
use crate::db::{Db, DbConfig};

async fn cdn(purge_url: &str, token: &str) -> Result<Option<Cdn>, BadCdn> {
    // As the binary does first thing in main.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&DbConfig { data: folder.path().to_owned(), ..DbConfig::default() }).await.unwrap();
    let queue = Queue::new(db, Ids::system(Clock::system()));
    let config =
        CdnConfig { purge_url: purge_url.to_owned(), token: Secret::new(token), batch: NonZeroUsize::MIN };
    Cdn::new(&config, queue)
}

#[tokio::test]
async fn the_operators_own_address_may_be_a_private_one_and_no_other_may() {
    let own = cdn("http://127.0.0.1:9000/purge", "").await.unwrap().unwrap();
    let reaches = |url: &str| own.0.poster.judge(&url.parse().unwrap()).is_ok();
    assert!(reaches("http://127.0.0.1:9000/"));
    for other in
        ["http://127.0.0.1:9001/", "http://127.0.0.2:9000/", "https://10.0.0.1/", "http://example.com/"]
    {
        assert!(!reaches(other), "{other}");
    }
}

#[tokio::test]
async fn a_setting_that_can_not_be_meant_is_named() {
    assert!(cdn("", "").await.unwrap().is_none(), "no address, no cache");
    for url in ["purge.example", "ftp://purge.example/", "https://", "https://user:password@purge.example/"] {
        let refused = cdn(url, "").await.err().unwrap().to_string();
        assert!(refused.starts_with("setting cdn.purge_url: "), "{url}: {refused}");
        assert!(!refused.contains("password@"), "{refused}");
    }
    let refused = cdn("https://purge.example/", "two\nlines").await.err().unwrap().to_string();
    assert!(refused.starts_with("setting cdn.token: ") && !refused.contains("two"), "{refused}");
}
