//! Addresses of sites.

/// How readers reach the sites: what a canonical link begins with, and where it ends in development.
#[derive(Debug, Clone)]
pub struct Address {
    /// `http` or `https`.
    pub scheme: &'static str,
    /// The port, where it is not the scheme's own.
    pub port: Option<u16>,
}

impl Address {
    /// The address of a host, without a slash at its end.
    pub fn of(&self, host: &str) -> String {
        match self.port {
            Some(port) => format!("{}://{host}:{port}", self.scheme),
            None => format!("{}://{host}", self.scheme),
        }
    }
}
