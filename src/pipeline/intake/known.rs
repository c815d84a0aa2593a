//! Judges documents that came before, together with what came or was decided since.
//!
//! In: the catalogue, and what documents say they are. Out: facts. Unknown here: the rules of the judgement, which are
//! in `read`.

use crate::{Catalogue, Context, Failure, Progress, Trouble, context::grouped, intake::repeated};
use domain::{DatasetKey, Fact, Sha256};
use read::{Identity, Verdict, judge};

/// Judges everything that was ever taken once more, after a person decided about some of it. Applies the changes to the
/// catalogue and returns them.
///
/// # Errors
/// When the store fails.
pub fn judge_again(context: &Context, catalogue: &mut Catalogue) -> Result<Vec<Fact>, Failure> {
    let known: Vec<(DatasetKey, u32, Sha256)> =
        catalogue.newest().map(|(k, e)| (k.clone(), e.revision, e.snapshot)).collect();
    let told = repeated::told(context, &known)?;
    let identities: Vec<Identity> = told.iter().map(|told| told.identity.clone()).collect();
    let mut verdicts = judge(&identities);
    repeated::hold(context, catalogue, &known, &told, Vec::new(), &mut verdicts)?;
    Ok(on_known(&*context.progress, catalogue, known, &identities, verdicts))
}

/// What a judgement changes about documents that came before. Applies the changes to the catalogue and returns them.
pub fn on_known(
    progress: &dyn Progress,
    catalogue: &mut Catalogue,
    known: Vec<(DatasetKey, u32, Sha256)>,
    identities: &[Identity],
    verdicts: Vec<Verdict>,
) -> Vec<Fact> {
    let (mut on_known, mut held) = (Vec::new(), Vec::new());
    for (((key, revision, _), identity), verdict) in known.into_iter().zip(identities).zip(verdicts) {
        // A document that waits without a release number waits for a reason that the judge does not check.
        if verdict == Verdict::Taken && identity.release.is_none() {
            continue;
        }
        let why = match verdict {
            Verdict::Taken => None,
            Verdict::Held(why) | Verdict::Refused(why) => Some(why),
        };
        if catalogue.changes_standing(&key, revision, why.as_deref()) {
            if let Some(why) = &why {
                held.push(Trouble::new(key.to_string(), format!("held from now on: {why}")));
            }
            let fact = Fact::Judged { key, revision, held: why };
            catalogue.apply(&fact);
            on_known.push(fact);
        }
    }
    for trouble in grouped(&held) {
        progress.say(&format!("{}: {}", trouble.what, trouble.why));
    }
    on_known
}
