//! Notifies the office: by mail to its own address if parcels go by mail, by the command and the webhook of `[alerts]`,
//! and if none of these is set, with a file in `alerts/`.
//!
//! In: an alert. Out: mails, calls, a file. Unknown here: when the office is notified.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{Context, Failure, Invocation, StatusNotice, chain, distribution::transport_setup};
use acquire::post_json;
use chrono::{DateTime, TimeDelta, Utc};
use config::AlertSettings;
use distribute::Notice;
use domain::{Moment, Origin};
use schedule::Alert;

/// The variables of the environment that the command gets. Others may be secrets of this program.
const VARIABLES: [&str; 6] = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "USER"];
/// How often it is asked whether the command has ended.
const LOOK: Duration = Duration::from_millis(20);
/// The most bytes of the command's errors that are quoted.
const QUOTED: u64 = 300;

/// Notifies the office in every way that is set. Mail goes only to the office's own address in zhinaq.toml.
///
/// # Errors
/// When no way took the alert. If one did, the failures of the others are logged.
pub async fn tell(context: &Context, alert: &Alert, notices: &[StatusNotice]) -> Result<(), Failure> {
    let (subject, mut text) = words(context.origin, &context.call, alert);
    let head = if alert.moment == Moment::At { context.journal_head().await? } else { None };
    if let Some(head) = head {
        let check = context.call.command("journal verify").option("--head", head);
        let _ = writeln!(text, "Keep this letter: {check} shows later whether the journal was changed.");
    }
    // Programs get the alert in English, and people in the language of the office.
    let to_people = |text: &str| match &context.office.messages {
        Some(messages) => messages.of(text).into_owned(),
        None => text.to_owned(),
    };
    let (told_subject, told_text) = (to_people(&subject), to_people(&text));
    let mut ended = Vec::new();
    if let Some(sent) = by_mail(context, alert, &told_subject, &told_text).await {
        ended.push(sent);
    }
    let settings = &context.office.settings.alerts;
    let body = || {
        json!({
            "subject": subject,
            "text": text,
            "told": { "subject": told_subject, "text": told_text },
            "day": alert.day,
            "moment": alert.moment.word(),
            "origin": context.origin,
            "at": context.now(),
            "lines": alert.lines,
            "notices": notices,
        })
        .to_string()
    };
    if !settings.command.is_empty() {
        let (settings, body) = (settings.clone(), body());
        let done = tokio::task::spawn_blocking(move || by_command(&settings, &body)).await;
        ended.push(done.unwrap_or_else(|error| Err(Failure::ours("the command of [alerts] was not started", error))));
    }
    if let Some(address) = &settings.webhook {
        let posted = post_json(address, body(), settings.limit).await;
        ended.push(posted.map_err(|fault| Failure::usage(format!("the webhook of [alerts] {fault}"))));
    }
    if ended.is_empty() {
        return into_file(&context.output, context.now(), alert, &format!("{told_subject}\n\n{told_text}"));
    }
    let is_taken = ended.iter().any(Result::is_ok);
    for failure in ended.into_iter().filter_map(Result::err) {
        if !is_taken {
            return Err(failure);
        }
        tracing::error!(error = %chain(&failure), "an alert was not taken");
    }
    // The next failure is news again.
    let _ = std::fs::remove_file(not_taken(context));
    Ok(())
}

/// The file that keeps what was said about alerts that nobody took: a time and the words on each line.
fn not_taken(context: &Context) -> PathBuf {
    context.output.join("alerts").join(".not-taken")
}

/// How long the same failure to notify is not news.
const AGAIN: TimeDelta = TimeDelta::hours(24);

/// Whether these words about a failure to notify the office are new: they were not said within a day, whatever moment of
/// the day the alert was of. Remembers them in a file of the output, for the next program that cron starts.
pub fn is_news(context: &Context, words: &str) -> bool {
    let (path, now, words) = (not_taken(context), context.now(), words.replace(['\n', '\t'], " "));
    let said = std::fs::read_to_string(&path).unwrap_or_default();
    let is_recent = |line: &&str| {
        let at = line.split_once('\t').and_then(|(at, _)| DateTime::parse_from_rfc3339(at).ok());
        at.is_some_and(|at| (now - at.to_utc()).abs() < AGAIN)
    };
    let recent: Vec<&str> = said.lines().filter(is_recent).collect();
    if recent.iter().any(|line| line.split_once('\t').is_some_and(|(_, before)| before == words)) {
        return false;
    }
    let lines: String = recent.iter().map(|line| format!("{line}\n")).collect();
    let kept = durable::replace(&path, format!("{lines}{}\t{words}\n", now.to_rfc3339()).as_bytes());
    if let Err(error) = kept {
        tracing::debug!(%error, "a failure to notify cannot be remembered");
    }
    true
}

