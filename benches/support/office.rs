//! Runs the program in an office, and assembles the books to measure.

use std::{
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use zhinaq::{
    assemble::Book,
    clock::Clock,
    config::Office,
    domain::{Actor, Origin, Period},
    pipeline::{Context, ContextOptions, Silent, book_of},
};

/// Runs the program in an office.
pub fn zhinaq(home: &Path, words: &[&str]) {
    let status = Command::new(env!("CARGO_BIN_EXE_zhinaq"))
        .args(words)
        .args(["--quiet", "--home"])
        .arg(home)
        .stdout(Stdio::null())
        .status()
        .expect("the program runs");
    assert!(status.success(), "{words:?}");
}

/// Every collection of a period, assembled.
pub async fn books(home: &Path, period: &str, sample: bool) -> Vec<Book> {
    let office = Office::for_sample(home).expect("an office");
    let collections: Vec<_> = office.regulation().collections.iter().map(|c| c.id.clone()).collect();
    let options = ContextOptions {
        clock: Clock::System,
        actor: Actor::named("bench"),
        origin: Some(if sample { Origin::Sample } else { Origin::Real }),
        faults: zhinaq::sample::SampleFaults::default(),
        progress: Arc::new(Silent),
        call: zhinaq::pipeline::Invocation::default(),
    };
    let context = Context::open(office, options).await.expect("a context");
    let period: Period = period.parse().expect("a period");
    let mut books = Vec::new();
    for collection in collections {
        books.extend(book_of(&context, period, &collection).await.ok());
    }
    books
}
