//! The mark of the settings by which an organ's parcels go. In: the settings. Out: a short hash. This module does not know
//! what was refused.

use super::{Settings, TransportSettings};
use domain::{OrganId, Sha256};

impl Settings {
    /// Changes with every setting that can end a refusal for good: the mail server, the sender, the size limits, the
    /// organ's addresses and rules. It contains no secret, only the places of secrets.
    #[must_use]
    pub fn delivery_mark(&self, organ: &OrganId) -> String {
        let way = match &self.transport {
            TransportSettings::Folder { path } => path.display().to_string(),
            TransportSettings::Smtp(smtp) => format!(
                "{}:{} {:?} {:?} {} {}",
                smtp.host,
                smtp.port,
                smtp.tls,
                smtp.login,
                smtp.from.as_str(),
                smtp.max_message_bytes
            ),
        };
        let addresses = self.addresses.get(organ).into_iter().flatten().map(domain::EmailAddress::as_str);
        let rules = self.delivery.get(organ).into_iter().flat_map(|delivery| &delivery.copies);
        let rules = rules.map(|(address, numbers)| format!("{}={numbers:?}", address.as_str()));
        let text = format!(
            "{way}\n{}\n{}\n{:?} {:?}",
            addresses.collect::<Vec<_>>().join(" "),
            rules.collect::<Vec<_>>().join(" "),
            self.largest_mail_of(organ),
            self.too_large_for(organ)
        );
        Sha256::of(text.as_bytes()).short()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_changes_with_what_concerns_the_organ_and_with_nothing_else() {
        let (mia, knb): (OrganId, OrganId) = ("mia".parse().unwrap(), "knb".parse().unwrap());
        let settings = Settings::defaults("order-25-2019");
        let mut other = settings.clone();
        other.addresses.insert(mia.clone(), vec!["office@example.org".parse().unwrap()]);
        assert_ne!(settings.delivery_mark(&mia), other.delivery_mark(&mia));
        assert_eq!(settings.delivery_mark(&knb), other.delivery_mark(&knb));
        let before = other.delivery_mark(&mia);
        // `Debug` masks addresses; the mark does not.
        other.addresses.insert(mia.clone(), vec!["other@example.org".parse().unwrap()]);
        assert_ne!(other.delivery_mark(&mia), before);
        other.delivery_default.max_message_bytes = Some(1_000_000);
        assert_ne!(other.delivery_mark(&knb), settings.delivery_mark(&knb));
        other = settings.clone();
        other.language = domain::Language::KK;
        assert_eq!(other.delivery_mark(&mia), settings.delivery_mark(&mia));
    }
}
