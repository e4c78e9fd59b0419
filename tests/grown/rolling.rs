//! A new version comes: one process after the other is asked to end and started again.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream;

use super::company::Company;
use super::load::{Editor, Load};

/// How much goes on meanwhile.
struct Size {
    sites: usize,
    pages_a_second: u32,
    lasts: Duration,
}

impl Size {
    /// Enough to see something lost; another as `GROWN="SITES PAGES_A_SECOND SECONDS"` says, for BENCHMARKS.md.
    #[expect(clippy::disallowed_methods, reason = "how large a story is, whoever starts it says")]
    fn asked() -> Size {
        let asked = std::env::var("GROWN").unwrap_or_else(|_| "8 60 30".to_owned());
        let words: Vec<u32> = asked.split(' ').map(|word| word.parse().unwrap()).collect();
        let [sites, pages_a_second, seconds] = words[..] else { panic!("three numbers") };
        Size { sites: sites as usize, pages_a_second, lasts: Duration::from_secs(seconds.into()) }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_is_lost_while_nodes_and_workers_are_restarted_one_by_one() {
    let size = Size::asked();
    let mut company = Company::new().await;
    let editors = [Editor::new(&company, "one").await, Editor::new(&company, "two").await];
    let began = Instant::now();
    let others = stream::iter(2..size.sites).map(|n| format!("site-{n}"));
    let others = others.map(async |name| Editor::new(&company, &name).await).buffer_unordered(8);
    let others: Vec<Editor> = others.collect().await;
    println!("{} sites in {:?}", size.sites, began.elapsed());

    let load = Load::of(&editors, &others, size.pages_a_second);
    let (began, mut restarts) = (Instant::now(), 0);
    while began.elapsed() < size.lasts {
        for member in company.members() {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let took = member.stop().await;
            assert!(took < Duration::from_secs(30), "{took:?}");
            member.start();
            restarts += 1;
            // The proxy looks every half second.
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    }
    let took = began.elapsed();
    let told = load.end().await;
    let slowest = [50, 95, 99].map(|hundredths| told.percentile(hundredths));
    println!("{restarts} restarts in {took:?}: {} pages ({slowest:?} at p50, p95, p99)", told.pages);
    println!("{} sources, {} jobs, {} failures", told.sources, told.jobs, told.failures.len());
    assert_eq!(told.failures, Vec::<String>::new());
    assert!(told.pages > 200 && told.sources > 10 && told.jobs > 10, "hardly any load");
    company.holds(size.sites, &told).await;
}
