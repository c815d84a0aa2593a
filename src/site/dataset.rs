//! The description of a table for search engines: a schema.org `Dataset`. In: a revision. Out: JSON-LD. This module does
//! not know the page around it.

use domain::Period;
use serde_json::{Value, json};

use crate::{
    address,
    input::{PlacedForm, PlacedSection, Release, ReleaseRevision},
    pages::{about, plain},
    site::At,
    words::rfc3339,
};

/// What the figures are of: from 1 January to the last day of the period, as ISO 8601 writes it.
pub fn coverage(period: Period) -> (String, String) {
    (format!("{}-01-01", period.year()), period.last_day().to_string())
}

/// A revision, or one section of it.
pub fn described(
    at: &At<'_>,
    form: &PlacedForm,
    release: &Release,
    one: &ReleaseRevision,
    section: Option<&PlacedSection>,
) -> Value {
    let base = &at.site.input.base;
    let folder = address::files(&form.form, release.period, one.revision);
    let files = at.site.files.get(&folder).map_or(&[][..], Vec::as_slice);
    let is_own = |of: &Option<domain::SectionId>| section.is_none_or(|section| of.as_ref() == Some(&section.id));
    let distribution: Vec<Value> = files
        .iter()
        .filter(|file| is_own(&file.section) && file.language.is_none_or(|language| language == at.language))
        .map(|file| {
            json!({
                "@type": "DataDownload",
                "contentUrl": format!("{base}{}", file.path),
                "encodingFormat": file.format.media_type(),
                "contentSize": file.size.to_string(),
                "sha256": file.sha256,
            })
        })
        .collect();
    let (from, to) = coverage(release.period);
    let mark = if at.site.is_sample() { "SAMPLE DATA · " } else { "" };
    let title = section.map_or_else(|| plain(at, &form.titles), |section| plain(at, &section.titles));
    json!({
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": format!("{mark}{}: {title}, {}", form.designation.of(at.language), release.period),
        "description": format!("{mark}{}", about(at, form, release, one)),
        "url": format!("{base}{}", at.full()),
        "identifier": format!("{}/{}/r{}", form.form, release.period, one.revision),
        "version": format!("r{} {}", one.revision, one.content),
        "datePublished": rfc3339(one.placed),
        "temporalCoverage": format!("{from}/{to}"),
        "spatialCoverage": plain(at, &at.site.unit(&domain::Unit::republic())),
        "inLanguage": at.language,
        "isAccessibleForFree": true,
        "publisher": { "@type": "Organization", "name": at.site.input.publisher.of(at.language) },
        "distribution": distribution,
    })
}
