//! The analytical text of a book: paragraphs made by rules from figures, and what a person wrote.
//!
//! In: the rules of the collection, the figures of the book, the comment. Out: texts in every language. A sentence is
//! made only where documents of the republic state every figure of it, in the period itself and in the year before, by
//! the same definition, and no error was found in the year before. The contributions of parts are told only where the
//! parts add up to the whole in both years. What is left out is listed with the reason. Causes are only what the person
//! wrote. Not known here: how sentences are worded, tables.

use std::fmt::Write as _;

use super::{
    analysis_text::{ChangedPart, ComparedFigure, contributions, sentence},
    book::LineKey,
    draft,
    figures::Figures,
    labels,
    material::Material,
    prose::span,
};
use domain::{
    Agency, ColumnCode, IndicatorTemplate, IssueComment, Measure, Number, Pick, Place, RowCode, Titles, Unit,
};
use words::{Dictionary, Lexicon, texts};

/// The analytical text of a book.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Analysis {
    /// One for each indicator that can be compared.
    pub paragraphs: Vec<Titles>,
    /// The sentences that are left out, each with the reason.
    pub left_out: Vec<Titles>,
    pub comment: Option<IssueComment>,
}

/// The analytical text; `None` where the collection has no rules for it and nobody commented on the issue.
#[must_use]
pub fn analysis(material: &Material<'_>, figures: &Figures<'_>) -> Option<Analysis> {
    let forms = material.template.forms();
    let indicators = material.analysis.iter().flat_map(|analysis| &analysis.indicators);
    let mut made = Analysis { comment: material.comment.clone(), ..Analysis::default() };
    // A supplement has only the forms that it brings.
    for indicator in indicators.filter(|indicator| forms.contains(&&indicator.form)) {
        let gather = Gather { material, figures, indicator };
        match gather.compared(&indicator.place) {
            Err(why) => made.left_out.push(gather.left_out(&why, Lexicon::left_out)),
            Ok(whole) => {
                let parts = gather.parts(&whole);
                if let Err(why) = &parts {
                    made.left_out.push(gather.left_out(why, Lexicon::left_out_parts));
                }
                made.paragraphs.push(gather.paragraph(&whole, &parts.unwrap_or_default()));
            }
        }
    }
    (made != Analysis::default()).then_some(made)
}

impl Analysis {
    /// Writes what is content: the paragraphs in Russian, as of everything that is made of figures, and the comment in
    /// every language, for each language of it is a text of a person.
    pub fn write_content(&self, text: &mut String) {
        for paragraph in &self.paragraphs {
            let _ = writeln!(text, "analysis\t{}", paragraph.ru);
        }
        for left_out in &self.left_out {
            let _ = writeln!(text, "left out\t{}", left_out.ru);
        }
        if let Some(comment) = &self.comment {
            let _ = writeln!(text, "comment\t{}", comment.name);
            for (language, said) in comment.paragraphs.iter().flat_map(Titles::texts) {
                let _ = writeln!(text, "comment\t{language}\t{said}");
            }
        }
    }
}

/// The figures of one indicator.
struct Gather<'g, 'f> {
    material: &'g Material<'g>,
    figures: &'g Figures<'f>,
    indicator: &'g IndicatorTemplate,
}

impl Gather<'_, '_> {
    fn words(&self) -> &Dictionary {
        self.material.words
    }

