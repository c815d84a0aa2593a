//! The catalogue as Turtle, after DCAT-AP 3.0.1: a dataset for each release that is public, a distribution for each file
//! of its newest revision.
//!
//! In: a site. Out: a text. Dates are those of the placements. The kinds of frequencies and media types are in the graph
//! too, because the shapes of DCAT-AP want them there. Identifiers are the addresses of pages and files.

use std::{collections::BTreeSet, fmt::Write as _};

use domain::{Language, Periodicity, Titles};

use crate::{
    address,
    dataset::coverage,
    files::PlacedFormat,
    input::{LocalTime, PlacedForm, Release, ReleaseRevision},
    site::Site,
    words::rfc3339,
};

const PREFIXES: &str = "\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

";
const EU: &str = "http://publications.europa.eu/resource/authority";

/// The catalogue.
pub fn turtle(site: &Site<'_>) -> String {
    let base = iri(&site.input.base);
    let mut text = PREFIXES.to_owned();
    if site.is_sample() {
        text.insert_str(0, "# SAMPLE DATA\n");
    }
    let open: Vec<_> = site
        .releases()
        .into_iter()
        .filter(|(_, release)| release.withdrawn.is_none())
        .filter_map(|(form, release)| Some((form, release, release.newest()?)))
        .collect();
    let _ = writeln!(text, "<{base}catalog.ttl#catalog> a dcat:Catalog ;");
    literals(&mut text, site, "dct:title", &marked(site, &site.input.title));
    literals(&mut text, site, "dct:description", &marked(site, &site.input.act));
    for (language, _) in site.languages() {
        let _ = writeln!(text, "    dct:language <{EU}/language/{}> ;", language_code(language));
    }
    if let Some(updated) = site.updated() {
        let _ = writeln!(text, "    dct:modified {} ;", time(updated));
    }
    for (form, release, _) in &open {
        let _ = writeln!(text, "    dcat:dataset <{}> ;", dataset(&base, site, form, release));
    }
    let _ = write!(text, "    foaf:homepage <{base}> ;\n    dct:publisher <{base}catalog.ttl#publisher> .\n\n");
    let _ = write!(text, "<{base}> a foaf:Document .\n\n<{base}catalog.ttl#publisher> a foaf:Agent ;\n");
    literals(&mut text, site, "foaf:name", &site.input.publisher);
    end(&mut text);
    for (form, release, revision) in &open {
        one(&mut text, site, &base, (form, release, revision));
    }
    kinds(&mut text, site, &open);
    text
}

/// The identifier of a release: the address of its page in the main language.
fn dataset(base: &str, site: &Site<'_>, form: &PlacedForm, release: &Release) -> String {
    format!("{base}{}#dataset", address::page(site.main().0, &address::release(&form.form, release.period)))
}

fn one(
    text: &mut String,
    site: &Site<'_>,
    base: &str,
    (form, release, revision): (&PlacedForm, &Release, &ReleaseRevision),
) {
    let id = dataset(base, site, form, release);
    let folder = address::files(&form.form, release.period, revision.revision);
    let files = site.files.get(&folder).map_or(&[][..], Vec::as_slice);
    let with_period = |title: &str| format!("{title}, {}", release.period);
    let _ = writeln!(text, "<{id}> a dcat:Dataset ;");
    literals(text, site, "dct:title", &marked(site, &form.titles.map(with_period)));
    literals(text, site, "dct:description", &marked(site, form.counted.as_ref().unwrap_or(&form.titles)));
    let first = release.revisions.first().map_or(revision.placed, |first| first.placed);
    let page = address::page(site.main().0, &address::release(&form.form, release.period));
    let (from, to) = coverage(release.period);
    let _ = write!(
        text,
        "    dct:identifier {} ;\n    dct:issued {} ;\n    dct:modified {} ;\n    dcat:version {} ;\n    \
         dct:publisher <{base}catalog.ttl#publisher> ;\n    dct:accrualPeriodicity <{}> ;\n    \
         dct:temporal [ a dct:PeriodOfTime ; dcat:startDate \"{from}\"^^xsd:date ; dcat:endDate \"{to}\"^^xsd:date ] ;\n    \
         dct:spatial <{EU}/country/KAZ> ;\n    dct:accessRights <{EU}/access-right/PUBLIC> ;\n    \
         dcat:landingPage <{base}{page}>",
        literal(&format!("{}/{}", form.form, release.period)),
        time(first),
        time(revision.placed),
        literal(&format!("r{}", revision.revision)),
        frequency(form.periodicity),
    );
    for file in files {
        let _ = write!(text, " ;\n    dcat:distribution <{base}{}#distribution>", iri(&file.path));
    }
    end_dot(text);
    let _ = write!(text, "<{base}{page}> a foaf:Document .\n\n");
    for file in files {
        let address = format!("{base}{}", iri(&file.path));
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let _ = write!(
            text,
            "<{address}#distribution> a dcat:Distribution ;\n    dct:title {} ;\n    dcat:accessURL <{base}{page}> ;\n    \
             dcat:downloadURL <{address}> ;\n    dct:format <{EU}/file-type/{}> ;\n    dcat:mediaType <{}> ;\n    \
             dcat:byteSize \"{}\"^^xsd:nonNegativeInteger ;\n    dct:issued {} ;\n    \
             spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ; \
             spdx:checksumValue \"{}\"^^xsd:hexBinary ]",
            literal(name),
            file.format.file_type(),
            media(file.format),
            file.size,
            time(revision.placed),
            file.sha256,
        );
        end_dot(text);
    }
}

