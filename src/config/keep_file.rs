//! `[keep]` of `zhinaq.toml`. In: the table as written. Out: how long files are kept that can be made again. This module
//! does not know where they lie.

use serde::Deserialize;
use toml::Spanned;

use super::{Keep, reader::Reader};

#[expect(clippy::struct_field_names, reason = "the names are those of the file")]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKeep {
    trials_days: Option<Spanned<u64>>,
    formats_days: Option<Spanned<u64>>,
    alerts_days: Option<Spanned<u64>>,
    data_days: Option<Spanned<u64>>,
}

/// The longest term, in days: a hundred years.
const LONGEST: u64 = 36_525;

/// Reads the table.
pub(super) fn read(reader: &mut Reader<'_>) -> Keep {
    let Some(written) = reader.maybe::<WrittenKeep>("keep") else { return Keep::default() };
    let mut term = |written: Option<Spanned<u64>>| {
        let days = written?;
        if (1..=LONGEST).contains(days.get_ref()) {
            return Some(days.into_inner());
        }
        reader.fault(
            &days.span(),
            format!("a term of keeping is from 1 to {LONGEST} days; leave it out to keep for ever"),
        );
        None
    };
    Keep {
        trials_days: term(written.trials_days),
        formats_days: term(written.formats_days),
        alerts_days: term(written.alerts_days),
        data_days: term(written.data_days),
    }
}
