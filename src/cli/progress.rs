//! Progress: bars on a terminal, sentences elsewhere.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal as _},
    sync::{Arc, Mutex, PoisonError},
};

use indicatif::{ProgressBar, ProgressStyle};

use super::{global::Global, language, out};
use pipeline::{Progress, Silent, Step};

/// How progress is shown with these options: as bars on a terminal, as sentences elsewhere, not at all with `--quiet`.
#[must_use]
pub fn for_terminal(global: &Global) -> Arc<dyn Progress> {
    match (global.quiet, io::stderr().is_terminal()) {
        (true, _) => Arc::new(Silent),
        (false, true) => Arc::new(Bars::default()),
        (false, false) => Arc::new(Sentences { global: global.clone() }),
    }
}

#[derive(Default)]
struct Bars {
    bars: Mutex<BTreeMap<Step, ProgressBar>>,
}

impl Bars {
    fn with(&self, step: Step, act: impl FnOnce(&ProgressBar)) {
        let bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = bars.get(&step) {
            act(bar);
        }
    }
}

impl Progress for Bars {
    fn begin(&self, step: Step, pieces: usize) {
        let style = ProgressStyle::with_template("{msg:>17} {bar:32} {pos:>4} of {len:<4} {elapsed}");
        let bar = ProgressBar::new(pieces as u64).with_message(language::told(step.title()).into_owned());
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("━━╌"));
        }
        bar.tick();
        self.bars.lock().unwrap_or_else(PoisonError::into_inner).insert(step, bar);
    }

    fn advance(&self, step: Step) {
        self.with(step, |bar| bar.inc(1));
    }

    fn end(&self, step: Step) {
        self.with(step, ProgressBar::finish_and_clear);
        self.bars.lock().unwrap_or_else(PoisonError::into_inner).remove(&step);
    }

    fn say(&self, sentence: &str) {
        let bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        let sentence = language::told(sentence);
        if let Some(bar) = bars.values().next() {
            bar.println(sentence);
        } else {
            let _ = io::Write::write_all(&mut io::stderr(), format!("{sentence}\n").as_bytes());
        }
    }
}

struct Sentences {
    global: Global,
}

impl Progress for Sentences {
    fn begin(&self, _: Step, _: usize) {}
    fn advance(&self, _: Step) {}
    fn end(&self, _: Step) {}

    fn say(&self, sentence: &str) {
        out::say(&self.global, sentence);
    }
}
