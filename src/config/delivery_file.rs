//! `[delivery]`, `[addresses]` and `[encryption]` of `zhinaq.toml`. In: these sections as written, and the organs of
//! the act. Out: the rules of delivery and the addresses of each organ, in [`Settings`]. This module does not know
//! whether an address exists.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Delivery, Settings, TooLargeFor, reader::Reader, values::FilePath};
use domain::{EmailAddress, OrganId};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDelivery {
    domains: Option<Vec<Spanned<String>>>,
    max_message_bytes: Option<Spanned<u64>>,
    too_large: Option<TooLargeFor>,
    encrypt: Option<bool>,
    copies: Option<BTreeMap<Spanned<String>, Vec<u32>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEncryption {
    passphrases: Option<FilePath>,
}

/// The smallest size limit of a mail, in bytes: a mail with a workbook does not fit below it.
pub(super) const SMALLEST: u64 = 64 * 1024;

/// Reads `[delivery]`, `[addresses]` and `[encryption]`. Each address has to lie in a domain that is allowed for its
/// organ. A rule for copies may contain only addresses of its organ.
///
/// `most` is the largest number of copies that an organ gets of one collection.
pub(super) fn read(reader: &mut Reader<'_>, organs: &[&str], most: impl Fn(&OrganId) -> u32, settings: &mut Settings) {
    let written: BTreeMap<Spanned<String>, WrittenDelivery> = reader.maybe("delivery").unwrap_or_default();
    settings.passphrases =
        reader.maybe::<WrittenEncryption>("encryption").and_then(|written| written.passphrases).map(|path| path.0);
    let mut rules = Vec::new();
    for (organ, written) in written {
        let (meant, rule) = meant(reader, written);
        if organ.get_ref() == "default" {
            for address in rule.keys() {
                let message = "copies go to addresses of one organ: write this under `[delivery.ORGAN]`";
                reader.fault(&address.span(), message);
            }
            settings.delivery_default = meant;
        } else if let Some(id) = organ_id(reader, organs, &organ) {
            rules.push((id.clone(), rule));
            settings.delivery.insert(id, meant);
        }
    }
    addresses(reader, organs, settings);
    for (organ, rule) in rules {
        for (address, numbers) in rule {
            let Some(parsed) = reader.parsed::<EmailAddress>(&address) else { continue };
            let known = settings.addresses.get(&organ).is_some_and(|list| list.contains(&parsed));
            if !known {
                reader.fault(&address.span(), format!("is not among the addresses of `{organ}`"));
            }
            if numbers.is_empty() || numbers.contains(&0) {
                reader.fault(&address.span(), "write the numbers of the copies that go there, from 1");
            }
            let most = most(&organ);
            if let Some(number) = numbers.iter().find(|number| **number > most) {
                let message = format!(
                    "copy {number} of `{organ}` does not exist: by the matrix it gets at most {} of a collection",
                    domain::counted(most, "copy")
                );
                reader.fault(&address.span(), message);
            }
            if let Some(delivery) = settings.delivery.get_mut(&organ) {
                delivery.copies.insert(parsed, numbers);
            }
        }
    }
}

type Rule = BTreeMap<Spanned<String>, Vec<u32>>;

fn meant(reader: &mut Reader<'_>, written: WrittenDelivery) -> (Delivery, Rule) {
    let mut domains = Vec::new();
    for domain in written.domains.unwrap_or_default() {
        let text = domain.get_ref().to_ascii_lowercase();
        if format!("x@{text}").parse::<EmailAddress>().is_ok() {
            domains.push(text);
        } else {
            reader.fault(&domain.span(), "is not a domain: write it in ASCII, such as `example.org`");
        }
    }
    if let Some(limit) = written.max_message_bytes.as_ref().filter(|limit| *limit.get_ref() < SMALLEST) {
        reader.fault(&limit.span(), format!("no mail with a workbook fits; at least {SMALLEST}"));
    }
    let delivery = Delivery {
        domains,
        max_message_bytes: written.max_message_bytes.map(Spanned::into_inner),
        too_large: written.too_large,
        encrypt: written.encrypt,
        copies: BTreeMap::new(),
    };
    (delivery, written.copies.unwrap_or_default())
}

fn addresses(reader: &mut Reader<'_>, organs: &[&str], settings: &mut Settings) {
    let Some(written) = reader.maybe::<BTreeMap<Spanned<String>, Vec<Spanned<String>>>>("addresses") else { return };
    for (organ, texts) in written {
        let id = organ_id(reader, organs, &organ);
        let mut addresses = Vec::new();
        for text in &texts {
            let Some(address) = reader.parsed::<EmailAddress>(text) else { continue };
            if let Some(id) = &id
                && let Some(why) = forbidden(settings, id, &address)
            {
                reader.fault(&text.span(), why);
            }
            addresses.push(address);
        }
        if let Some(id) = id {
            settings.addresses.insert(id, addresses);
        }
    }
}

/// Why mail for an organ may not go to an address; `None` if it may.
fn forbidden(settings: &Settings, organ: &OrganId, address: &EmailAddress) -> Option<String> {
    let allowed = settings.domains_of(organ);
    if allowed.is_empty() || allowed.iter().any(|domain| address.is_within(domain)) {
        return None;
    }
    let domain = address.domain();
    let alike = allowed.iter().find(|known| address.looks_like(known));
    Some(match alike {
        Some(known) => format!("the domain `{domain}` only looks like `{known}`; mail for `{organ}` may not go there"),
        None => format!("mail for `{organ}` may go to {} and not to `{domain}`; see [delivery]", allowed.join(", ")),
    })
}

fn organ_id(reader: &mut Reader<'_>, organs: &[&str], organ: &Spanned<String>) -> Option<OrganId> {
    reader.known("organ in recipients.toml", organ, organs.iter().copied()).then(|| reader.parsed(organ))?
}
