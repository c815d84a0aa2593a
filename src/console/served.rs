//! The office as its files are now. In: how the office is opened. Out: its context, and the languages in which it speaks.
//! Unknown here: requests.
//!
//! People edit the files of an office while the console runs: who may act, until when, what forms come from where. So the
//! files are looked at again and again, and the office is opened anew when one has changed. If they have faults then, the
//! console goes on with the office as it was, and each page says so.

use std::{
    collections::HashMap,
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use tokio::{
    runtime::Handle,
    sync::{Mutex as AsyncMutex, Semaphore},
    time::Instant,
};

use crate::{
    server::ConsoleOptions,
    speech::{self, Speech},
    templates,
};
use config::{ConsoleSettings, Office};
use domain::{Language, Period};
use minijinja::Environment;
use pipeline::{Context, Failure, SealingKey, chain, console_faults, console_key, views::FindingsView};

/// How often the files of the office are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// Of how many periods the findings are kept.
const KEPT_FINDINGS: usize = 8;
/// How many pages read figures at the same time.
const READERS: usize = 6;

/// The console while it runs.
pub struct Console {
    pub settings: ConsoleSettings,
    pub key: SealingKey,
    opening: ConsoleOptions,
    served: RwLock<Arc<Served>>,
    looked: AsyncMutex<(Instant, u64)>,
    faults: Mutex<Option<String>>,
    readers: Semaphore,
}

/// The office, as its files were when it was opened.
pub struct Served {
    pub context: Context,
    tongues: Vec<Tongue>,
    findings: Mutex<HashMap<Period, (Seen, Arc<FindingsView>)>>,
}

/// The last entry about figures, and the last one about overridden rules, from which findings were made.
pub type Seen = (i64, i64);

/// A language in which the console speaks, with its pages.
pub struct Tongue {
    pub speech: Arc<Speech>,
    pub pages: Environment<'static>,
}

impl Served {
    fn new(context: Context) -> Result<Self, Failure> {
        let speeches = speech::speeches(&context.office)?;
        let tongues = speeches.into_iter().map(|speech| {
            let speech = Arc::new(speech);
            let pages = templates::pages_of(&speech)
                .map_err(|error| Failure::ours("a page of the console is faulty", error))?;
            Ok(Tongue { speech, pages })
        });
        Ok(Self { tongues: tongues.collect::<Result<_, Failure>>()?, findings: Mutex::default(), context })
    }

    /// The place of the last entry about overridden rules.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn overridden(&self) -> Result<i64, Failure> {
        pipeline::views::last_override(&self.context).await
    }

    /// The findings about a period, if they are kept and nothing has changed.
    pub fn known_findings(&self, period: Period, seen: Seen) -> Option<Arc<FindingsView>> {
        let findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        findings.get(&period).filter(|(of, _)| *of == seen).map(|(_, known)| known.clone())
    }

    /// Keeps the findings about a period.
    pub fn keep_findings(&self, period: Period, seen: Seen, found: &Arc<FindingsView>) {
        let mut findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        if findings.len() >= KEPT_FINDINGS {
            findings.clear();
        }
        findings.insert(period, (seen, found.clone()));
    }

    /// The languages, in the order in which they are offered.
    pub fn languages(&self) -> impl Iterator<Item = Language> {
        self.tongues.iter().map(|tongue| tongue.speech.language())
    }

    /// A language with its pages; the first one if the console does not speak it.
    pub fn tongue(&self, language: Language) -> &Tongue {
        self.tongues.iter().find(|tongue| tongue.speech.language() == language).unwrap_or(&self.tongues[0])
    }
}

impl Console {
    /// Opens the office.
    ///
    /// # Errors
    /// When its files have faults, its ledger cannot be opened, or the console may not start: every reason at once.
    pub async fn open(opening: ConsoleOptions) -> Result<Self, Failure> {
        let seen = fingerprint(&opening.home);
        let context = opened(&opening).await?;
        let faults = console_faults(&context).await?;
        if !faults.is_empty() {
            let list: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
            let list = list.join("\n");
            return Err(Failure::usage(format!("the console does not start:\n{list}")).coded("configuration"));
        }
        Ok(Self {
            settings: context.office.settings.console.clone(),
            key: console_key(&context.office)?,
            served: RwLock::new(Arc::new(Served::new(context)?)),
            looked: AsyncMutex::new((Instant::now(), seen)),
            faults: Mutex::default(),
            readers: Semaphore::new(READERS),
            opening,
        })
    }

    /// The office as its files are now.
    pub async fn served(&self) -> Arc<Served> {
        // Whoever comes while another looks takes what is there.
        if let Ok(mut looked) = self.looked.try_lock()
            && looked.0.elapsed() >= LOOK
        {
            let seen = fingerprint(&self.opening.home);
            if seen != looked.1 {
                self.open_anew().await;
            }
            *looked = (Instant::now(), seen);
        }
        self.served.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn open_anew(&self) {
        let served = match opened(&self.opening).await {
            Ok(context) => Served::new(context),
            Err(failure) => Err(failure),
        };
        let faults = match served {
            Ok(served) => {
                *self.served.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(served);
                tracing::info!("the office's files have changed, and are in use");
                None
            }
            Err(failure) => {
                tracing::error!(error = %chain(&failure), "the office's files have changed, and are not in use");
                Some(failure.message)
            }
        };
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    /// Why the office's files as they are now are not in use; `None` if they are.
    pub fn faults(&self) -> Option<String> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads for a page, on a thread where nobody waits for it: figures are read from files.
    ///
    /// # Errors
    /// As the work.
    pub async fn read<T: Send + 'static>(
        &self,
        served: Arc<Served>,
        work: impl AsyncFnOnce(&Served) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let _place = self.readers.acquire().await;
        let runtime = Handle::current();
        let read = tokio::task::spawn_blocking(move || runtime.block_on(work(&served)));
        read.await.map_err(|error| Failure::ours("the page could not be made", error))?
    }
}

async fn opened(opening: &ConsoleOptions) -> Result<Context, Failure> {
    let office = if opening.is_sample { Office::for_sample(&opening.home) } else { Office::load(&opening.home) };
    let office = office.map_err(|faults| {
        Failure::usage(format!("the office's files have faults:\n{faults}")).coded("configuration")
    })?;
    Context::open(office, opening.context.clone()).await
}

/// Changes when a file that a person edits changes: by its time or its size.
fn fingerprint(home: &Path) -> u64 {
    let mut files = vec![home.join("zhinaq.toml"), home.join("schedules"), home.join("templates")];
    let mut seen: Vec<(PathBuf, Option<std::time::SystemTime>, u64)> = Vec::new();
    while let Some(path) = files.pop() {
        let Ok(found) = fs::metadata(&path) else { continue };
        if found.is_dir() {
            files.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
        } else {
            seen.push((path, found.modified().ok(), found.len()));
        }
    }
    seen.sort();
    let mut hasher = DefaultHasher::new();
    seen.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edited_file_is_seen() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("schedules")).unwrap();
        let empty = fingerprint(home.path());
        fs::write(home.path().join("schedules/people.toml"), "a").unwrap();
        let one = fingerprint(home.path());
        fs::write(home.path().join("schedules/people.toml"), "ab").unwrap();
        assert!(empty != one && one != fingerprint(home.path()));
        fs::write(home.path().join("output"), "a").unwrap();
        assert_eq!(fingerprint(home.path()), fingerprint(home.path()));
    }
}
