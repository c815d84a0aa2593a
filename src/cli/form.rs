//! `zhinaq form`: the templates of forms.

use std::path::PathBuf;

use super::{context, exit::Ended, format_option, global::Global, out, tables};
use domain::{Edition, FormId, Language};
use pipeline::{self, Exit, Failure, Named, office_lists};

/// The commands for templates of forms.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Draft a new edition, or a whole template, from a workbook
    Learn(Learn),
    Labels(Labels),
}

/// List the labels of forms that have no translation
///
/// A book in that language prints them in Russian, marked `[ru]`.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::LIST))]
pub struct Labels {
    /// Only the labels of this form; may be repeated
    #[arg(long)]
    form: Vec<FormId>,
    /// The language, such as kk; without it every language of the office but ru
    #[arg(long)]
    language: Option<Language>,
    /// Use the files built into the program, without an office
    #[arg(long)]
    sample: bool,
}

/// Draft a new edition, or a whole template, from a workbook
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::TEXT))]
pub struct Learn {
    /// The workbook
    file: PathBuf,
    /// The form, where the workbook does not contain it
    #[arg(long)]
    form: Option<FormId>,
    /// Draft the whole template, also where the form has one
    #[arg(long)]
    whole: bool,
    /// Write the draft into this new file instead of printing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub fn run(command: Command, global: &Global) -> Ended {
    match command {
        Command::Learn(args) => learn(&args, global),
        Command::Labels(args) => labels(&args, global),
    }
}

fn labels(args: &Labels, global: &Global) -> Ended {
    let office = context::office(global, args.sample)?;
    pipeline::known(&office, Named { forms: &args.form, ..Named::default() })?;
    let known: Vec<Language> = office.words.languages().filter(|language| *language != Language::RU).collect();
    if let Some(unknown) = args.language.filter(|language| !known.contains(language)) {
        let known = known.iter().map(|language| format!("`{language}`")).collect::<Vec<_>>().join(", ");
        let message = format!("labels are not translated into `{unknown}`; the languages of this office are {known}");
        return Err(Failure::usage(message).coded("unknown-id"));
    }
    let languages = args.language.map_or(known, |language| vec![language]);
    let (labels, shares) = office_lists::untranslated(&office, &args.form, &languages);
    let headings = ["form", "language", "section", "of", "code", "edition", "label"];
    tables::print(global.format, &labels, (headings, &[]), |label| {
        [
            label.form.to_string(),
            label.language.to_string(),
            label.section.to_string(),
            label.of.as_str().to_owned(),
            label.code.clone(),
            label.edition.as_ref().map_or_else(|| "-".into(), Edition::to_string),
            tables::title(global.format, &label.label),
        ]
    })?;
    for share in shares {
        out::say(
            global,
            &format!("{}: {} of {} labels are translated", share.language, share.translated, share.labels),
        );
    }
    Ok(Exit::Done)
}

fn learn(args: &Learn, global: &Global) -> Ended {
    if let Some(path) = &args.out {
        pipeline::folder_of(path)?;
    }
    // Only templates are needed, so without an office those built into the program are enough.
    let office = context::office(global, true)?;
    let draft = pipeline::learn(&office, &args.file, args.form.as_ref(), args.whole)?;
    match &args.out {
        Some(path) => {
            durable::publish(path, draft.text.as_bytes()).map_err(|error| {
                Failure::usage(format!("the draft could not be written to `{}`: {error}", path.display()))
            })?;
            out::say(global, &format!("wrote `{}`", path.display()));
        }
        None => out::data(&draft.text)?,
    }
    out::say(global, &draft.advice);
    Ok(Exit::Done)
}
