//! Takes in files that a person brings, whatever the sources are.
//!
//! In: paths, and what the person says about the files. Out: what became of each file. Unknown here: how a document is
//! read and judged.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::{
    Catalogue, Context, Failure, IntakeReport, Trouble, chain,
    context::claimed::ClaimedPieces,
    intake::{self, Fate, Incoming, sources},
    status::requirements,
};
use acquire::{Ask, Fetcher};
use domain::{Agency, FormId, Origin, Period, Periodicity, Piece, Right, Unit};
use read::{self, Document, Wanted};

/// Why a file is refused that does not state its period, when nobody else states it.
pub const NO_PERIOD: &str = "does not state its period; give it with --period";

/// What a person says about files; if a file says it too, both have to agree.
#[derive(Debug, Clone, Default)]
pub struct FilesSaid {
    pub form: Option<FormId>,
    pub period: Option<Period>,
    pub unit: Option<Unit>,
    pub agency: Option<Agency>,
}

/// Takes in files, and every file of the folders among them.
///
/// A file says what it is. A person may add what the file does not say.
///
/// # Errors
/// When the person does not have the role, a path that was given cannot be read, a form, unit or agency is unknown, or the store or
/// ledger fails. A file that is not taken in is not an error: the report lists it.
pub async fn take_files(context: &Context, paths: &[PathBuf], said: &FilesSaid) -> Result<IntakeReport, Failure> {
    context.permit(Right::Pull).await?;
    if let Some(form) = &said.form {
        let known = context.office.regulation().form(form).is_some();
        if !known {
            let any: Period = "2022-A1".parse().map_err(|e: domain::PeriodError| Failure::usage(e.to_string()))?;
            requirements::form(context.office.regulation(), said.period.unwrap_or(any), form)?;
        }
    }
    said.is_known(context)?;
    let (mut files, mut unreadable) = (Vec::new(), Vec::new());
    for path in paths {
        std::fs::metadata(path)
            .map_err(|error| Failure::usage(format!("`{}` cannot be read: {error}", path.display())))?;
        collect(path, &mut files, &mut unreadable);
    }
    if files.is_empty() && unreadable.is_empty() {
        return Err(Failure::usage("no files found; give files, or folders that contain some"));
    }
    let mut report = IntakeReport::default();
    for trouble in unreadable {
        report.count(Fate::Refused(trouble));
    }
    let mut documents = Vec::new();
    for file in &files {
        match incoming(context, file, said).await {
            Ok((document, is_dated)) => {
                report.undated += usize::from(!is_dated);
                documents.push(document);
            }
            Err(trouble) => report.count(Fate::Refused(trouble)),
        }
    }
    let wanted: Vec<Wanted> = documents.iter().map(|d| d.wanted.clone()).collect();
    let pieces = wanted.iter().map(|wanted| Piece::Fetch(wanted.form.clone(), wanted.period));
    let claimed = ClaimedPieces::wait(context, pieces).await?;
    let mut catalogue = context.catalogue().await?;
    let fates = intake::take(context, (&mut catalogue, &claimed), documents).await;
    for fate in claimed.after(fates).await? {
        report.count(fate);
    }
    report.missing = missing(&catalogue, &wanted);
    Ok(report)
}

/// The files at a path. What cannot be read does not stop the rest: a broken link, a folder without rights.
fn collect(path: &Path, files: &mut Vec<PathBuf>, unreadable: &mut Vec<Trouble>) {
    let mut not_there = |error: std::io::Error| {
        unreadable.push(Trouble::new(path.display().to_string(), format!("cannot be read: {error}")));
    };
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => return not_there(error),
    };
    if !metadata.is_dir() {
        return files.push(path.to_owned());
    }
    let mut inside = Vec::new();
    match std::fs::read_dir(path) {
        Ok(entries) => {
            for entry in entries {
                entry.map_or_else(&mut not_there, |entry| inside.push(entry));
            }
        }
        Err(error) => not_there(error),
    }
    inside.sort_by_key(std::fs::DirEntry::file_name);
    for entry in inside {
        if !entry.file_name().to_string_lossy().starts_with(['.', '~']) {
            collect(&entry.path(), files, unreadable);
        }
    }
}

