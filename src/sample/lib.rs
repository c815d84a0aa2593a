//! The embedded sample office: all forms over loopback HTTP, in the two shapes of the real sources.
//!
//! In come the templates of the forms, the regions and agencies, and a seed. Out comes an address of the loopback
//! interface. It serves form workbooks and JSON services for any period from 2019 to 2027. The figures are made up and
//! marked SAMPLE DATA, but they are consistent: they satisfy every rule of the templates, the sums over regions and
//! agencies, the course of a year, and the stocks from year to year. On request the office serves the faults of
//! [`FaultKind`].
//!
//! How figures are made: rows are sets of atoms ([`rows`]), so rules between rows always hold. The columns of an atom
//! are made in ways that never fall and never exceed their bounds ([`columns`]); [`balance`] finds these ways from the
//! rules. Regions and agencies begin at certain times ([`spans`]).
//!
//! This crate does not know sources, snapshots and reading. It uses the clock only to decide what is already published.
//!
//! ```no_run
//! # async fn f(premises: sample::Premises) -> Result<(), sample::SampleError> {
//! use clock::Clock;
//! let office = sample::serve(premises, "html:1-m:1971".parse().unwrap_or_default(), Clock::System).await?;
//! // GET {base}/forms/202506_1m_00000_1975__ru.XLSX
//! // GET {base}/proxy/gp_od_service_1e?apiKey=any&date=2025-07-01
//! assert!(office.base.starts_with("http://127.0.0.1:"));
//! office.stop().await;
//! # Ok(())
//! # }
//! ```

mod address;
mod balance;
mod chance;
mod columns;
mod deal;
mod deceive;
mod document;
mod door;
mod effect;
mod error;
mod faults;
mod figures;
mod memory;
mod office;
mod plan;
mod plausible;
mod premises;
mod printed;
mod release;
mod render;
mod response_cache;
mod rows;
mod spans;
mod year;

pub use door::SECOND;
pub use effect::{Served, why_idle};
pub use error::SampleError;
pub use faults::{FaultKind, FaultsError, SampleFault, SampleFaults};
pub use figures::Figures;
pub use office::{SampleOffice, serve};
pub use premises::{Offer, Premises};
pub use render::MARK;
