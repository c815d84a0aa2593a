//! The one integration-test binary, so that polars is linked once.

mod books;
mod cli;
mod intake;
mod post;
mod reading;
mod real;
mod sample;
mod stories;
mod support;
mod terms;
mod tidy;
