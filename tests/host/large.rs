//! Files that are too large to be kept in memory.

use bytes::Bytes;
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, HOST, RANGE};

use crate::publishing::rig::{Rig, client};

/// A site with a file of this size.
pub async fn with_file(rig: &Rig, size: usize) -> Bytes {
    let content: Bytes = (0..size).map(|n| (n % 253) as u8).collect::<Vec<u8>>().into();
    rig.app.sites.put_file(&rig.scope, "static/large.bin", content.clone()).await.unwrap();
    rig.write(&[("_index.md", "Welcome.")]).await;
    rig.publish().await;
    content
}

#[tokio::test]
async fn a_large_file_comes_whole_and_in_part() {
    let rig = Rig::new().await;
    let content = with_file(&rig, 3_000_000).await;
    let url = format!("http://127.0.0.1:{}/large.bin", rig.port);
    let get = || client().get(&url).header(HOST, "acme.localhost");
    let whole = get().send().await.unwrap();
    assert_eq!(whole.headers()[CONTENT_LENGTH], "3000000");
    assert_eq!(whole.bytes().await.unwrap(), content);
    let part = get().header(RANGE, "bytes=1000-2500000").send().await.unwrap();
    assert_eq!(
        (part.status().as_u16(), &part.headers()[CONTENT_RANGE]),
        (206, &"bytes 1000-2500000/3000000".parse().unwrap())
    );
    assert_eq!(part.bytes().await.unwrap(), content.slice(1_000..2_500_001));
    let head = client().head(&url).header(HOST, "acme.localhost").send().await.unwrap();
    assert_eq!(head.headers()[CONTENT_LENGTH], "3000000");
    rig.stop().await;
}

#[tokio::test]
async fn a_large_file_that_is_damaged_does_not_arrive_whole() {
    let rig = Rig::new().await;
    let mut content = with_file(&rig, 3_000_000).await.to_vec();
    let hash = citepress::storage::BlobHash::of(&content);
    content[7] ^= 1;
    std::fs::write(rig.app.storage.file(hash).unwrap(), content).unwrap();
    let url = format!("http://127.0.0.1:{}/large.bin", rig.port);
    let answer = client().get(&url).header(HOST, "acme.localhost").send().await.unwrap();
    assert!(answer.bytes().await.is_err());
    rig.stop().await;
}
