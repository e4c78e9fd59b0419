//! The crate as its callers see it.

// Named cfg(test) so that clippy knows the helpers in them for test code.
#[cfg(test)]
mod edges;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod report;
#[cfg(test)]
mod rules;
