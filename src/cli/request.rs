//! `zhinaq request`: the requests desk.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read as _,
};

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    global::{Format, Global},
    out,
    request_options::{AnswerOne, Check, Command, Extend, Forward, GroundArgs, Left, Refuse, Register, Show},
    tables,
};
use domain::{Language, RequestCheck, RequestNumber};
use pipeline::{self, Exit, Failure, Question, RequestAct, RequestLine};

pub async fn run(command: Command, global: &Global) -> Ended {
    match command {
        Command::Register(args) => register(args, global).await,
        Command::List(args) => {
            let context = context::open_to_read(global, &args.context).await?;
            let mut lines = pipeline::list_requests(&context, args.due, &args.state).await?;
            if args.touched {
                let touched = pipeline::touched_answers(&context).await?;
                lines.retain(|line| touched.iter().any(|touched| touched.number == line.number));
            }
            print(&lines, global)
        }
        Command::Export(args) => {
            let context = context::open_to_read(global, &args.context).await?;
            let lines = pipeline::list_requests(&context, None, &[]).await?;
            let lines: Vec<RequestLine> = lines.into_iter().filter(|line| line.year == args.year).collect();
            print(&lines, global)
        }
        Command::Show(args) => show(args, global).await,
        Command::Check(args) => checked(args, global).await,
        Command::Clarify(args) => decide(global, &args.context, &args.number, RequestAct::Clarify).await,
        Command::Resume(args) => decide(global, &args.context, &args.number, RequestAct::Resume).await,
        Command::Find(args) => {
            let office = context::office(global, args.sample)?;
            let language = office.settings.office.language.unwrap_or(Language::EN);
            let found = pipeline::find_indicators(&office, &args.words.join(" "), language);
            let headings = ["form", "section", "of", "code", "label"];
            tables::print(global.format, &found, (headings, &[]), |place| {
                [
                    place.form.to_string(),
                    place.section.to_string(),
                    place.of.to_owned(),
                    place.code.clone(),
                    place.label.clone(),
                ]
            })?;
            Ok(Exit::Done)
        }
        Command::Answer(args) => answer(args, global).await,
        Command::Sent(args) => {
            let context = context::open(global, &args.context).await?;
            pipeline::sent_request(&context, &args.number, &args.how).await?;
            Ok(Exit::Done)
        }
        Command::Noticed(args) => decide(global, &args.context, &args.number, RequestAct::Notice).await,
        Command::Appealed(args) => decide(global, &args.context, &args.number, RequestAct::Appeal).await,
        Command::Close(args) => decide(global, &args.context, &args.number, RequestAct::Close).await,
        Command::Extend(Extend { number, until, reason, context }) => {
            decide(global, &context, &number, RequestAct::Extend { until, reason }).await
        }
        Command::Forward(Forward { number, to, context }) => {
            decide(global, &context, &number, RequestAct::Forward { to }).await
        }
        Command::Left(Left { ground: GroundArgs { number, ground, reason }, context }) => {
            decide(global, &context, &number, RequestAct::Leave { ground, reason }).await
        }
        Command::Refuse(Refuse { ground: GroundArgs { number, ground, reason }, context }) => {
            decide(global, &context, &number, RequestAct::Refuse { ground, reason }).await
        }
        Command::Erase(args) => {
            let context = context::open(global, &args.context).await?;
            let files = pipeline::erase_request(&context, &args.number).await?;
            let (number, files) = (&args.number, domain::counted(files, "file"));
            out::say(global, &format!("`{number}`: {files} removed; backups that were made before still contain them"));
            Ok(Exit::Done)
        }
        Command::Report(args) => {
            let context = context::open_to_read(global, &args.context).await?;
            out::json(&pipeline::requests_of_quarter(&context, args.period).await?)?;
            Ok(Exit::Done)
        }
    }
}

async fn register(args: Register, global: &Global) -> Ended {
    // A path may contain a name, so no message repeats it.
    let unreadable = |_| Failure::usage("the file of the request cannot be read");
    let mut bytes = Vec::new();
    match &args.file {
        Some(path) => {
            std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(unreadable)?
        }
        None => std::io::stdin().read_to_end(&mut bytes).map_err(unreadable)?,
    };
    let given =
        [("from", args.from), ("channel", args.channel), ("language", args.written_in), ("received", args.received)];
    let given: BTreeMap<&'static str, String> =
        given.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
    let forms = pipeline::read_forms(&bytes, &given)?;
    let context = context::open(global, &args.context).await?;
    let filed = pipeline::file_requests(&context, &forms).await?;
    if global.format == Format::Json {
        out::json(&filed)?;
        return Ok(Exit::Done);
    }
    for request in &filed.requests {
        let word = if request.is_new { "taken in" } else { "taken in before" };
        out::data(&format!("{} {word}\n", request.number))?;
    }
    Ok(Exit::Done)
}

