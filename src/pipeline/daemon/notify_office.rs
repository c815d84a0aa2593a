//! Notifies the office: by mail to its own address if parcels go by mail, else with a file in `alerts/`.
//!
//! In: an alert. Out: a mail or a file. Unknown here: when the office is notified.

use std::fmt::Write as _;

use crate::{Context, Failure, distribution::transport_setup};
use distribute::Notice;
use domain::{Moment, Origin};
use schedule::Alert;

/// Notifies the office. Mail goes only to the office's own address in zhinaq.toml.
///
/// # Errors
/// When the mail server does not take the mail, or the file cannot be written.
pub async fn tell(context: &Context, alert: &Alert) -> Result<(), Failure> {
    let (subject, text) = words(context, alert);
    let id = format!("{}.{}.{}", alert.day, alert.moment.word(), context.origin);
    let transport = transport_setup::transport(context, false)?;
    if let Some(to) = &context.office.settings.office.address {
        let notice = Notice { to: to.clone(), subject: subject.clone(), text: text.clone(), date: context.now(), id };
        let sent = transport.notify(&notice).await;
        if sent.map_err(|error| Failure::ours("the office's alert was not taken", error))?.is_some() {
            return Ok(());
        }
    }
    let folder = context.output.join("alerts");
    let made = std::fs::create_dir_all(&folder);
    made.map_err(|error| Failure::ours(format!("`{}` could not be made", folder.display()), error))?;
    let path = folder.join(format!("{}-{}.txt", alert.day, alert.moment.word()));
    let text = format!("{subject}\n\n{text}");
    durable::replace(&path, text.as_bytes())
        .map_err(|error| Failure::ours(format!("`{}` could not be written", path.display()), error))
}

fn words(context: &Context, alert: &Alert) -> (String, String) {
    let sample = if context.origin == Origin::Sample { "SAMPLE DATA: " } else { "" };
    let subject = format!("{sample}zhinaq: {}", alert.subject);
    let mut text = String::new();
    for line in &alert.lines {
        text.push_str(line);
        text.push('\n');
    }
    if alert.moment == Moment::Emergency {
        let _ = writeln!(text, "the journal of emergencies: {}", context.call.command("incidents"));
    }
    let status = context.call.command("status").asked("--period");
    let _ = writeln!(text, "\nWhat to do is shown by {status}. This letter was written by a program.");
    (subject, text)
}
