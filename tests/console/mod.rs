//! The console: over HTTP, as a browser without script uses it (forms with their hidden fields, cookies, redirects), and in
//! a real browser.

mod accounts;
mod browser;
mod docs;
mod domains;
mod editing;
mod editions;
mod forged;
mod furnished;
mod keyboard;
mod live;
pub mod looks;
mod redirects;
pub mod rig;
mod search;
mod shelf;
mod site;
mod story;
mod tables;
mod tenancy;
