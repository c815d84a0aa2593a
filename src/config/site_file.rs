//! `templates/site/site.toml`: what is public, and where the site is. In: the text as a person writes it, the forms and
//! the indicators of the office. Out: [`SiteSettings`], and every fault with its line. This module does not know what was
//! placed. A form without an entry is not public, and a file with a fault makes nothing public.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use chrono::NaiveTime;
use serde::Deserialize;
use toml::Spanned;

use super::{
    Fault,
    reader::Reader,
    values::{FilePath, Hour},
};
use domain::{AnalysisTemplate, CollectionId, FormId, FormTemplate, SectionId, Titles, did_you_mean, nearest};

/// The most cells that an office may let the service answer at once.
const MOST_CELLS: u64 = 10_000_000;

/// The public site of an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteSettings {
    pub title: Titles,
    /// `http://` or `https://`, ending in `/`.
    pub base: String,
    /// From this hour of its last day on a form is placed; `None`: as soon as it is whole and nothing holds it.
    pub hour: Option<NaiveTime>,
    pub folder: PathBuf,
    /// Whether the site is read back from `base` after the switch.
    pub seen: bool,
    /// The most cells of one answer of the service.
    pub cells: u64,
    /// The forms with an entry. A form that is not here is not public.
    pub forms: BTreeMap<FormId, PublicForm>,
}

/// What is public of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublicForm {
    /// In the order of the form's template; empty: nothing.
    pub sections: Vec<SectionId>,
    /// The public sections that have a page.
    pub pages: BTreeSet<SectionId>,
    /// The ids of the indicators that are shown as series.
    pub key_figures: Vec<String>,
    /// A release in which a region has a count of persons below this, and above 0, shows no figure of regions; 0: all
    /// are shown.
    pub confidential_below: u32,
}

impl SiteSettings {
    /// What is public of a form; `None` if the office keeps the whole form back.
    #[must_use]
    pub fn public(&self, form: &FormId) -> Option<&PublicForm> {
        self.forms.get(form).filter(|form| !form.sections.is_empty())
    }

