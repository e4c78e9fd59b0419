//! The console: over HTTP, as a browser without script uses it (forms with their hidden fields, cookies, redirects), and in
//! a real browser.

mod accounts;
mod browser;
mod docs;
mod editing;
mod forged;
mod furnished;
mod looks;
pub mod rig;
mod site;
mod story;
mod tables;
mod tenancy;
