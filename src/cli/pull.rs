//! `zhinaq pull`: fetch the forms of a period, or take in files that a person brings.

use std::{fmt::Write as _, path::PathBuf};

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
    tables::Table,
};
use domain::{Agency, FormId, Origin, Period, Unit};
use pipeline::{self, Failure, FilesSaid, FormPull, Hint, IntakeReport, Invocation, Named, PullReport, Trouble};

/// Fetch the forms of a period, or take in files
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// The period, such as 2025-Q2; with --from-file, the period of the files
    #[arg(long)]
    period: Option<Period>,
    /// Only this form; may be repeated
    #[arg(long)]
    form: Vec<FormId>,
    /// Fetch the documents again whose files are missing in the output, of every form and period
    #[arg(long, conflicts_with_all = ["period", "form", "from_file"])]
    lost: bool,
    /// Take these files, or every file of these folders, instead of asking the sources
    #[arg(long, value_name = "PATH", num_args = 1..)]
    from_file: Vec<PathBuf>,
    /// With --from-file: the unit of files that do not contain it; 19 is the republic
    #[arg(long, requires = "from_file")]
    unit: Option<Unit>,
    /// With --from-file: the agency of files that do not contain it, a code of schedules/regions.toml; `all` is every agency
    #[arg(long, requires = "from_file")]
    agency: Option<Agency>,
    #[command(flatten)]
    context: ContextArgs,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    if args.lost {
        return fetch_lost(&args, global).await;
    }
    if !args.from_file.is_empty() {
        if args.form.len() > 1 {
            return Err(Failure::usage("with --from-file at most one --form can be given"));
        }
        let context = context::open(global, &args.context).await?;
        if context.origin == Origin::Sample && !args.context.sample {
            return Err(Failure::usage(format!(
                "this office works with the sample (`use = \"sample\"` in {}), and files that a person brings are real: write `use = \"real\"` there, then bring them again",
                global.home.join("schedules/sources.toml").display()
            )));
        }
        let (units, agencies) = (args.unit.as_slice(), args.agency.as_slice());
        pipeline::known(&context.office, Named { forms: &args.form, units, agencies, ..Named::default() })?;
        let form = args.form.first().cloned();
        let (again, period) = (again(&context.call, &args), args.period);
        let said = FilesSaid { form, period: args.period, unit: args.unit, agency: args.agency };
        let report = pipeline::take_files(&context, &args.from_file, &said).await?;
        if global.format == Format::Json {
            out::json(&report)?;
        } else {
            let whole = global.verbose > 0;
            out::data(&files(&report, &context.call.command("held"), (&again, whole)))?;
            if let (1.., Some(period)) = (report.undated, period) {
                let count = domain::counted(report.undated, "file");
                out::say(
                    global,
                    &format!(
                        "no period in {count}: read for `{period}`, as --period says; look at the covers if in doubt"
                    ),
                );
            }
        }
        out::origin(global, context.origin);
        return Ok(report.exit());
    }
    let Some(period) = args.period else {
        let how = context::call(global, &args.context).command("pull").option("--period", "2025-Q2");
        return Err(Failure::usage(format!("the period is missing: {how}")));
    };
    let context = context::open(global, &args.context).await?;
    let report = pipeline::pull(&context, period, &args.form).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        out::data(&forms(&report))?;
    }
    out::origin(global, context.origin);
    if report.forms.iter().any(|form| !form.intake.held.is_empty()) {
        let how = context.call.command("held").option("--period", period);
        out::say(global, &format!("hint: {how} lists the documents that wait for a decision"));
    }
    Ok(report.exit())
}

/// Fetches every lost document again.
async fn fetch_lost(args: &Args, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    let report = pipeline::pull_lost(&context).await?;
    if global.format == Format::Json {
        out::json(&report)?;
    } else {
        let mut text = match report.lost {
            0 => "no file of a document is missing\n".to_owned(),
            lost => format!("{} of {} restored\n", report.restored, domain::counted(lost, "lost document")),
        };
        troubles(&mut text, "missing", &report.troubles);
        out::data(&text)?;
    }
    out::origin(global, context.origin);
    Ok(report.exit())
}

fn forms(report: &PullReport) -> String {
    let mut table = Table::new(&["form", "period", "asked", "new", "seen before", "held", "refused", "failed"]);
    (2..8).for_each(|c| table.right(c));
    for form in &report.forms {
        let FormPull { form, period, asked, intake, failed, .. } = form;
        let counts = [*asked, intake.taken, intake.unchanged, intake.held.len(), intake.refused.len(), failed.len()];
        let cells = [form.to_string(), period.to_string()].into_iter().chain(counts.map(|c| c.to_string()));
        table.row(cells);
    }
    let mut text = table.to_string();
    for form in &report.forms {
        troubles(&mut text, "failed", &form.failed);
        troubles(&mut text, "not due yet", &form.waiting);
        troubles(&mut text, "refused", &form.intake.refused);
        troubles(&mut text, "held", &form.intake.held);
        troubles(&mut text, "incomplete", form.in_part().as_slice());
    }
    for Trouble { what, why } in report.comparisons(true) {
        let _ = writeln!(text, "{what}: {why}");
    }
    text
}

/// The same command, with a period to be filled in.
fn again(call: &Invocation, args: &Args) -> Hint {
    let how = args.form.iter().fold(call.command("pull"), |how, form| how.option("--form", form));
    let how = args.unit.iter().fold(how, |how, unit| how.option("--unit", unit));
    let how = args.agency.iter().fold(how, |how, agency| how.option("--agency", agency));
    let how = args.from_file.iter().fold(how, |how, path| how.option("--from-file", path.display()));
    how.asked("--period")
}

/// What became of files that a person brought. `again`: the command for those without a period; `whole`: list each of
/// them.
fn files(report: &IntakeReport, held: &Hint, (again, whole): (&Hint, bool)) -> String {
    let (undated, refused): (Vec<Trouble>, Vec<Trouble>) =
        report.refused.iter().cloned().partition(|trouble| trouble.why == pipeline::NO_PERIOD);
    let mut text = format!(
        "{}: {} new, {} seen before, {} held, {} refused\n",
        domain::counted(report.files, "file"),
        report.taken,
        report.unchanged,
        report.held.len(),
        report.refused.len()
    );
    troubles(&mut text, "refused", &refused);
    troubles(&mut text, "refused", &if whole { undated.clone() } else { pipeline::grouped(&undated) });
    troubles(&mut text, "held", &report.held);
    troubles(&mut text, "missing", &report.missing);
    if !undated.is_empty() {
        let count = domain::counted(undated.len(), "file");
        let _ = writeln!(text, "no period in {count}: look at the covers, then {again} takes them in");
    }
    if !report.held.is_empty() {
        let _ = writeln!(text, "held documents are kept, and their figures are not used; see {held}");
    }
    text
}

fn troubles(text: &mut String, word: &str, troubles: &[Trouble]) {
    for Trouble { what, why } in troubles {
        let _ = writeln!(text, "{word}: {}: {}", out::in_one_line(what), out::in_one_line(why));
    }
}
