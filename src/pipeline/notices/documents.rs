//! The notice about documents whose files are missing in the output.
//!
//! In: a context and the catalogue. Out: one notice with one command for all. Unknown here: figures.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Catalogue, Context,
    intake::lost::lost,
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
    let text =
        format!("{are} missing in the output (form {names}); fetch them again, or bring them back from a backup");
    let subject = |(form, (periods, snapshots)): (&&FormId, &(BTreeSet<Period>, BTreeSet<Sha256>))| {
        NoticeSubject::new(form, format!("{} missing, of {}", counted(snapshots.len(), "file"), named(periods)))
    };
    let notice = StatusNotice::of(NoticeKind::DocumentsMissing, Severity::Error, text).because(cause);
    let how = context.call.command("pull").flag("--lost");
    Some(notice.about(forms.iter().map(subject).collect()).with(how))
}
