//! The command that brings the documents of forms.
//!
//! In: forms of a period. Out: a command that requests them from their sources, or one that takes in files that a person
//! has. Unknown here: why they are missing.

use crate::{
    Context, Hint,
    intake::sources::{Unasked, unasked},
};
use domain::{FormId, Period};

/// How many forms a command lists; more are the whole period.
const LISTED: usize = 3;

/// The command for forms that are missing: it requests those that can be requested. If none can, it takes in the files
/// of those without a source, or else requests those whose source needs a key, once the key is set.
pub(super) fn bring(context: &Context, period: Period, forms: &[&FormId]) -> Hint {
    let of = |why: fn(Option<Unasked>) -> bool| -> Vec<&FormId> {
        forms.iter().copied().filter(|form| why(unasked(context, form))).collect()
    };
    let ready = of(|why| why.is_none());
    let brought = of(|why| why == Some(Unasked::NoSource));
    match (ready.is_empty(), brought.is_empty()) {
        (false, _) => request(context, period, &ready),
        (true, false) => take_files(context, period, &brought),
        (true, true) => request(context, period, forms),
    }
}

fn request(context: &Context, period: Period, forms: &[&FormId]) -> Hint {
    let how = context.call.command("pull").option("--period", period);
    if forms.len() > LISTED {
        return how;
    }
    forms.iter().fold(how, |how, form| how.option("--form", form))
}

/// The command that takes in the files of forms. Each file states its form; a command can add it for one form only.
pub(super) fn take_files(context: &Context, period: Period, forms: &[&FormId]) -> Hint {
    let how = context.call.command("pull").option("--period", period);
    let how = match forms {
        [one] => how.option("--form", one),
        _ => how,
    };
    how.asked("--from-file")
}
