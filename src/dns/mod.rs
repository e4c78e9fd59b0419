//! Looking names up: the name servers of the system or of a setting, asked anew each time, in bounded time and size.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use async_trait::async_trait;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, RecordType};

/// Records of one answer that are looked at, and bytes of one text.
const RECORDS: usize = 50;
const TEXT: usize = 512;
const ONE_TRY: Duration = Duration::from_secs(2);

/// What names say. The name servers of the world, or a test's.
#[async_trait]
pub trait Names: Send + Sync {
    /// The texts (TXT) of a name; none where there is no such name.
    ///
    /// # Errors
    /// [`Unanswered`].
    async fn texts(&self, name: &str) -> Result<Vec<String>, Unanswered>;

    /// The addresses of a name, both kinds; none where there is no such name.
    ///
    /// # Errors
    /// [`Unanswered`].
    async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, Unanswered>;
}

/// Nobody could say. That is not to say that there is nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the name servers gave no answer ({0})")]
pub struct Unanswered(String);

/// How names are looked up.
#[derive(Debug, Clone)]
pub struct DnsConfig {
    /// Name servers; without any, those of the system.
    pub servers: Vec<SocketAddr>,
    /// The longest that one question may take, with its repetitions.
    pub timeout: Duration,
}

/// Asks name servers. What it was told once it does not keep: who has just set a record is not to wait for an old answer.
pub struct NameServers {
    resolver: Result<TokioResolver, String>,
    timeout: Duration,
}

impl NameServers {
    /// Where the system has no name servers to ask, every question goes unanswered.
    pub fn new(config: &DnsConfig) -> NameServers {
        let resolver = resolver(config).map_err(|error| error.to_string());
        NameServers { resolver, timeout: config.timeout }
    }

    async fn ask(&self, name: &str, kind: RecordType) -> Result<Vec<RData>, Unanswered> {
        let resolver = self.resolver.as_ref().map_err(|why| Unanswered(why.clone()))?;
        // With the dot at its end it is a whole name: the system's search list is not for names of the world.
        let asked = resolver.lookup(format!("{}.", name.trim_end_matches('.')), kind);
        match tokio::time::timeout(self.timeout, asked).await {
            Ok(Ok(found)) => {
                let data = found.answers().iter().map(|record| record.data.clone());
                Ok(data.filter(|data| data.record_type() == kind).take(RECORDS).collect())
            }
            Ok(Err(error)) if error.is_no_records_found() => Ok(Vec::new()),
            Ok(Err(error)) => Err(Unanswered(error.to_string())),
            Err(_) => Err(Unanswered(format!("not within {} seconds", self.timeout.as_secs()))),
        }
    }
}

fn resolver(config: &DnsConfig) -> Result<TokioResolver, NetError> {
    let mut builder = if config.servers.is_empty() {
        TokioResolver::builder_tokio()?
    } else {
        let servers = config.servers.iter().map(|server| {
            let on = |mut connection: ConnectionConfig| {
                connection.port = server.port();
                connection
            };
            let both = vec![on(ConnectionConfig::udp()), on(ConnectionConfig::tcp())];
            NameServerConfig::new(server.ip(), true, both)
        });
        let config = ResolverConfig::from_parts(None, Vec::new(), servers.collect());
        TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
    };
    let options: &mut ResolverOpts = builder.options_mut();
    options.cache_size = 0;
    options.use_hosts_file = ResolveHosts::Never;
    options.timeout = ONE_TRY;
    options.attempts = 2;
    builder.build()
}

#[async_trait]
impl Names for NameServers {
    async fn texts(&self, name: &str) -> Result<Vec<String>, Unanswered> {
        let text = |data: RData| match data {
            // A long text comes in pieces that belong together (RFC 7208, 3.3 tells the same).
            RData::TXT(txt) => {
                let bytes: Vec<u8> = txt.txt_data.iter().flatten().copied().take(TEXT).collect();
                Some(String::from_utf8_lossy(&bytes).into_owned())
            }
            _ => None,
        };
        Ok(self.ask(name, RecordType::TXT).await?.into_iter().filter_map(text).collect())
    }

    async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, Unanswered> {
        let (four, six) = tokio::join!(self.ask(name, RecordType::A), self.ask(name, RecordType::AAAA));
        let address = |data: RData| match data {
            RData::A(a) => Some(IpAddr::V4(a.0)),
            RData::AAAA(a) => Some(IpAddr::V6(a.0)),
            _ => None,
        };
        // One kind is enough to be found.
        let found: Vec<RData> = match (four, six) {
            (Err(error), Err(_)) => return Err(error),
            (four, six) => [four, six].into_iter().flatten().flatten().collect(),
        };
        Ok(found.into_iter().filter_map(address).collect())
    }
}