async fn show(args: Show, global: &Global) -> Ended {
    let context = context::open_to_read(global, &args.context).await?;
    let view = pipeline::show_request(&context, &args.number).await?;
    if global.format == Format::Json {
        out::json(&view)?;
        return Ok(Exit::Done);
    }
    let mut lines = vec![format!("{} {}", view.line.number, view.line.state.word())];
    lines.push(view.clock.counts_from.why.clone());
    for term in &view.clock.terms {
        lines.push(format!("{} [{}]: {}, {}", term.act, term.mark, term.due.day, term.due.why));
        lines.extend(term.with_stops.iter().map(|day| format!("  with the stop: {}, {}", day.day, day.why)));
    }
    lines.push(match &view.clock.due {
        Some(due) => format!("due {}: {}", due.day, due.why),
        None => "no due day: schedules/requests.toml has no term for this day of receipt".to_owned(),
    });
    lines.extend(view.clock.forward.iter().map(|day| format!("forward until {}: {}", day.day, day.why)));
    lines.extend(view.line.notice_due.iter().map(|day| format!("tell the extension until {day}")));
    for (check, yes) in &view.answers {
        lines.push(format!("{}: {}", check.word(), if *yes { "yes" } else { "no" }));
    }
    if let Some(asked) = &view.asked {
        for text in [&asked.name, &asked.address, &asked.subject, &asked.asks, &asked.text].into_iter().flatten() {
            lines.push(out::visible(text).into_owned());
        }
    }
    if let Some(draft) = &view.draft {
        lines.push(String::new());
        lines.push(draft.text.trim_end().to_owned());
    }
    out::data(&(lines.join("\n") + "\n"))?;
    Ok(Exit::Done)
}

async fn checked(args: Check, global: &Global) -> Ended {
    let both: BTreeSet<&RequestCheck> = args.yes.iter().filter(|check| args.no.contains(check)).collect();
    if let Some(check) = both.first() {
        return Err(Failure::usage(format!("`{}` is both in --yes and in --no", check.word())));
    }
    let yes = args.yes.iter().map(|check| (*check, true));
    let answers = yes.chain(args.no.iter().map(|check| (*check, false))).collect();
    let context = context::open(global, &args.context).await?;
    let (reason, asks) = (args.reason.as_deref(), args.asks.as_deref());
    let proposal = pipeline::check_request(&context, &args.number, &answers, args.decide, reason, asks).await?;
    if global.format == Format::Json {
        out::json(&proposal)?;
    } else {
        let grounds: Vec<&str> = proposal.grounds.iter().map(|check| check.word()).collect();
        out::data(&format!("{} {} {}\n", args.number, proposal.follow.word(), grounds.join(", ")))?;
    }
    Ok(Exit::Done)
}

async fn answer(args: AnswerOne, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    let question = Question {
        form: Some(args.form),
        periods: args.period,
        sections: args.section,
        rows: args.row,
        columns: args.column,
        units: args.unit,
        agencies: args.agency,
    };
    let answer = pipeline::answer_request(&context, &args.number, &question, args.access.as_deref()).await?;
    let files = [("letter.html", answer.letter.as_bytes()), ("figures.xlsx", answer.workbook.as_slice())];
    for (name, bytes) in files {
        durable::replace(&args.out.join(name), bytes)
            .map_err(|error| Failure::ours("the answer could not be written", error))?;
    }
    if global.format == Format::Json {
        out::json(&answer)?;
    } else {
        let figures = domain::counted(answer.figures, "figure");
        out::data(&format!("{} {figures} {}\n", answer.number, answer.content.short()))?;
    }
    Ok(Exit::Done)
}

async fn decide(global: &Global, args: &ContextArgs, number: &RequestNumber, act: RequestAct) -> Ended {
    let context = context::open(global, args).await?;
    pipeline::decide_request(&context, number, &act).await?;
    let view = pipeline::show_request(&context, number).await?;
    out::say(global, &format!("`{number}` is now `{}`", view.line.state.word()));
    Ok(Exit::Done)
}

fn print(lines: &[RequestLine], global: &Global) -> Ended {
    let headings = ["number", "received", "from", "channel", "state", "due", "left", "why"];
    tables::print(global.format, lines, (headings, &[6]), |line| {
        let due = line.due.as_ref();
        [
            line.number.to_string(),
            line.received.to_string(),
            line.from.word().to_owned(),
            line.channel.clone(),
            line.state.word().to_owned(),
            due.map_or_else(|| "?".to_owned(), |due| due.day.to_string()),
            line.days_left.map_or_else(String::new, |left| left.to_string()),
            due.map_or_else(String::new, |due| due.why.clone()),
        ]
    })?;
    Ok(Exit::Done)
}
