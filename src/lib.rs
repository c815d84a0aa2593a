//! Zhinaq (жинақ, "collection"): pulls the report forms of legal statistics of Kazakhstan on their legal deadlines,
//! checks them, assembles the electronic collections of the Instruction (order No 25 of 15.04.2019), and delivers
//! numbered copies to state organs.
//!
//! Data flows one way:
//!
//! ```text
//! regulation + calendar → plan → pull → snapshot → dataset → findings → book → master → copies → parcels → receipts
//!                                └────────── every step leaves an event in the ledger ──────────┘
//! ```
//!
//! Each folder of `src/` is a crate; `ARCHITECTURE.md` describes them.

pub use {
    access, acquire, assemble, cli, clock, config, console, distribute, domain, durable, evidence, formats, ledger,
    ooxml, pipeline, read, sample, schedule, site, site_service, smtp, store, validate, words, workbook,
};
