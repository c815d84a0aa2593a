//! `schedules/requests.toml`. In: the text as a person writes it. Out: the rules for requests, and every fault. This
//! module does not know any request.

use serde::Deserialize;
use toml::Spanned;

use super::{
    Fault,
    reader::Reader,
    values::{Day, Hour},
};
use domain::{DayCount, FormId, RequestChannel, RequestRules, RequestTerm, RequesterKind, SectionAccess, SectionId};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTerm {
    act: Spanned<String>,
    days: Spanned<u32>,
    kind: DayCount,
    from: Day,
    to: Option<Spanned<Day>>,
    extension_months: Option<u32>,
    notice_days: Option<u32>,
    forward_days: Option<u32>,
    mark: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenChannel {
    id: Spanned<String>,
    #[serde(rename = "for")]
    for_: Spanned<Vec<RequesterKind>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum WrittenAccess {
    Free,
    Restricted,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSection {
    form: Spanned<String>,
    #[serde(default)]
    sections: Vec<Spanned<String>>,
    is: WrittenAccess,
}

/// The longest term in days. A longer one is a typing error.
const LONGEST_TERM: u32 = 366;

/// Reads the rules of a text; `None` if it has faults that leave none.
pub(super) fn parse(file: &str, text: &str) -> (Option<RequestRules>, Vec<Fault>) {
    let mut reader = Reader::open(file, text);
    let number = reader.one::<Spanned<String>>("number");
    let keep_years = reader.one::<u32>("keep_years");
    let publish = reader.maybe::<bool>("publish").unwrap_or(false);
    let stops = reader.maybe::<bool>("stops").unwrap_or(false);
    let closes = reader.maybe::<Hour>("closes").map(|hour| hour.0);
    let written: Vec<WrittenSection> = reader.many("access");
    let mut access = Vec::new();
    for section in written {
        let Some(form) = reader.parsed::<FormId>(&section.form) else { continue };
        let sections = section.sections.iter().filter_map(|name| reader.parsed::<SectionId>(name)).collect();
        access.push(SectionAccess { form, sections, is_free: section.is == WrittenAccess::Free });
    }
    let written: Vec<WrittenTerm> = reader.many("term");
    if written.is_empty() {
        reader.of_file("no `[[term]]` could be read, so no request would have a due day");
    }
    let terms = written.into_iter().map(|term| term_meant(&mut reader, term)).collect();
    let written: Vec<WrittenChannel> = reader.many("channel");
    reader.once("channel", written.iter().map(|channel| &channel.id));
    let mut channels = Vec::new();
    for channel in written {
        if channel.for_.get_ref().is_empty() {
            reader.fault(&channel.for_.span(), "a channel for nobody; write who may use it, such as [\"state-body\"]");
        }
        channels.push(RequestChannel { id: channel.id.into_inner(), from: channel.for_.into_inner() });
    }
    let rules = number.zip(keep_years).map(|(number, keep_years)| {
        let span = number.span();
        let number = number.into_inner();
        let rules = RequestRules { number, keep_years, publish, stops, closes, terms, channels, access };
        let counts = rules.number.contains("{n}") || rules.number.contains("{n:0");
        if !counts || !rules.number.contains("{year}") {
            reader.fault(&span, "the number needs `{year}` and `{n}` or `{n:06}`, or two requests could get the same");
        } else if let Err(error) = rules.number(2026, 1) {
            reader.fault(&span, error.to_string());
        }
        rules
    });
    (rules, reader.close())
}

fn term_meant(reader: &mut Reader<'_>, written: WrittenTerm) -> RequestTerm {
    let days = *written.days.get_ref();
    if !(1..=LONGEST_TERM).contains(&days) {
        reader.fault(&written.days.span(), format!("a term of {days} days; write 1 to {LONGEST_TERM}"));
    }
    for text in [&written.act, &written.mark] {
        if text.get_ref().trim().is_empty() {
            reader.fault(&text.span(), "is empty");
        }
    }
    if let Some(to) = written.to.as_ref().filter(|to| to.get_ref().0 < written.from.0) {
        reader.fault(
            &to.span(),
            format!("{} is before {}, so the term is never in force", to.get_ref().0, written.from.0),
        );
    }
    RequestTerm {
        act: written.act.into_inner(),
        days,
        count: written.kind,
        from: written.from.0,
        to: written.to.map(|to| to.into_inner().0),
        extension_months: written.extension_months,
        notice_days: written.notice_days,
        forward_days: written.forward_days,
        mark: written.mark.into_inner(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../schedules/requests.toml");

    #[test]
    fn the_shipped_file_is_read_whole() {
        let (rules, faults) = parse("requests.toml", SHIPPED);
        assert!(faults.is_empty(), "{faults:?}");
        let rules = rules.unwrap();
        assert_eq!((rules.terms.len(), rules.channels.len(), rules.access.len()), (2, 3, 0));
        assert!(!rules.stops && !rules.publish);
        assert_eq!(rules.terms[1].mark, "assumed");
    }

    #[test]
    fn each_fault_has_its_line() {
        for (right, wrong, told) in [
            ("days = 15\nkind = \"working\"", "days = 0\nkind = \"working\"", "a term of 0 days"),
            ("kind = \"working\"", "kind = \"workdays\"", "workdays"),
            ("{n:06}", "7", "the number needs `{year}`"),
            ("\"З-{year}", "\"З/{year}", "is not the number of a request"),
            ("for = [\"prosecutor\"]", "for = []", "a channel for nobody"),
            ("id = \"kadagalau\"", "id = \"document-system\"", "occurs here twice"),
            ("from = 2021-07-01", "from = 2021-07-01\nto = 2020-01-01", "never in force"),
            ("access = []", "access = [{ form = \"1-m\", is = \"open\" }]", "open"),
            ("stops = false", "stop = false", "did you mean `stops`?"),
        ] {
            assert!(SHIPPED.contains(right), "{right}");
            let (_, faults) = parse("requests.toml", &SHIPPED.replacen(right, wrong, 1));
            let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
            assert!(faults.iter().any(|f| f.line.is_some()) && all.join("\n").contains(told), "{wrong}: {all:?}");
        }
    }
}
