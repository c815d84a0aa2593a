//! The embedded sample office, as a context opens it.
//!
//! In: the forms and places of an office, and faults. Out: a server on this machine. Unknown here: how figures are made
//! up, which `sample` does.

use crate::{Context, Failure, chain};
use clock::Clock;
use config::{Office, SourceKind, UnitsWanted};
use domain::{Period, Unit};
use sample::{self, Premises, SampleFault, SampleFaults, SampleOffice, Served, why_idle};

/// The seed of the sample figures, if no other is requested.
pub const SEED: u64 = 25;

/// What the sample office serves for an office: its forms, its places, its terms.
#[must_use]
pub fn premises(office: &Office, seed: u64) -> Premises {
    let forms = &office.regulation().forms;
    Premises::new(office.forms.clone(), office.regions.clone(), office.agencies.clone(), forms, seed)
}

/// The faults that change nothing in what an office requests from its sample office, each with the reason.
#[must_use]
pub fn idle_faults(office: &Office, faults: &SampleFaults) -> Vec<String> {
    if faults.0.is_empty() {
        return Vec::new();
    }
    let premises = premises(office, SEED);
    let is_idle = |fault: &SampleFault| {
        let spec = office.sample_sources.iter().find(|spec| spec.form == fault.form)?;
        let regions = || premises.regions.iter().map(|region| region.unit.clone());
        let units = match &spec.units {
            UnitsWanted::Republic => vec![Unit::republic()],
            UnitsWanted::Each => std::iter::once(Unit::republic()).chain(regions()).collect(),
            UnitsWanted::Listed(units) => units.clone(),
        };
        let served = Served { is_service: matches!(spec.kind, SourceKind::Service { .. }), units };
        let why = why_idle(fault, &premises, &served)?;
        Some(format!("fault `{}` has no effect: {why}", SampleFaults(vec![fault.clone()])))
    };
    faults.0.iter().filter_map(is_idle).collect()
}

/// Starts to serve on a port of this machine; ends when the returned value is dropped.
///
/// # Errors
/// When no port can be opened, or a fault is about an unknown form.
pub async fn serve(office: &Office, seed: u64, faults: SampleFaults, clock: Clock) -> Result<SampleOffice, Failure> {
    serve_about(office, seed, faults, clock, None).await
}

async fn serve_about(
    office: &Office,
    seed: u64,
    faults: SampleFaults,
    clock: Clock,
    about: Option<Period>,
) -> Result<SampleOffice, Failure> {
    let serving = sample::serve(Premises { about, ..premises(office, seed) }, faults, clock).await;
    serving.map_err(|error| Failure::usage(format!("the sample office could not begin to serve: {}", chain(&error))))
}

/// The sample office of a context that works at a period.
///
/// # Errors
/// As [`serve`].
pub async fn of_desk(context: &Context, about: Period) -> Result<SampleOffice, Failure> {
    serve_about(&context.office, SEED, context.faults.clone(), context.clock.clone(), Some(about)).await
}