    /// The same site with every section of every form public: for the sample office, whose figures are nobody's.
    #[must_use]
    pub fn all_public<'f>(mut self, forms: impl IntoIterator<Item = &'f FormTemplate>) -> Self {
        for template in forms {
            let sections: Vec<SectionId> = template.sections.iter().map(|section| section.id.clone()).collect();
            let own = self.forms.entry(template.form.clone()).or_default();
            if own.pages.is_empty() {
                own.pages = sections.iter().cloned().collect();
            }
            own.sections = sections;
        }
        self
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenPublic {
    All(bool),
    Listed(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenForm {
    id: Spanned<String>,
    public: Option<Spanned<WrittenPublic>>,
    pages: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    key_figures: Vec<Spanned<String>>,
    #[serde(default)]
    confidential_below: u32,
}

/// What the entries of the file are compared with.
pub(super) struct Known<'o> {
    pub forms: &'o BTreeMap<FormId, FormTemplate>,
    pub analyses: &'o BTreeMap<CollectionId, AnalysisTemplate>,
}

/// Reads the file.
pub(super) fn parse(file: &str, text: &str, known: &Known<'_>) -> (SiteSettings, Vec<Fault>) {
    let mut reader = Reader::open(file, text);
    let title: Titles = reader.one("title").unwrap_or_default();
    let base: Option<Spanned<String>> = reader.one("base");
    if let Some(base) = &base
        && let Some(message) = wrong_base(base.get_ref())
    {
        reader.fault(&base.span(), message);
    }
    let hour = reader.one::<Spanned<String>>("hour").and_then(|hour| {
        if hour.get_ref() == "at-once" {
            return None;
        }
        match Hour::try_from(hour.get_ref().clone()) {
            Ok(read) => Some(read.0),
            Err(message) => {
                reader.fault(&hour.span(), format!("{message}, or \"at-once\""));
                None
            }
        }
    });
    let folder: Option<FilePath> = reader.one("folder");
    let seen = reader.one("seen").unwrap_or(true);
    let cells: Option<Spanned<u64>> = reader.one("cells");
    if let Some(cells) = cells.as_ref().filter(|cells| !(1..=MOST_CELLS).contains(cells.get_ref())) {
        reader.fault(&cells.span(), format!("write 1 to {MOST_CELLS} cells"));
    }
    let written: Vec<WrittenForm> = reader.many("form");
    reader.once("form", written.iter().map(|form| &form.id));
    let mut forms = BTreeMap::new();
    for form in &written {
        let ids = known.forms.keys().map(FormId::as_str);
        if !reader.known("form of templates/forms", &form.id, ids) {
            continue;
        }
        let Some(id) = reader.parsed::<FormId>(&form.id) else { continue };
        let Some(template) = known.forms.get(&id) else { continue };
        let public = public_form(&mut reader, form, template, known);
        forms.insert(id, public);
    }
    let settings = SiteSettings {
        title,
        base: base.map(Spanned::into_inner).unwrap_or_default(),
        hour,
        folder: folder.map(|path| path.0).unwrap_or_default(),
        seen,
        cells: cells.map_or(1, Spanned::into_inner),
        forms,
    };
    (settings, reader.close())
}

fn public_form(
    reader: &mut Reader<'_>,
    written: &WrittenForm,
    template: &FormTemplate,
    known: &Known<'_>,
) -> PublicForm {
    let all = || template.sections.iter().map(|section| section.id.clone());
    let sections: Vec<SectionId> = match written.public.as_ref().map(|public| (public.get_ref(), public.span())) {
        None | Some((WrittenPublic::All(false), _)) => Vec::new(),
        Some((WrittenPublic::All(true), _)) => all().collect(),
        Some((WrittenPublic::Listed(listed), span)) => {
            for wrong in listed.iter().filter(|id| !all().any(|known| known.as_str() == id.as_str())) {
                let near = did_you_mean(nearest(wrong, template.sections.iter().map(|s| s.id.as_str())));
                reader.fault(&span, format!("`{wrong}` is not a section of form `{}`{near}", template.form));
            }
            all().filter(|id| listed.iter().any(|one| one == id.as_str())).collect()
        }
    };
    let mut pages = BTreeSet::new();
    for page in written.pages.iter().flatten() {
        match sections.iter().find(|id| id.as_str() == page.get_ref()) {
            Some(id) => {
                pages.insert(id.clone());
            }
            None => reader.fault(
                &page.span(),
                format!(
                    "section `{}` of form `{}` is not public, so it has no page; add it to `public`, or take it out here",
                    page.get_ref(),
                    template.form
                ),
            ),
        }
    }
    if written.pages.is_none() {
        pages = sections.iter().cloned().collect();
    }
    let of_form =
        || known.analyses.values().flat_map(|a| &a.indicators).filter(|indicator| indicator.form == template.form);
    let mut key_figures = Vec::new();
    for id in &written.key_figures {
        let ids: Vec<&str> = of_form().map(|indicator| indicator.id.as_str()).collect();
        if !reader.known("indicator of the form in templates/analysis", id, ids) {
            continue;
        }
        if of_form().any(|i| i.id == *id.get_ref() && !sections.contains(&i.place.section)) {
            let message = format!("the section of indicator `{}` is not public; add it to `public`", id.get_ref());
            reader.fault(&id.span(), message);
        }
        key_figures.push(id.get_ref().clone());
    }
    PublicForm { sections, pages, key_figures, confidential_below: written.confidential_below }
}

/// Why an address is not that of a site.
fn wrong_base(base: &str) -> Option<String> {
    let host = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
    let is_plain = |host: &str| !host.chars().any(|c| c.is_whitespace() || c.is_control() || "?#@\"<>".contains(c));
    if host.is_some_and(|host| host.len() > 1 && !host.starts_with('/') && host.ends_with('/') && is_plain(host)) {
        return None;
    }
    Some(format!(
        "`{base}` is not the address of a site: write one such as \"https://stat.example.kz/\", with the last slash"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Office;

    const HEAD: &str = "title = { ru = \"С\" }\nbase = \"https://stat.example.kz/\"\nhour = \"10:00\"\nfolder = \"output/site\"\nseen = true\ncells = 100_000\n";

    fn read(text: &str) -> (SiteSettings, Vec<String>) {
        let office = Office::embedded().unwrap();
        let known = Known { forms: &office.forms, analyses: &office.analyses };
        let (settings, faults) = parse("site.toml", text, &known);
        (settings, faults.iter().map(ToString::to_string).collect())
    }

    fn form() -> FormId {
        "1-m".parse().unwrap()
    }

    #[test]
    fn a_form_is_public_only_as_far_as_the_file_says() {
        let (settings, faults) = read(HEAD);
        assert!(faults.is_empty() && settings.public(&form()).is_none(), "{faults:?}");
        let of = |lines: &str| read(&format!("{HEAD}[[form]]\nid = \"1-m\"\n{lines}"));
        for nothing in ["", "public = false\n", "public = []\n"] {
            let (settings, faults) = of(nothing);
            assert!(faults.is_empty() && settings.public(&form()).is_none(), "{nothing}: {faults:?}");
        }
        let (settings, faults) = of("public = [\"R1\"]\nkey_figures = [\"offences\"]\n");
        assert!(faults.is_empty(), "{faults:?}");
        let public = settings.public(&form()).unwrap();
        assert_eq!((public.sections.len(), public.pages.len()), (1, 1));
        let (settings, faults) = of("public = true\npages = []\n");
        let public = settings.public(&form()).unwrap();
        assert!(faults.is_empty() && public.sections.len() > 1 && public.pages.is_empty(), "{faults:?}");
    }

    #[test]
    fn what_the_file_cannot_say_is_a_fault_with_its_line() {
        let of = |lines: &str| read(&format!("{HEAD}[[form]]\n{lines}")).1;
        for (lines, wanted) in [
            ("id = \"1-mm\"\n", "site.toml:8: `1-mm` is not a form of templates/forms; did you mean `1-m`?"),
            ("id = \"1-m\"\npublic = [\"R1x\"]\n", "site.toml:9: `R1x` is not a section of form `1-m`"),
            (
                "id = \"1-m\"\npublic = [\"R1\"]\npages = [\"R2\"]\n",
                "site.toml:10: section `R2` of form `1-m` is not public",
            ),
            ("id = \"1-m\"\npublic = true\nkey_figures = [\"offence\"]\n", "did you mean `offences`?"),
            ("id = \"1-m\"\nkey_figures = [\"offences\"]\n", "the section of indicator `offences` is not public"),
            ("id = \"1-m\"\npubilc = true\n", "did you mean `public`?"),
        ] {
            let faults = of(lines);
            assert!(faults.len() == 1 && faults[0].contains(wanted), "{lines}: {faults:?}");
        }
        for (from, to, wanted) in [
            ("kz/\"", "kz\"", "is not the address of a site"),
            ("https", "ftp", "is not the address of a site"),
            ("\"10:00\"", "\"10\"", "or \"at-once\""),
            ("100_000", "0", "write 1 to 10000000 cells"),
            ("folder = \"output/site\"\n", "", "`folder` is missing"),
        ] {
            let faults = read(&HEAD.replace(from, to)).1;
            assert!(faults.len() == 1 && faults[0].contains(wanted), "{to}: {faults:?}");
        }
        assert_eq!(read(&HEAD.replace("10:00", "at-once")).0.hour, None);
    }

    #[test]
    fn the_file_of_the_program_makes_nothing_public() {
        let office = Office::embedded().unwrap();
        assert!(office.site.forms.is_empty());
        let all = office.site.clone().all_public(office.forms.values());
        assert!(office.forms.keys().all(|form| all.public(form).is_some()));
    }
}
