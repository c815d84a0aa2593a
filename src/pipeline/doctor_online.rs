//! Examines what an office depends on outside its files: its ledger, its mail server, its sources, its disk and its
//! clock.
//!
//! In: a context. Out: one result for each, good or not. Unknown here: faults within the files, which `doctor` finds.

use std::{collections::BTreeMap, path::Path};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;

use crate::{
    Context, Failure, Trouble, chain,
    distribution::transport_setup,
    intake::sources::{self, Sources},
    keeping::storing::store_check,
    status::requirements,
};
use acquire::{Ask, AskPlace, Fetcher, dropped};
use clock::Clock;
use config::{Office, SourceKind, SourceSpec, TransportSettings};
use distribute::Notice;
use domain::{Origin, Period, Periodicity};

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OnlineCheck {
    /// What was checked: `ledger`, `mail`, `source`, `disk`, `store` or `clock`.
    pub what: &'static str,
    pub good: bool,
    pub words: String,
}

/// A half-year of numbered copies takes about 100 MB, and a ledger on a full disk takes no outcome.
const ROOM: u64 = 512 << 20;
/// A difference of the clocks by which a mail, a certificate or a deadline is judged wrongly.
const SKEW: TimeDelta = TimeDelta::minutes(2);

/// Asks everything that the office depends on, and sends a test mail to the office's own address. `ledger` is why the
/// ledger could not be opened.
pub async fn examine_online(context: &Context, ledger: Option<&Failure>) -> Vec<OnlineCheck> {
    let mut checks = vec![of_ledger(context.origin, ledger), mail(context).await, disk(&context.output)];
    checks.extend(store(context));
    let (asked, dates) = sources(context).await;
    checks.extend(asked);
    checks.push(clock(&dates));
    checks
}

impl OnlineCheck {
    fn good(what: &'static str, words: impl Into<String>) -> Self {
        Self { what, good: true, words: words.into() }
    }

    fn bad(what: &'static str, words: impl Into<String>) -> Self {
        Self { what, good: false, words: words.into() }
    }
}

fn of_ledger(origin: Origin, failure: Option<&Failure>) -> OnlineCheck {
    match failure {
        None => OnlineCheck::good("ledger", format!("can be read ({origin})")),
        Some(failure) => OnlineCheck::bad("ledger", chain(failure)),
    }
}

/// Sends a test mail by the way of the parcels. Only the office gets it.
async fn mail(context: &Context) -> OnlineCheck {
    let settings = &context.office.settings;
    let TransportSettings::Smtp(smtp) = &settings.transport else {
        return OnlineCheck::good("mail", "not used: parcels go by folder (`kind` under [transport] in zhinaq.toml)");
    };
    let Some(to) = &settings.office.address else {
        let words = "no test mail was sent: write the office's own address under [office] in zhinaq.toml (`address`)";
        return OnlineCheck::bad("mail", words);
    };
    let transport = match transport_setup::transport(context, false) {
        Ok(transport) => transport,
        Err(failure) => return OnlineCheck::bad("mail", chain(&failure)),
    };
    let sample = if context.origin == Origin::Sample { "SAMPLE DATA: " } else { "" };
    let notice = Notice {
        to: to.clone(),
        subject: format!("{sample}zhinaq: test mail"),
        text: format!(
            "{} sent this mail. It shows that the mail server takes mails of this office.\nNothing has to be done. This letter was written by a program.\n",
            context.call.command("doctor").flag("--online")
        ),
        date: context.now(),
        id: format!("test.{}", context.run),
    };
    let server = format!("`{}`, port {}", smtp.host, smtp.port);
    match transport.notify(&notice).await {
        Ok(Some(words)) => {
            OnlineCheck::good("mail", format!("{server} took a test mail to `{}`: {words}", to.as_str()))
        }
        Ok(None) => OnlineCheck::bad("mail", format!("{server}: this way carries no mail to the office")),
        Err(error) => OnlineCheck::bad(
            "mail",
            format!("{server} did not take a test mail to `{}`: {}", to.as_str(), chain(&error)),
        ),
    }
}

/// Whether the store refuses a second create; nothing for an office without one.
fn store(context: &Context) -> Option<OnlineCheck> {
    context.artifacts.address()?;
    Some(match store_check(context) {
        Ok(proof) if proof.good => OnlineCheck::good("store", format!("`{}` refuses a second create", proof.store)),
        Ok(proof) => {
            let words = format!("`{}` let {} create one object", proof.store, domain::counted(proof.winners, "rival"));
            OnlineCheck::bad("store", words)
        }
        Err(failure) => OnlineCheck::bad("store", chain(&failure)),
    })
}

/// How much room the disk of the output has.
fn disk(output: &Path) -> OnlineCheck {
    let shown = output.display();
    match durable::free_space(output) {
        Err(error) => OnlineCheck::bad("disk", format!("the room for `{shown}` cannot be read: {error}")),
        Ok(free) => {
            let words = format!("{} MB are free for `{shown}`", free >> 20);
            if free < ROOM {
                OnlineCheck::bad("disk", format!("only {words}; at least {} MB are needed", ROOM >> 20))
            } else {
                OnlineCheck::good("disk", words)
            }
        }
    }
}

