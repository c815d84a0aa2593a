//! `zhinaq rules` and `zhinaq explain`: list the rules of checks, and explain one.

use std::fmt::Write as _;

use super::{
    context,
    exit::Ended,
    format_option,
    global::{Format, Global},
    out, tables,
    tables::Table,
};
use domain::FormId;
use pipeline::{self, Exit, ExplainedRule, ListedRule};

/// List the rules by which figures are checked
///
/// The rules of the forms' templates, and those that the program applies to every form.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::LIST))]
pub struct Rules {
    /// Only the rules of this form's template; may be repeated
    #[arg(long)]
    form: Vec<FormId>,
    /// Use the files built into the program, without an office
    #[arg(long)]
    sample: bool,
}

/// Show what a rule says, and where it is written
///
/// A finding of `zhinaq check` ends with the rule in brackets.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Explain {
    /// The rule, such as 1-m.severity or continuity.flow
    rule: String,
    /// Use the files built into the program, without an office
    #[arg(long)]
    sample: bool,
}

pub fn rules(args: &Rules, global: &Global) -> Ended {
    let office = context::office(global, args.sample)?;
    let rules = pipeline::rules(&office, &args.form)?;
    let headings = ["rule", "form", "section", "kind", "severity", "says"];
    tables::print(global.format, &rules, (headings, &[]), |rule| {
        [
            rule.rule.clone(),
            rule.form.as_ref().map_or_else(|| "every form".into(), ToString::to_string),
            rule.section.as_ref().map_or_else(String::new, ToString::to_string),
            rule.kind.to_owned(),
            rule.severity.map_or_else(|| "by finding".into(), |severity| severity.to_string()),
            rule.says.shown().to_owned(),
        ]
    })?;
    if rules.is_empty() {
        out::say(global, "the template has no rules");
    }
    Ok(Exit::Done)
}

pub fn explain(args: &Explain, global: &Global) -> Ended {
    let office = context::office(global, args.sample)?;
    let rules = pipeline::explain(&office, &args.rule)?;
    if global.format == Format::Json {
        out::json(&rules)?;
        return Ok(Exit::Done);
    }
    out::data(&rules.iter().map(told).collect::<Vec<_>>().join("\n"))?;
    if let Some(general) = rules.iter().find(|rule| rule.can_be_set && rule.set_by_office.is_none()) {
        out::say(
            global,
            &format!("hint: `\"{}\" = \"off\"` under `[checks]` of zhinaq.toml drops it", general.rule.rule),
        );
    }
    Ok(Exit::Done)
}

fn told(explained: &ExplainedRule) -> String {
    let ListedRule { rule, form, kind, severity, section, says, .. } = &explained.rule;
    let mut text = format!("{rule}\n");
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "  {name:9} {value}");
        }
    };
    for words in says.0.values() {
        line("says", words);
    }
    line("form", &form.as_ref().map_or_else(|| "every form".to_owned(), ToString::to_string));
    if let Some(section) = section {
        let title = explained.section_title.as_deref().unwrap_or_default();
        line("section", format!("{section} {title}").trim_end());
    }
    line("kind", kind);
    line("severity", &severity.map_or_else(|| "each finding states its own".to_owned(), |s| s.to_string()));
    line("set", explained.set_by_office.as_deref().unwrap_or_default());
    line("formula", &explained.formula);
    line("written", &written(&explained.rule));
    if !explained.operands.is_empty() {
        let mut table = Table::new(&["", "code", "heading"]);
        for operand in &explained.operands {
            table.row([operand.role.to_owned(), operand.code.clone(), operand.title.clone()]);
        }
        let _ = write!(text, "\n{table}");
    }
    text
}

fn written(rule: &ListedRule) -> String {
    match (&rule.file, rule.line) {
        (Some(file), Some(line)) if rule.built_in => format!("{file}:{line}, built into the program"),
        (Some(file), Some(line)) => format!("{file}:{line}"),
        _ => "in the program".to_owned(),
    }
}
