//! The conformance suite of the job engine. Effects are counted by a journal outside the database, and what has to be
//! killed is a process of its own.

#![allow(clippy::unwrap_used, reason = "what fails in a test's own machinery is to fail the test")]

mod attempts;
mod child;
mod journal;
mod kinds;
mod rig;
