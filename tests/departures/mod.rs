//! Organisations that leave: nothing stays, and everything goes along.

mod at_once;
mod beside;
mod by_hand;
mod cached;
mod cut_off;
mod exports;
pub mod leaver;
mod traces;
