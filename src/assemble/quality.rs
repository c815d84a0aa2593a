//! The quality page, for readers: a paragraph a rule, in the languages of the book. It says what was found, in how many
//! places, in whose documents, why that may be so, and whom to ask. The findings themselves, one by one, are for the
//! statistician: `check` lists them, and they lie beside the book.

use std::collections::BTreeSet;

use super::{
    book::{LetPass, Override, Quality, QualityParagraph},
    labels,
    material::Material,
    notes::{designation, form_name},
    prose,
};
use domain::{Finding, FormId, Number, Rule, Severity, Tally, Titles};
use words::{
    Lexicon,
    texts::{self, RuleTexts},
};

/// The most names of regions or agencies in a paragraph; of further ones only the number is printed.
const MOST_NAMES: usize = 5;

/// The quality page, the weightiest rules first, of equal weight those with the most findings.
#[must_use]
pub fn quality(material: &Material<'_>) -> Quality {
    let forms = material.template.forms();
    let findings: Vec<&Finding> = material.findings.iter().filter(|f| forms.contains(&&f.form)).collect();
    let mut groups: Vec<Group<'_, '_>> = Vec::new();
    for finding in &findings {
        let rule = template_rule(material, &finding.rule);
        let texts = texts::rule_texts(&finding.rule, rule.is_some());
        let same = |group: &&mut Group<'_, '_>| {
            let words = |rule: Option<&Rule>| rule.map(|r| r.titles.clone());
            group.severity == finding.severity && group.texts == texts && words(group.rule) == words(rule)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.findings.push(finding),
            None => groups.push(Group { severity: finding.severity, rule, texts, findings: vec![finding] }),
        }
    }
    // The sort is stable: equal groups stay in the order of the checks.
    groups.sort_by_key(|group| (group.severity, std::cmp::Reverse(group.places())));
    Quality {
        tally: findings.iter().copied().collect::<Tally>(),
        paragraphs: groups.iter().map(|group| group.paragraph(material)).collect(),
        findings: findings.into_iter().cloned().collect(),
        overrides: material.overrides.iter().map(|decision| let_pass(material, decision)).collect(),
    }
}

/// The rule of a form's template.
fn template_rule<'m>(material: &Material<'m>, id: &str) -> Option<&'m Rule> {
    material.form_templates.values().flat_map(|t| &t.rules).find(|rule| rule.id == id)
}

fn let_pass(material: &Material<'_>, decision: &Override) -> LetPass {
    let rule = template_rule(material, &decision.rule);
    let texts = texts::rule_texts(&decision.rule, rule.is_some());
    let what = material.words.each(|l| what(rule, texts, l));
    LetPass { what, by: decision.by.clone(), reason: decision.reason.clone() }
}

/// What was found, in the words of the rule where it has some in this language.
fn what(rule: Option<&Rule>, texts: RuleTexts, lexicon: &Lexicon) -> String {
    match rule.and_then(|rule| rule.titles.own(lexicon.language())) {
        Some(rule) => lexicon.rule_broken(&rule.trim_end_matches('.')),
        None => texts.what.of(lexicon).to_owned(),
    }
}

/// The findings of one rule.
struct Group<'m, 'f> {
    severity: Severity,
    /// The rule, if a form's template states it.
    rule: Option<&'m Rule>,
    texts: RuleTexts,
    findings: Vec<&'f Finding>,
}

impl Group<'_, '_> {
    fn paragraph(&self, material: &Material<'_>) -> QualityParagraph {
        let (names, forms) = (self.names(material), self.forms());
        let text = material.words.each(|l| {
            let mut sentences = vec![l.rule_found(&what(self.rule, self.texts, l), &self.counted(l))];
            let listed: Vec<String> = forms.iter().map(|form| form_in_words(material, form, l)).collect();
            let listed = listed.join(", ");
            sentences.push(if forms.len() == 1 { l.rule_form(&listed) } else { l.rule_forms(&listed) });
            if !names.is_empty() {
                sentences.push(l.rule_where(&where_found(&names, l)));
            }
            sentences.push(l.rule_why(&self.texts.why.of(l)));
            sentences.push(self.texts.ask.of(l).to_owned());
            sentences.join(" ")
        });
        QualityParagraph { severity: self.severity, text, findings: self.findings.len() }
    }

    fn places(&self) -> usize {
        self.findings.iter().map(|f| f.places()).sum()
    }

    /// `341 figures`, or places where the findings are about more than single figures.
    fn counted(&self, lexicon: &Lexicon) -> String {
        let count = self.places();
        let shown = prose::number(Number::count(count as i64), lexicon);
        if self.findings.iter().all(|f| f.more.is_some() || (f.row.is_some() && f.column.is_some())) {
            lexicon.figures(count, &shown)
        } else {
            lexicon.places(count, &shown)
        }
    }

    fn forms(&self) -> Vec<&FormId> {
        let forms: BTreeSet<&FormId> = self.findings.iter().map(|f| &f.form).collect();
        forms.into_iter().collect()
    }

    /// Whose documents the findings are about, each with their number, the most findings first.
    fn names(&self, material: &Material<'_>) -> Vec<(Titles, usize)> {
        let mut names: Vec<(Titles, usize)> = Vec::new();
        for finding in &self.findings {
            let Some(name) = whose(material, finding) else { continue };
            match names.iter_mut().find(|(known, _)| *known == name) {
                Some((_, count)) => *count += finding.places(),
                None => names.push((name, finding.places())),
            }
        }
        names.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        names
    }
}

/// The agency, or the region, or the republic; `None` where the finding is about none of them, or one that the office
/// does not know.
fn whose(material: &Material<'_>, finding: &Finding) -> Option<Titles> {
    if let Some(agency) = finding.agency.as_ref().filter(|agency| !agency.is_all()) {
        return material.agencies.iter().find(|a| a.agency == *agency).map(|a| a.titles.clone());
    }
    let unit = finding.unit.as_ref()?;
    if unit.is_republic() {
        return Some(texts::REPUBLIC.titles(material.words));
    }
    material.regions.iter().find(|r| r.unit == *unit).map(|r| r.titles.clone())
}

fn where_found(names: &[(Titles, usize)], lexicon: &Lexicon) -> String {
    let said = |(name, count): &(Titles, usize)| {
        let name = labels::in_language(name, lexicon.language());
        if names.len() == 1 {
            name
        } else {
            format!("{name}\u{a0}({})", prose::number(Number::count(*count as i64), lexicon))
        }
    };
    let first: Vec<String> = names.iter().take(MOST_NAMES).map(said).collect();
    match names.len().saturating_sub(MOST_NAMES) {
        0 => first.join(", "),
        more => lexicon.and_more(&first.join(", "), &more),
    }
}

/// The designation of a form, or its title where it has none.
pub fn form_in_words(material: &Material<'_>, form: &FormId, lexicon: &Lexicon) -> String {
    let language = lexicon.language();
    match designation(material, form).of(language) {
        "" => lexicon.quoted(&form_name(material, form).of(language)),
        designation => designation.to_owned(),
    }
}
