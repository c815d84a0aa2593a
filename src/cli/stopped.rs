//! The last line of a command that a signal stopped: what is left.

use super::{global::Global, out};
use pipeline::{Context, StatusReport};

/// Prints what is left, if the command was stopped.
pub fn say(context: &Context, global: &Global, command: &str, standing: &StatusReport) {
    if !context.stop.is_asked() {
        return;
    }
    let parcels = &standing.status.totals.parcels;
    let left = parcels.expected.saturating_sub(parcels.handed);
    let how = context.call.command(command).option("--period", standing.status.period);
    let rest = match left {
        0 => "nothing is left".to_owned(),
        _ => format!("{} left; {how} goes on", domain::counted(left, "parcel")),
    };
    out::say(
        global,
        &format!(
            "stopped by a signal: {} handed over by this run, {} of {} in all; {rest}",
            domain::counted(parcels.handed_now, "parcel"),
            parcels.handed,
            parcels.expected
        ),
    );
}
