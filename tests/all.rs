//! The one integration-test binary, so that polars is linked once.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod access;
mod acts;
mod books;
mod cases;
mod checks;
mod cli;
mod console;
mod evidence;
mod intake;
mod post;
mod publication;
mod reading;
mod real;
mod requests;
mod sample;
mod services;
mod stories;
mod support;
mod terms;
mod tidy;
mod time;
