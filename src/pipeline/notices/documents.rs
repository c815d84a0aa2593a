//! The notice about documents whose files are missing in the output.
//!
//! In: a context and the catalogue. Out: one notice with one command for all. Unknown here: figures.

use std::collections::{BTreeMap, BTreeSet};

use super::bring::take_files;
use crate::{
    Catalogue, Context,
    intake::{
        lost::lost,
        sources::{Unasked, unasked},
    },
    status::notice::{NoticeKind, NoticeSubject, StatusNotice, named},
};
use domain::{FormId, Period, Severity, Sha256, counted};

/// The notice about files that are missing; `None` if all are here.
pub(super) fn missing(context: &Context, catalogue: &Catalogue) -> Option<StatusNotice> {
    let mut forms: BTreeMap<&FormId, (BTreeSet<Period>, BTreeSet<Sha256>)> = BTreeMap::new();
    for (key, edition) in lost(context, catalogue) {
        let (periods, snapshots) = forms.entry(&key.form).or_default();
        periods.insert(key.period);
        snapshots.insert(edition.snapshot);
    }
    let files: BTreeSet<&Sha256> = forms.values().flat_map(|(_, snapshots)| snapshots).collect();
    if files.is_empty() {
        return None;
    }
    let cause = "files of documents are missing in the output";
    let are = if files.len() == 1 {
        "the file of 1 document is"
    } else {
        &format!("the files of {} are", counted(files.len(), "document"))
    };
    let names = named(forms.keys());
    let is_brought = forms.keys().all(|form| unasked(context, form) == Some(Unasked::NoSource));
    let again = if is_brought { "bring their files again" } else { "fetch them again" };
    let text = format!("{are} missing in the output (form {names}); {again}, or bring them back from a backup");
    let subject = |(form, (periods, snapshots)): (&&FormId, &(BTreeSet<Period>, BTreeSet<Sha256>))| {
        NoticeSubject::new(form, format!("{} missing, of {}", counted(snapshots.len(), "file"), named(periods)))
    };
    let notice = StatusNotice::of(NoticeKind::DocumentsMissing, Severity::Error, text).because(cause);
    let periods: BTreeSet<Period> = forms.values().flat_map(|(periods, _)| periods.iter().copied()).collect();
    let ids: Vec<&FormId> = forms.keys().copied().collect();
    let how = match periods.first() {
        Some(one) if is_brought && periods.len() == 1 => take_files(context, *one, &ids),
        _ if is_brought => context.call.command("pull").asked("--from-file"),
        _ => context.call.command("pull").flag("--lost"),
    };
    Some(notice.about(forms.iter().map(subject).collect()).with(how))
}
