//! Learns a form from one of its workbooks: drafts a template for a person to complete.
//!
//! In: a workbook, and the office's templates. Out: a draft as TOML. Unknown here: the ledger and the store.

use std::path::Path;

use crate::{Failure, chain, context::place};
use config::Office;
use domain::{FormId, FormTemplate, Origin, Period};
use read::{self, Document, ReadError, Reading, Wanted};

/// What was drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateDraft {
    pub form: FormId,
    /// TOML: a whole template, or the `[[edition]]` that the form's template lacks.
    pub text: String,
    /// What the text is, and what to do with it.
    pub advice: String,
}

/// Drafts what a workbook shows about its form: the edition that the form's template does not describe. If the template
/// has no sections or no editions, or `whole` is set, the draft is the whole template.
///
/// # Errors
/// When the file cannot be read, is not a workbook, or does not state its form and none is given; when its edition is
/// described already.
pub fn learn(office: &Office, file: &Path, form: Option<&FormId>, whole: bool) -> Result<TemplateDraft, Failure> {
    let limit = office.settings.limits.max_body_bytes;
    let unreadable = |error: std::io::Error| Failure::usage(format!("`{}` cannot be read: {error}", file.display()));
    let size = place::opened(file)?.metadata().map_err(unreadable)?.len();
    if size > limit {
        return Err(Failure::usage(format!("`{}` has {size} bytes, more than the {limit} allowed", file.display())));
    }
    let bytes = std::fs::read(file).map_err(unreadable)?;
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let document = Document { name: &name, bytes: &bytes };
    let refused = |error: ReadError| Failure::usage(chain(&error));
    let identity = read::identify(&office.forms, &office.places, &office.agencies, &document).map_err(refused)?;
    let form = form.cloned().or(identity.form.clone()).ok_or_else(|| {
        Failure::usage(format!("`{name}` {}; give it with --form, such as --form 1-m", identity.why_no_form()))
    })?;
    let known = office.forms.get(&form).filter(|t| !whole && !t.sections.is_empty() && !t.editions.is_empty());
    let Some(template) = known else {
        let text = read::learn(&form, &document).map_err(refused)?;
        let advice = format!(
            "a template of form `{form}` as far as one workbook tells it; complete measures, courses, parts and rules, and keep it as templates/forms/{form}.toml"
        );
        return Ok(TemplateDraft { form, text, advice });
    };
    let period = identity.period.map_or_else(|| "2022-A1".parse(), Ok);
    let period = period.map_err(|error: domain::PeriodError| Failure::usage(error.to_string()))?;
    let reading = read_as(office, template, period, &document).map_err(refused)?;
    let Some(drafted) = &reading.drafted else {
        let edition = reading.identity.edition.map_or("its structure".into(), |e| format!("its edition `{e}`"));
        return Err(Failure::usage(format!(
            "`{name}` contains nothing new: templates/forms/{form}.toml describes {edition}; `--whole` drafts the whole form anew"
        )));
    };
    let text = read::edition_draft(drafted);
    let advice = format!(
        "edition `{}` as far as its labels show; put it at the end of the editions in templates/forms/{form}.toml, after a check of what is new",
        drafted.edition.edition
    );
    Ok(TemplateDraft { form, text, advice })
}

/// Reads a document of either origin, because forms can be learned from a sample office too.
fn read_as(
    office: &Office,
    template: &FormTemplate,
    period: Period,
    document: &Document<'_>,
) -> Result<Reading, ReadError> {
    let as_origin = |origin| {
        let wanted = Wanted::of(template.form.clone(), period, origin);
        read::read(template, &office.forms, &office.places, &office.agencies, &wanted, document)
    };
    as_origin(Origin::Real).or_else(|error| as_origin(Origin::Sample).map_err(|_| error))
}
