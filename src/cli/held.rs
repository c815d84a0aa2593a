//! `zhinaq held`: list the documents that wait for a decision, and what each says of itself.

use std::fmt::Write as _;

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
    tables::Table,
    zone,
};
use config::Office;
use domain::{Agency, FormId, Period, Unit};
use pipeline::{self, Exit, Failure, HeldDocument, HeldScope, Named};

/// The options that choose held documents.
#[derive(Debug, Clone, clap::Args)]
pub struct Which {
    /// The document: its file name, or the first digits of its hash, as `zhinaq held` prints them
    #[arg(long, value_name = "HASH-OR-NAME")]
    document: Option<String>,
    /// The form, such as 3-k
    #[arg(long)]
    form: Option<FormId>,
    /// The period that it was taken for, such as 2023-M08
    #[arg(long)]
    period: Option<Period>,
    /// The unit that it was read as: 19 is the republic
    #[arg(long)]
    unit: Option<Unit>,
    /// The agency that it was read as, a code of schedules/regions.toml: all, 01, 03 …
    #[arg(long)]
    agency: Option<Agency>,
}

impl From<Which> for HeldScope {
    fn from(which: Which) -> Self {
        let Which { document, form, period, unit, agency } = which;
        Self { document, form, period, unit, agency }
    }
}

impl Which {
    /// Refuses ids that the office does not know.
    ///
    /// # Errors
    /// With the nearest known id.
    pub fn known(&self, office: &Office) -> Result<(), Failure> {
        let Self { form, unit, agency, .. } = self;
        let (forms, units, agencies) = (form.as_slice(), unit.as_slice(), agency.as_slice());
        pipeline::known(office, Named { forms, units, agencies, ..Named::default() })
    }

    /// Whether a document, a form or a period is given. Unit and agency only narrow the choice.
    pub const fn is_said(&self) -> bool {
        self.document.is_some() || self.form.is_some() || self.period.is_some()
    }
}

/// List the documents that wait for a person's decision
///
/// Each with its hash, why it is held, what its file name, properties, title and content say, and the command that accepts it.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let context = context::open_to_read(global, &args.context).await?;
    args.which.known(&context.office)?;
    let held = pipeline::held(&context, &args.which.into()).await?;
    if global.format == Format::Json {
        out::json(&held)?;
        return Ok(Exit::Done);
    }
    out::origin(global, context.origin);
    let mut text = String::new();
    for document in &held {
        let _ = writeln!(text, "{}", told(document, &context.office));
    }
    let count = match held.len() {
        0 => "no document is held".to_owned(),
        1 => "1 document is held".to_owned(),
        several => format!("{several} documents are held"),
    };
    out::data(&format!("{text}{count}\n"))?;
    Ok(Exit::Done)
}

fn told(document: &HeldDocument, office: &Office) -> String {
    let mut text = format!(
        "{}  {}\n  form {} for {}; came {} from {}\n  held: {}\n",
        document.document.short(),
        document.name,
        document.form,
        document.period,
        document.received.map_or_else(|| "at an unknown time".into(), |at| zone::named(at, office)),
        document.from,
        document.why
    );
    for subject in document.read_as.iter().take(3) {
        let in_use = subject.in_use.map_or_else(|| "no figures in use".into(), |r| format!("revision {r} in use"));
        let _ = writeln!(text, "  read as unit {}, agency {}: {in_use}", subject.unit, subject.agency);
    }
    if document.read_as.len() > 3 {
        let _ = writeln!(text, "  and {} more", document.read_as.len() - 3);
    }
    if !document.says.is_empty() {
        let mut table = Table::new(&["says", "form", "period", "unit", "agency", "edition", "release"]);
        let word = |value: Option<String>| value.unwrap_or_default();
        for said in &document.says {
            let forms: Vec<String> = said.forms.iter().map(ToString::to_string).collect();
            table.row([
                said.witness.to_owned(),
                forms.join(", "),
                word(said.period.map(|p| p.to_string())),
                word(said.unit.as_ref().map(ToString::to_string)),
                word(said.agency.as_ref().map(ToString::to_string)),
                word(said.edition.as_ref().map(ToString::to_string)),
                word(said.release.map(|r| r.to_string())),
            ]);
        }
        for line in table.to_string().lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
    let _ = writeln!(text, "  {}", document.accept);
    let _ = writeln!(text, "  {}", document.reject);
    text
}
