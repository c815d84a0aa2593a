//! Settles all uncertain parcels for which the evidence is complete, in one act of a person.
//!
//! In: mailboxes and logs. Out: what their evidence proves, and, if the person says so, one fact a mail with its own
//! evidence. Unknown here: how evidence is read, which `distribution::receipts` does.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    Came, Context, Failure, ReceiptsScope, Trouble,
    context::{claimed::claiming, permissions},
    distribution::{interrupted, receipts},
    status::requirements,
};
use domain::{Fact, ParcelId, ParcelState, Period, Piece, Right, parcels};
use ledger::Filter;

/// What the evidence proves about the uncertain parcels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ProvedReport {
    /// The mails that the evidence proves to be handed over.
    pub proved: Vec<Came>,
    /// The uncertain mails for a person to look at one by one, and why.
    pub left: Vec<Trouble>,
    /// Whether the proved mails were settled; if not, they were only shown.
    pub settled: bool,
}

/// Reads the evidence, and settles what it proves if `yes`. Only evidence of a hand-over settles a mail here: what has
/// bounced would go again, so a person looks at it.
///
/// # Errors
/// When a folder or log cannot be read, the person does not have the role, or the ledger fails.
pub async fn settle_proved(context: &Context, scope: &ReceiptsScope, yes: bool) -> Result<ProvedReport, Failure> {
    if !yes {
        return proved(context, scope).await;
    }
    context.person(Right::Receipts).await?;
    for quarter in quarters(context).await? {
        interrupted::mend(context, quarter).await?;
    }
    let touched = proved(context, scope).await?.proved.into_iter().map(|came| Piece::Hand(came.parcel));
    claiming(context, touched, async |claimed| {
        let mut report = proved(context, scope).await?;
        // What was proved meanwhile is settled the next time.
        report.proved.retain(|came| claimed.holds(&Piece::Hand(came.parcel.clone())));
        let mut facts = Vec::with_capacity(report.proved.len());
        for came in &report.proved {
            facts.push(Fact::Settled {
                parcel: came.parcel.clone(),
                state: ParcelState::Handed,
                evidence: permissions::evidence(&came.words)?,
                copies: came.copies.clone(),
            });
        }
        context.record_holding(&[claimed], &facts).await?;
        report.settled = true;
        Ok(report)
    })
    .await
}

/// The quarters in which parcels were sent.
async fn quarters(context: &Context) -> Result<Vec<Period>, Failure> {
    let events = context.events(&Filter::default().kinds(&["queued"])).await?;
    let mut quarters = Vec::new();
    for event in &events {
        let Some(period) = event.fact.period() else { continue };
        let quarter = requirements::quarter(period)?;
        if !quarters.contains(&quarter) {
            quarters.push(quarter);
        }
    }
    Ok(quarters)
}

/// The uncertain mails, each with what the evidence says about it.
async fn proved(context: &Context, scope: &ReceiptsScope) -> Result<ProvedReport, Failure> {
    let (read, _) = receipts::read(context, scope).await?;
    let mut evidence: BTreeMap<(ParcelId, Vec<u32>), Vec<Came>> = BTreeMap::new();
    for came in read.proposals {
        evidence.entry((came.parcel.clone(), came.copies.clone())).or_default().push(came);
    }
    let kinds = ["queued", "sending", "outcome", "settled", "resend", "readdressed"];
    let records = parcels(&context.events(&Filter::default().kinds(&kinds)).await?);
    let mut report = ProvedReport::default();
    for record in records.values() {
        for mail in record.uncertain() {
            let about = (record.parcel.clone(), mail.as_slice().to_vec());
            let found = evidence.remove(&about).unwrap_or_default();
            let is_proved = !found.is_empty() && found.iter().all(|came| came.state == ParcelState::Handed);
            let words: Vec<&str> = found.iter().map(|came| came.words.as_str()).collect();
            if is_proved {
                let first = found[0].clone();
                report.proved.push(Came { words: words.join("; "), ..first });
                continue;
            }
            let why = match words[..] {
                [] => "no evidence found".to_owned(),
                _ => format!("the evidence does not prove that it was handed over: {}", words.join("; ")),
            };
            report.left.push(Trouble::new(
                format!("parcel `{}`, {}", record.parcel, mail.are().trim_end_matches(" is").trim_end_matches(" are")),
                why,
            ));
        }
    }
    Ok(report)
}