/// Asks each source for one document of the last quarter. Returns the times by the clocks of the sources, each with the
/// difference of this machine's clock.
async fn sources(context: &Context) -> (Vec<OnlineCheck>, Vec<(String, TimeDelta)>) {
    if context.origin == Origin::Sample {
        let words = "not asked: the forms come from the sample office within the program";
        return (vec![OnlineCheck::good("source", words)], Vec::new());
    }
    let asks = match asks(context).await {
        Ok(asks) => asks,
        Err(failure) => return (vec![OnlineCheck::bad("source", chain(&failure))], Vec::new()),
    };
    let fetcher = match Fetcher::new(sources::limits(context)) {
        Ok(fetcher) => fetcher,
        Err(fault) => return (vec![OnlineCheck::bad("source", fault.to_string())], Vec::new()),
    };
    let (mut checks, mut clocks) = (Vec::new(), Vec::new());
    for (form, ask) in asks {
        let what = format!("form `{form}`");
        let ask = match ask {
            Ok(ask) => ask,
            Err(trouble) => {
                checks.push(OnlineCheck::bad("source", format!("{}: {}", trouble.what, trouble.why)));
                continue;
            }
        };
        let AskPlace::Url(url) = &ask.place else { continue };
        match fetcher.probe(url, !ask.secrets.is_empty(), ask.patience).await {
            Ok(answer) => {
                checks.push(OnlineCheck::good(
                    "source",
                    format!("{what}: `{}` answers (status {})", ask.shown(), answer.status),
                ));
                let date = answer.date.as_deref().and_then(|date| DateTime::parse_from_rfc2822(date).ok());
                let host = url::Url::parse(url).ok().and_then(|url| url.host_str().map(ToOwned::to_owned));
                if let (Some(date), Some(host)) = (date, host) {
                    clocks.push((host, Clock::System.now() - date.with_timezone(&Utc)));
                }
            }
            Err(fault) => checks.push(OnlineCheck::bad("source", format!("{what}: `{}` {fault}", ask.shown()))),
        }
    }
    checks.extend(context.office.sources.iter().filter_map(|source| folder(&context.office, source)));
    (checks, clocks)
}

type Question = Result<Ask, Trouble>;

/// One question to each source with an address, by form.
async fn asks(context: &Context) -> Result<BTreeMap<String, Question>, Failure> {
    let quarter = last_quarter(context.today())?;
    let sources = Sources::open(context, quarter).await?;
    let needed = requirements::forms(context.office.regulation(), quarter, &[])?;
    let mut asks = BTreeMap::new();
    for needed in needed {
        let form = &needed.term.id;
        match sources.asks(form, needed.period) {
            Ok(Some(found)) => {
                let first = found.into_iter().find(|ask| matches!(ask.place, AskPlace::Url(_)));
                asks.extend(first.map(|ask| (form.to_string(), Ok(ask))));
            }
            Ok(None) => {}
            Err(trouble) => {
                asks.insert(form.to_string(), Err(trouble));
            }
        }
    }
    Ok(asks)
}

fn last_quarter(today: NaiveDate) -> Result<Period, Failure> {
    let now = Period::containing(today, Periodicity::Quarter);
    now.map(Period::before).ok_or_else(|| Failure::usage("today is in no quarter that this program can name"))
}

/// A folder that a person puts files into.
fn folder(office: &Office, source: &SourceSpec) -> Option<OnlineCheck> {
    let SourceKind::Folder { path } = &source.kind else { return None };
    if source.origin == Origin::Sample {
        return None;
    }
    let shown = format!("form `{}`: the folder `{}`", source.form, path.display());
    Some(match dropped(&office.path(path)) {
        Ok(_) => OnlineCheck::good("source", format!("{shown} can be read")),
        Err(error) => OnlineCheck::bad("source", format!("{shown} cannot be read: {error}")),
    })
}

/// Compares this machine's clock with those of the sources. One source may have a wrong clock too, so the nearest one
/// decides.
fn clock(clocks: &[(String, TimeDelta)]) -> OnlineCheck {
    let Some((host, skew)) = clocks.iter().min_by_key(|(_, skew)| skew.abs()) else {
        return OnlineCheck::good("clock", "not compared: no source said what time it is");
    };
    let seconds = skew.num_seconds().abs();
    if skew.abs() <= SKEW {
        return OnlineCheck::good("clock", format!("within {} s of `{host}`", SKEW.num_seconds()));
    }
    let side = if *skew > TimeDelta::zero() { "ahead of" } else { "behind" };
    OnlineCheck::bad(
        "clock",
        format!("this machine's clock is {seconds} s {side} that of `{host}`: set it, or deadlines are missed"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_clock_decides() {
        let of = |seconds: &[i64]| {
            let clocks: Vec<_> = seconds.iter().map(|s| ("h".to_owned(), TimeDelta::seconds(*s))).collect();
            clock(&clocks)
        };
        assert!(of(&[]).good && of(&[-119, 9000]).good);
        let wrong = of(&[7200, 3600]);
        assert!(!wrong.good && wrong.words.contains("3600 s ahead of"), "{wrong:?}");
        assert!(of(&[-500]).words.contains("500 s behind"));
    }

    #[test]
    fn a_folder_that_is_not_made_yet_has_the_room_of_the_one_above() {
        let found = disk(&std::env::temp_dir().join("zhinaq-never-made/deep"));
        assert!(found.words.contains("MB are free"), "{found:?}");
        assert_eq!(disk(Path::new("")).what, "disk");
    }
}
