//! `zhinaq plan`, `zhinaq matrix` and `zhinaq calendar`: they read the office's files and need no ledger.

use std::error::Error;

use super::{
    calendar::{self, CalendarArgs, CalendarCommandError, CalendarFormat},
    context,
    exit::Ended,
    global::{Format, Global},
    matrix::{self, MatrixArgs, MatrixFormat},
    out,
    plan::{self, PlanArgs, PlanFormat},
};
use clock::Clock;
use pipeline::{Exit, Failure, chain};

pub fn plan(mut args: PlanArgs, global: &Global) -> Ended {
    args.format = match global.format {
        Format::Json => PlanFormat::Json,
        Format::Ics => PlanFormat::Ics,
        _ => PlanFormat::Table,
    };
    let office = context::office(global, args.sample)?;
    let today = Clock::System.today(office.zone);
    let mut text = Vec::new();
    plan::run(&args, &office, today, &mut text).map_err(|error| refused(&error))?;
    print(&text)
}

pub fn matrix(mut args: MatrixArgs, global: &Global) -> Ended {
    args.format = match global.format {
        Format::Json => MatrixFormat::Json,
        Format::Csv => MatrixFormat::Csv,
        _ => MatrixFormat::Table,
    };
    let mut text = Vec::new();
    matrix::run(&args, &context::office(global, args.sample)?, &mut text).map_err(|error| refused(&error))?;
    print(&text)
}

pub fn calendar(mut args: CalendarArgs, global: &Global) -> Ended {
    args.print_as(if global.format == Format::Json { CalendarFormat::Json } else { CalendarFormat::Table });
    let mut text = Vec::new();
    let ended = calendar::run(&args, &context::office(global, args.sample)?, &mut text);
    print(&text)?;
    match ended {
        Ok(()) => Ok(Exit::Done),
        Err(error @ CalendarCommandError::Differences(_)) => {
            out::complain(&error.to_string());
            Ok(Exit::Usage)
        }
        Err(error) => Err(refused(&error)),
    }
}

fn refused(error: &(dyn Error + 'static)) -> Failure {
    Failure::usage(chain(error))
}

fn print(text: &[u8]) -> Ended {
    out::data(&String::from_utf8_lossy(text))?;
    Ok(Exit::Done)
}
