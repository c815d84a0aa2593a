//! The staff console: what the command line does at a terminal, in a browser.
//!
//! In: requests of browsers. Out: pages, or the same models as JSON. A page shows what a use-case of the pipeline returns,
//! and decides nothing about figures, collections or parcels: those acts are the command line's. Each address, with the right that it needs, is in one table ([`doors()`]), from which the router is made.
//!
//! - `server`: connections: encryption, slow browsers, the end
//! - `doors`, `admit`: which address needs which right; who asks, and whether they may
//! - `served`: the office as its files are now, in each language
//! - `pages/`: one file for each group of addresses
//!
//! What always holds, with the tests that hold it:
//! - No address is without its right in the table (`console::rights`).
//! - A GET changes nothing; a POST from another site, or without the token of its session, changes nothing
//!   (`console::forged`).
//! - Text from outside stays text (`console::markup`).
//!
//! Unknown here: SQL, files of the output, command lines.

mod admit;
mod answer;
mod asked;
mod cookies;
mod doors;
mod fields;
mod headers;
mod log;
mod pages;
mod served;
mod server;
mod speech;
mod templates;
mod tls;

pub use doors::{ConsoleDoor, Needs, doors};
pub use server::{ConsoleOptions, Running, begin};
pub use speech::speeches;