    /// A place in the period and in the year before, or why the two cannot be compared.
    fn compared(&self, place: &Place) -> Result<ComparedFigure, Titles> {
        let (form, figures) = (&self.indicator.form, self.figures);
        let no_figure = |period| self.words().each(|l| l.no_figure_of(&span(period, l)));
        let Some(now) = figures.own(form) else { return Err(no_figure(self.material.period)) };
        let find = |period| {
            if !figures.states_republic(form, period) && figures.documents(form, period).next().is_some() {
                return Err(texts::NO_REPUBLIC.titles(self.words()));
            }
            figures.find(form, period, &Unit::republic(), &Agency::all(), place).map_err(|_| no_figure(period))
        };
        let found = (find(now)?, find(now.year_before())?);
        let key = LineKey {
            form: form.clone(),
            place: place.clone(),
            agency: Agency::all(),
            units: std::array::from_fn(|_| vec![Unit::republic()]),
            period: now,
            quarter: false,
        };
        if draft::broken(figures, &key, 1).is_some() {
            return Err(texts::LEGEND_B.titles(self.words()));
        }
        if figures.is_doubted(form, &place.section, now.year_before()) {
            return Err(texts::COMPARISON_IN_DOUBT.titles(self.words()));
        }
        let column = figures.columns(form, now, &place.section, &Pick::Codes(vec![place.column.clone()]));
        let least_base = match column.first().map(|column| column.measure) {
            Some(Measure::Count | Measure::Persons) => Number::count(self.material.template.percent_from.into()),
            _ => Number::ZERO,
        };
        ComparedFigure::new(now, found, least_base).ok_or_else(|| no_figure(now))
    }

    /// The parts of the indicator with their changes, or why they cannot be told. Empty where no parts are wanted.
    fn parts(&self, whole: &ComparedFigure) -> Result<Vec<ChangedPart>, Titles> {
        let places = &self.indicator.parts;
        let (mut sums, mut changes) = ((Some(Number::ZERO), Some(Number::ZERO)), Vec::new());
        for place in places {
            let part = self.compared(place)?;
            sums = (sums.0.and_then(|sum| sum.plus(part.now())), sums.1.and_then(|sum| sum.plus(part.ago())));
            changes.push(part.change());
        }
        if !places.is_empty() && sums != (Some(whole.now()), Some(whole.ago())) {
            return Err(texts::PARTS_DO_NOT_ADD_UP.titles(self.words()));
        }
        let parts = self.part_labels().into_iter().zip(changes);
        Ok(parts.map(|(label, change)| ChangedPart { label, change }).collect())
    }

    /// The labels of the parts: of their rows, or of their columns where they are all in the row of the whole.
    fn part_labels(&self) -> Vec<Titles> {
        let IndicatorTemplate { form, place, parts, .. } = self.indicator;
        let period = self.figures.own(form).unwrap_or(self.material.period);
        let labels: Vec<Titles> = if parts.iter().all(|part| part.row == place.row) {
            let codes: Vec<ColumnCode> = parts.iter().map(|part| part.column.clone()).collect();
            let columns = self.figures.columns(form, period, &place.section, &Pick::Codes(codes));
            columns.into_iter().map(|column| column.label).collect()
        } else {
            let codes: Vec<RowCode> = parts.iter().map(|part| part.row.clone()).collect();
            let rows = self.figures.rows(form, period, &place.section, &Pick::Codes(codes));
            rows.into_iter().map(|row| row.label).collect()
        };
        labels.iter().map(labels::last).collect()
    }

    fn paragraph(&self, whole: &ComparedFigure, parts: &[ChangedPart]) -> Titles {
        let words = &self.indicator.words;
        let said = self.words().each(|l| {
            let (first, second) = (sentence(words, whole, l), contributions(whole.change(), parts, l));
            if second.is_empty() || parts.is_empty() { first } else { format!("{first} {second}") }
        });
        // A language without words of its own prints the Russian paragraph, with its mark.
        let own = said.texts().filter(|(language, _)| words.many.has(*language));
        own.fold(Titles::default(), |titles, (language, text)| titles.with(language, text))
    }

    fn left_out(
        &self,
        why: &Titles,
        phrase: impl Fn(&Lexicon, &dyn std::fmt::Display, &dyn std::fmt::Display) -> String,
    ) -> Titles {
        self.words().each(|l| {
            let language = l.language();
            phrase(l, &labels::in_language(&self.indicator.titles, language), &why.of(language))
        })
    }
}
