//! `schedules/people.toml`. In: the text as a person writes it. Out: the people and every fault. This module does not
//! know what a role allows.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;

use super::{Fault, reader::Reader, values::Day};
use domain::{Person, Role, roles_exclude};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPerson {
    account: Spanned<String>,
    name: Spanned<String>,
    roles: Spanned<BTreeSet<Role>>,
    until: Option<Day>,
}

/// Reads the people of a text, in its order.
pub(super) fn parse(file: &str, text: &str) -> (Vec<Person>, Vec<Fault>) {
    let mut reader = Reader::open(file, text);
    let written: Vec<WrittenPerson> = reader.many("person");
    reader.once("account", written.iter().map(|p| &p.account));
    let mut people = Vec::new();
    for person in written {
        for text in [&person.account, &person.name] {
            if text.get_ref().trim().is_empty() {
                reader.fault(&text.span(), "is empty");
            }
        }
        if person.roles.get_ref().is_empty() {
            reader.fault(&person.roles.span(), "a person without a role may not act; write `until` for one who left");
        }
        if roles_exclude(person.roles.get_ref()) {
            reader.fault(
                &person.roles.span(),
                "who gives rights must not approve: write \"admin\" or \"approver\", not both",
            );
        }
        people.push(Person {
            account: person.account.into_inner(),
            name: person.name.into_inner(),
            roles: person.roles.into_inner(),
            until: person.until.map(|day| day.0),
        });
    }
    (people, reader.close())
}
