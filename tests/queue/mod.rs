//! The conformance suite of the job engine. Effects are counted by a journal outside the database, and what has to be
//! killed is a process of its own.
//!
//! It runs on SQLite, and on PostgreSQL when `TEST_DATABASE_URL` names a server.

#![allow(clippy::unwrap_used, reason = "what fails in a test's own machinery is to fail the test")]

mod attempts;
mod cancelling;
mod child;
mod crashes;
mod enqueueing;
mod journal;
mod kinds;
mod outages;
mod people;
mod progress;
pub mod rig;
mod schedules;
mod sharing;
