//! The sentences of the analytical text. In: a figure with that of the year before, the words for it, a language. Out: a
//! sentence. Not known here: where figures come from, and whether they may be compared.
//!
//! Cases and forms of nouns are in the words: of months in `templates/words/`, of what is counted in
//! `templates/analysis/`. So a further language needs no Rust.

use std::cmp::Ordering;

use super::{
    percentages::{self, Growth},
    prose,
};
use domain::{CountedWords, Number, Period, Titles};
use words::Lexicon;

/// A figure of a period and that of the same period of the year before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComparedFigure {
    period: Period,
    now: Number,
    ago: Number,
    change: Number,
    least_base: Number,
}

/// A part of an indicator, and how much it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedPart {
    pub label: Titles,
    pub change: Number,
}

/// Parts that a sentence lists; of further ones it gives the number.
const MOST_PARTS: usize = 3;

impl ComparedFigure {
    /// Two figures; a percentage is given of a base above zero that is at least `least_base`. `None` beyond the numbers
    /// that can be subtracted.
    #[must_use]
    pub fn new(period: Period, (now, ago): (Number, Number), least_base: Number) -> Option<Self> {
        let change = now.minus(ago)?;
        let are_small = [now, ago].iter().all(|number| number.in_thousandths().is_some());
        are_small.then_some(Self { period, now, ago, change, least_base })
    }

    #[must_use]
    pub const fn now(&self) -> Number {
        self.now
    }

    #[must_use]
    pub const fn ago(&self) -> Number {
        self.ago
    }

    #[must_use]
    pub const fn change(&self) -> Number {
        self.change
    }

    fn growth(&self) -> Growth {
        let thousandths = |number: Number| number.in_thousandths().unwrap_or_default();
        if self.ago < self.least_base {
            return Growth::NoBase;
        }
        percentages::growth(thousandths(self.now), thousandths(self.ago))
    }
}

/// The figure of the period beside that of the year before: `В январе–июне 2025 года зарегистрировано 21 преступление,
/// что на 5,0 % больше, чем в январе–июне 2024 года (20).`
#[must_use]
pub fn sentence(words: &CountedWords, of: &ComparedFigure, lexicon: &Lexicon) -> String {
    let words = lexicon.after(of.now, (&words.one, &words.few, &words.many)).of(lexicon.language());
    let said = words.replacen("{count}", &prose::number(of.now, lexicon), 1);
    let (time, than, ago) =
        (time(of.period, lexicon), than(of.period.year_before(), lexicon), prose::number(of.ago, lexicon));
    let is_less = of.now < of.ago;
    let text = match of.growth() {
        _ if of.now == of.ago => lexicon.analysis_same(&time, &said, &than),
        Growth::Times(tenths) => {
            let times = lexicon.times(&prose::tenths(tenths, lexicon));
            lexicon.analysis_times(&time, &said, &times, &than, &ago)
        }
        // A change that rounds to 0,0 % is a change all the same.
        Growth::Percent(tenths) if tenths != 0 => {
            let percent = prose::percent(tenths.abs(), lexicon);
            if is_less {
                lexicon.analysis_less(&time, &said, &percent, &than, &ago)
            } else {
                lexicon.analysis_more(&time, &said, &percent, &than, &ago)
            }
        }
        Growth::Percent(_) | Growth::NoBase => {
            let change = prose::number(of.change, lexicon).replace('−', "");
            if is_less {
                lexicon.analysis_less_by(&time, &said, &change, &than, &ago)
            } else {
                lexicon.analysis_more_by(&time, &said, &change, &than, &ago)
            }
        }
    };
    prose::capital(&text)
}

/// The parts that a change consists of, the largest first: `Вклад в снижение, по убыванию: Кража, −1 204. В обратную
/// сторону: Мошенничество, +84.` Empty where the whole did not change.
#[must_use]
pub fn contributions(change: Number, parts: &[ChangedPart], lexicon: &Lexicon) -> String {
    let way = change.cmp(&Number::ZERO);
    let along = list(parts, way, lexicon);
    let first = match way {
        Ordering::Less => lexicon.contributions_fall(&along),
        Ordering::Greater => lexicon.contributions_rise(&along),
        Ordering::Equal => return String::new(),
    };
    let against = list(parts, way.reverse(), lexicon);
    if against.is_empty() { first } else { format!("{first} {}", lexicon.contributions_against(&against)) }
}

/// The parts that changed one way, each with its change.
fn list(parts: &[ChangedPart], way: Ordering, lexicon: &Lexicon) -> String {
    let mut parts: Vec<&ChangedPart> = parts.iter().filter(|part| part.change.cmp(&Number::ZERO) == way).collect();
    parts.sort_by(|a, b| if way == Ordering::Less { a.change.cmp(&b.change) } else { b.change.cmp(&a.change) });
    let said = |part: &&ChangedPart| {
        let plus = if way == Ordering::Greater { "+" } else { "" };
        let change = format!("{plus}{}", prose::number(part.change, lexicon));
        lexicon.contribution(&super::labels::in_language(&part.label, lexicon.language()), &change)
    };
    let shown: Vec<String> = parts.iter().take(MOST_PARTS).map(said).collect();
    let (shown, more) = (shown.join("; "), parts.len().saturating_sub(MOST_PARTS));
    if more == 0 { shown } else { lexicon.and_more(&shown, &more) }
}

/// The time of a sentence: `в январе–июне 2025 года`.
fn time(period: Period, lexicon: &Lexicon) -> String {
    match period.last_month() {
        1 => lexicon.in_month(&lexicon.month_in(1), &period.year()),
        last => lexicon.in_months(&lexicon.month_in(1), &lexicon.month_in(last), &period.year()),
    }
}

/// The same after "than".
fn than(period: Period, lexicon: &Lexicon) -> String {
    match period.last_month() {
        1 => lexicon.than_month(&lexicon.month_in(1), &period.year()),
        last => lexicon.than_months(&lexicon.month_in(1), &lexicon.month_in(last), &period.year()),
    }
}
