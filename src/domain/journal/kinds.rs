//! The kinds of facts as words, for filters and completions. This module does not know what a fact means.

/// Every kind of fact, as [`super::Fact::kind`] and the JSON of a fact have it.
pub const FACT_KINDS: [&str; 53] = [
    "run-started",
    "run-finished",
    "fetched",
    "fetch-failed",
    "dataset-read",
    "refused",
    "judged",
    "accepted",
    "rejected",
    "withdrawn",
    "corrected",
    "checked",
    "overridden",
    "hastened",
    "built",
    "approved",
    "queued",
    "sealed",
    "sending",
    "outcome",
    "settled",
    "resend",
    "readdressed",
    "reconciled",
    "restored",
    "mailbox-read",
    "scheduled",
    "tried",
    "met",
    "overdue",
    "emergency",
    "alerted",
    "closed",
    "access-asked",
    "access-granted",
    "access-refused",
    "access-blocked",
    "access-invited",
    "access-proved",
    "agreement-signed",
    "signed-in",
    "sign-in-refused",
    "signed-out",
    "review-signed",
    "planned-work",
    "downloaded",
    "request-taken",
    "request-step",
    "placed",
    "placement-seen",
    "placement-approved",
    "placed-by-person",
    "placement-withdrawn",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fact;

    /// serde lists the kinds of the type in its message about an unknown one.
    #[test]
    fn the_list_has_every_kind_of_the_type() {
        let error = serde_json::from_str::<Fact>(r#"{"kind":"x"}"#).unwrap_err().to_string();
        let of_type: Vec<&str> = error.split('`').skip(3).step_by(2).collect();
        assert_eq!(of_type, FACT_KINDS, "{error}");
    }
}