/// The types of what is referred to.
fn kinds(text: &mut String, site: &Site<'_>, open: &[(&PlacedForm, &Release, &ReleaseRevision)]) {
    let mut kinds = BTreeSet::new();
    for (language, _) in site.languages() {
        kinds.insert((format!("{EU}/language/{}", language_code(language)), "dct:LinguisticSystem"));
    }
    for (form, release, revision) in open {
        kinds.insert((frequency(form.periodicity), "dct:Frequency"));
        kinds.insert((format!("{EU}/country/KAZ"), "dct:Location"));
        kinds.insert((format!("{EU}/access-right/PUBLIC"), "dct:RightsStatement"));
        let folder = address::files(&form.form, release.period, revision.revision);
        for file in site.files.get(&folder).into_iter().flatten() {
            kinds.insert((media(file.format), "dct:MediaType"));
            kinds.insert((format!("{EU}/file-type/{}", file.format.file_type()), "dct:MediaTypeOrExtent"));
        }
    }
    if !open.is_empty() {
        text.push_str("spdx:checksumAlgorithm_sha256 a spdx:ChecksumAlgorithm .\n");
    }
    for (id, kind) in kinds {
        let _ = writeln!(text, "<{id}> a {kind} .");
    }
}

/// How often a dataset comes, in the list of the Publications Office of the EU.
fn frequency(periodicity: Periodicity) -> String {
    let code = match periodicity {
        Periodicity::Month => "MONTHLY",
        Periodicity::Quarter => "QUARTERLY",
        Periodicity::HalfYear => "ANNUAL_2",
        Periodicity::Year => "ANNUAL",
    };
    format!("{EU}/frequency/{code}")
}

fn media(format: PlacedFormat) -> String {
    // Parameters are not a part of the identifier of a media type.
    let media = format.media_type().split(';').next().unwrap_or_default();
    format!("https://www.iana.org/assignments/media-types/{media}")
}

/// The code of a language in the list of the Publications Office of the EU: that of ISO 639-3.
fn language_code(language: Language) -> String {
    match language.code() {
        "ru" => "RUS".to_owned(),
        "kk" => "KAZ".to_owned(),
        "en" => "ENG".to_owned(),
        other => other.to_uppercase(),
    }
}

/// A title with the mark of the sample in front.
fn marked(site: &Site<'_>, titles: &Titles) -> Titles {
    if site.is_sample() { titles.map(|title| format!("SAMPLE DATA · {title}")) } else { titles.clone() }
}

/// A property with a text in each language of the site that has one. At least Russian is there.
fn literals(text: &mut String, site: &Site<'_>, property: &str, titles: &Titles) {
    let own = site.languages().filter_map(|(language, _)| Some((language, titles.own(language)?)));
    let mut all: Vec<(Language, &str)> = own.filter(|(_, text)| !text.trim().is_empty()).collect();
    if all.is_empty() {
        all.push((Language::RU, &titles.ru));
    }
    let all: Vec<String> = all.into_iter().map(|(language, said)| format!("{}@{language}", literal(said))).collect();
    let _ = writeln!(text, "    {property} {} ;", all.join(", "));
}

/// Ends a subject after a property that ends in `;`.
fn end(text: &mut String) {
    text.truncate(text.trim_end_matches([' ', ';', '\n']).len());
    end_dot(text);
}

fn end_dot(text: &mut String) {
    text.push_str(" .\n\n");
}

fn time(at: LocalTime) -> String {
    format!("\"{}\"^^xsd:dateTime", rfc3339(at))
}

/// A text in quotation marks (Turtle, 2.5.1).
fn literal(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {}
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// An address in angle brackets: what they cannot contain is written in percent.
fn iri(address: &str) -> String {
    let mut iri = String::new();
    for c in address.chars() {
        if matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\') || c <= ' ' {
            iri.push_str(&format!("%{:02X}", c as u32));
        } else {
            iri.push(c);
        }
    }
    iri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_end_its_quotation_marks() {
        assert_eq!(literal("a\"b\\c\nd"), "\"a\\\"b\\\\c\\nd\"");
        assert_eq!(iri("a b<c>"), "a%20b%3Cc%3E");
    }
}