impl FilesSaid {
    /// Refuses a unit or an agency that the office does not know.
    fn is_known(&self, context: &Context) -> Result<(), Failure> {
        let office = &context.office;
        if let Some(unit) = self.unit.as_ref().filter(|unit| !office.places.iter().any(|place| place.unit == **unit)) {
            return Err(Failure::usage(format!("unit `{unit}` is not one of those in `schedules/regions.toml`")));
        }
        let known = |agency: &Agency| agency.is_all() || office.agencies.iter().any(|known| known.agency == *agency);
        if let Some(agency) = self.agency.as_ref().filter(|agency| !known(agency)) {
            return Err(Failure::usage(format!("agency `{agency}` is not one of those in `schedules/regions.toml`")));
        }
        Ok(())
    }
}

/// A file as it comes in, and whether it states its period itself.
async fn incoming(context: &Context, file: &Path, said: &FilesSaid) -> Result<(Incoming, bool), Trouble> {
    let (form, period) = (said.form.as_ref(), said.period);
    let shown = file.file_name().map_or_else(|| file.display().to_string(), |n| n.to_string_lossy().into_owned());
    let trouble = |why: String| Trouble::new(shown.clone(), why);
    let fetcher = Fetcher::new(sources::limits(context)).map_err(|error| trouble(error.to_string()))?;
    let any = form
        .cloned()
        .or_else(|| context.office.forms.keys().next().cloned())
        .ok_or_else(|| trouble("no form is described".into()))?;
    let anytime = period
        .or_else(|| Period::containing(context.today(), Periodicity::Month))
        .ok_or_else(|| trouble("no period".into()))?;
    let ask = Ask::named(any, anytime, file.to_owned());
    let delivery = fetcher.fetch(&ask).await.map_err(|error| trouble(error.fault.to_string()))?;
    let office = &context.office;
    let document = Document { name: &delivery.name, bytes: &delivery.bytes };
    let identity = read::identify(&office.forms, &office.places, &office.agencies, &document)
        .map_err(|error| trouble(chain(&error)))?;
    let form = form.cloned().or(identity.form.clone());
    let form = form.ok_or_else(|| trouble(format!("{}; give it with --form", identity.why_no_form())))?;
    let is_dated = identity.period.is_some();
    let period = period.or(identity.period);
    let period = period.ok_or_else(|| trouble(NO_PERIOD.into()))?;
    let period =
        requirements::form(office.regulation(), period, &form).map_err(|failure| trouble(failure.message))?.period;
    let incoming = Incoming {
        wanted: Wanted {
            form,
            period,
            unit: said.unit.clone(),
            agency: said.agency.clone(),
            origin: context.origin,
            region_field: None,
        },
        name: delivery.name,
        from: absolute(&delivery.url),
        headers: delivery.headers,
        bytes: delivery.bytes,
    };
    Ok((incoming, is_dated))
}

/// The absolute path of a file, whatever folder the program was started in. It shows which files lie beside each other.
fn absolute(path: &str) -> String {
    std::path::absolute(path).map_or_else(|_| path.to_owned(), |path| path.display().to_string())
}

/// The months between the first and the last of a series for which the file of a unit or agency did not come.
fn missing(catalogue: &Catalogue, wanted: &[Wanted]) -> Vec<Trouble> {
    let forms: BTreeSet<&FormId> = wanted.iter().map(|w| &w.form).collect();
    let mut troubles = Vec::new();
    for form in forms {
        let mut series: BTreeMap<_, BTreeSet<Period>> = BTreeMap::new();
        let mut periods = BTreeSet::new();
        for (key, _) in catalogue.newest().filter(|(k, _)| k.form == *form && k.origin == Origin::Real) {
            series.entry((key.unit.clone(), key.agency.clone())).or_default().insert(key.period);
            periods.insert(key.period);
        }
        for ((unit, agency), here) in &series {
            let (Some(first), Some(last)) = (here.first(), here.last()) else { continue };
            let gaps: Vec<String> = periods
                .iter()
                .filter(|p| *p > first && *p < last && !here.contains(p))
                .map(ToString::to_string)
                .collect();
            if !gaps.is_empty() {
                let of = if agency.is_all() { String::new() } else { format!(", agency `{agency}`") };
                troubles.push(Trouble::new(
                    format!("form `{form}`, unit `{unit}`{of}"),
                    format!("nothing for {}", gaps.join(", ")),
                ));
            }
        }
    }
    troubles
}
