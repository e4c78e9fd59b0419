//! The command line, run as people run it: the real binary on real folders.

mod admin;
mod audit;
mod bad_input;
mod build;
mod export;
mod import;
mod serve;
mod site;
mod start;
mod theme;
mod website;
mod zola;