/// Sends the alert by mail; `None` if parcels do not go by mail, or the office has no address.
async fn by_mail(context: &Context, alert: &Alert, subject: &str, text: &str) -> Option<Result<(), Failure>> {
    let to = context.office.settings.office.address.clone()?;
    let transport = match transport_setup::transport(context, false) {
        Ok(transport) => transport,
        Err(failure) => return Some(Err(failure)),
    };
    let id = format!("{}.{}.{}", alert.day, label(context.now(), alert), context.origin);
    let notice = Notice { to, subject: subject.into(), text: text.into(), date: context.now(), id };
    match transport.notify(&notice).await {
        Ok(Some(_)) => Some(Ok(())),
        Ok(None) => None,
        Err(error) => Some(Err(Failure::ours("the office's alert was not taken", error))),
    }
}

/// The label of an alert among those of its day.
fn label(now: DateTime<Utc>, alert: &Alert) -> String {
    match alert.moment {
        // Several may be sent on one day.
        Moment::AtOnce => format!("{}-{}", alert.moment.word(), now.format("%H%M%S")),
        moment => moment.word().to_owned(),
    }
}

/// Starts the command of `[alerts]`, and gives it the alert on its standard input.
fn by_command(settings: &AlertSettings, body: &str) -> Result<(), Failure> {
    let [program, arguments @ ..] = &settings.command[..] else { return Ok(()) };
    let failed = |error| Failure::ours(format!("the command `{program}` of [alerts] failed"), error);
    let kept = VARIABLES.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(kept)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let (input, body) = (child.stdin.take(), body.to_owned());
    // A command that does not read its input must not block this program; what it does not read is lost.
    std::thread::spawn(move || input.map(|mut input| input.write_all(body.as_bytes())));
    let errors = child.stderr.take();
    let said = std::thread::spawn(move || {
        let mut text = Vec::new();
        errors.map(|errors| errors.take(QUOTED).read_to_end(&mut text));
        String::from_utf8_lossy(&text).trim().to_owned()
    });
    let begun = Instant::now();
    let status = loop {
        match child.try_wait().map_err(failed)? {
            Some(status) => break status,
            None if begun.elapsed() > settings.limit => {
                let _ = child.kill();
                let _ = child.wait();
                let limit = settings.limit.as_secs();
                return Err(Failure::usage(format!(
                    "the command `{program}` of [alerts] did not end within {limit} s"
                )));
            }
            None => std::thread::sleep(LOOK),
        }
    };
    if status.success() {
        return Ok(());
    }
    // Child processes of the command may keep the pipe open; then its output is not waited for.
    let words = if said.is_finished() { said.join().unwrap_or_default() } else { String::new() };
    let words = if words.is_empty() { words } else { format!(": {words}") };
    Err(Failure::usage(format!("the command `{program}` of [alerts] ended with {status}{words}")))
}

fn into_file(output: &Path, now: DateTime<Utc>, alert: &Alert, text: &str) -> Result<(), Failure> {
    let folder = output.join("alerts");
    let made = std::fs::create_dir_all(&folder);
    made.map_err(|error| Failure::ours(format!("`{}` could not be made", folder.display()), error))?;
    let path = folder.join(format!("{}-{}.txt", alert.day, label(now, alert)));
    durable::replace(&path, text.as_bytes())
        .map_err(|error| Failure::ours(format!("`{}` could not be written", path.display()), error))
}

fn words(origin: Origin, call: &Invocation, alert: &Alert) -> (String, String) {
    let sample = if origin == Origin::Sample { "SAMPLE DATA: " } else { "" };
    let subject = format!("{sample}zhinaq: {}", alert.subject);
    let mut text = String::new();
    for line in &alert.lines {
        text.push_str(line);
        text.push('\n');
    }
    if alert.moment == Moment::Emergency {
        let _ = writeln!(text, "the journal of emergencies: {}", call.command("incidents"));
    }
    let status = call.command("status");
    let _ = writeln!(text, "\nWhat to do is shown by {status}. This letter was written by a program.");
    (subject, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(words: &[&str], seconds: u64) -> AlertSettings {
        let command = words.iter().map(ToString::to_string).collect();
        AlertSettings { command, limit: Duration::from_secs(seconds), ..AlertSettings::default() }
    }

    #[test]
    fn a_command_gets_the_alert_on_its_standard_input() {
        let wants = settings(&["sh", "-c", "test \"$(cat)\" = '{\"subject\":\"x\"}'"], 10);
        by_command(&wants, "{\"subject\":\"x\"}").unwrap();
        assert!(by_command(&wants, "{\"subject\":\"y\"}").is_err());
    }

    #[test]
    fn a_command_that_fails_hangs_or_does_not_exist_is_an_error_that_names_it() {
        let large = "x".repeat(1 << 20);
        for (words, seconds, wanted) in [
            (&["sh", "-c", "echo no route >&2; exit 3"][..], 10, "ended with exit status: 3"),
            (&["sleep", "30"], 1, "did not end within 1 s"),
            (&["no-such-program-here"], 1, "`no-such-program-here` of [alerts] failed"),
        ] {
            let failure = by_command(&settings(words, seconds), &large).unwrap_err();
            assert!(chain(&failure).contains(wanted), "{}", chain(&failure));
        }
    }

    #[test]
    fn a_command_gets_no_secret_of_this_program() {
        let script = "test -z \"$CARGO_PKG_NAME\" && test -n \"$PATH\"";
        by_command(&settings(&["sh", "-c", script], 10), "{}").unwrap();
    }
}
