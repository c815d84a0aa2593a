//! Whom a report about a mail concerns: the organ, one of its addresses, or somebody else.
//!
//! In: a mail that was sent, and addresses of a report. Out: whether they are the organ's. Unknown here: what a report
//! says.

use super::{
    receipts::{About, Reading},
    sent_mails::SentMail,
};
use crate::distribution::transport_setup;
use config::TransportSettings;
use domain::{CopyStanding, EmailAddress};

impl Reading<'_> {
    /// The addresses of the organ: those of today, and those that took the mail.
    pub(super) fn own(&self, mail: &SentMail) -> Vec<EmailAddress> {
        let settings = &self.context.office.settings;
        let mut own = settings.addresses.get(&mail.parcel.organ).cloned().unwrap_or_default();
        own.extend(self.took(mail));
        own
    }

    /// The addresses that took a mail, as far as the journal has them.
    pub(super) fn took(&self, mail: &SentMail) -> Vec<EmailAddress> {
        let copies = self.records.get(&mail.parcel).map_or(&[][..], |record| &record.copies);
        let meant = copies.iter().filter(|c| mail.copies.is_empty() || mail.copies.contains(&c.record.number));
        meant.flat_map(|copy| copy.sending_of(mail.attempt()).taken_by.clone()).collect()
    }

    /// Whether every failed address is known to be somebody else's: the archive that got the mail too, or another
    /// organ. Their failures do not concern this organ.
    pub(super) fn is_of_others(&self, mail: &SentMail, failed: &[String]) -> bool {
        let settings = &self.context.office.settings;
        let archive = match &settings.transport {
            TransportSettings::Smtp(smtp) => smtp.archive.as_ref(),
            TransportSettings::Folder { .. } => None,
        };
        let others = settings.addresses.iter().filter(|(organ, _)| **organ != mail.parcel.organ);
        let others: Vec<&str> = others.flat_map(|(_, list)| list).chain(archive).map(EmailAddress::as_str).collect();
        let own = self.own(mail);
        let is_own = |failed: &str| own.iter().any(|a| a.as_str().eq_ignore_ascii_case(failed));
        failed.iter().all(|f| !is_own(f) && others.iter().any(|other| other.eq_ignore_ascii_case(f)))
    }

    /// Whether every address that a mail went to has failed.
    pub(super) fn is_for_all(&self, mail: &SentMail, failed: &[String]) -> bool {
        if self.is_of_others(mail, failed) {
            return false;
        }
        let mut to = self.took(mail);
        if to.is_empty() {
            let of = |number: &u32| transport_setup::addresses(&self.context.office, &mail.parcel.organ, *number);
            to = mail.copies.iter().flat_map(of).collect();
        }
        to.sort();
        to.dedup();
        // An address may forward its mail. Then the report contains another address, and only a mail to one address is
        // certain.
        to.len() == 1 || to.iter().all(|address| failed.iter().any(|f| f.eq_ignore_ascii_case(address.as_str())))
    }

    pub(super) fn is_of_organ(&self, mail: &SentMail, domain: &str) -> bool {
        self.own(mail).iter().any(|address| address.domain() == domain)
    }

    /// Whether it is uncertain whether a sending was taken.
    pub(super) fn is_open(&self, (parcel, copies, attempt): About<'_>) -> bool {
        let record = self.records.get(parcel);
        let meant = |c: &&CopyStanding| copies.is_empty() || copies.contains(&c.record.number);
        record.is_some_and(|r| r.copies.iter().filter(meant).any(|c| c.sending_of(attempt).is_uncertain()))
    }
}
