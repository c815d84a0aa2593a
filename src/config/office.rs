//! An office. In: its files. Out: one [`Office`], in which every reference leads to something that exists, or every
//! fault. This module does not know what was sent, nor what day it is.
//!
//! ```
//! use config::Office;
//! use domain::{plan, Subject};
//! let office = Office::embedded().unwrap();
//! let january = ("2023-01-01".parse().unwrap(), "2023-01-31".parse().unwrap());
//! let dues = plan(office.regulation(), &office.calendar, january.0, january.1);
//! let courts = dues.iter().find(|d| d.id() == "courts").unwrap();
//! assert_eq!((courts.statutory.to_string(), courts.due.to_string()), ("2023-01-14".into(), "2023-01-16".into()));
//! assert_eq!(courts.period.to_string(), "2022-Q4");
//! ```

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{
    Fault, Faults, OutsideForce, Settings, SourceSpec, calendar_file, check_analysis, check_collection, languages,
    map_file, message_files, parse_analysis, parse_collection, parse_form, people_file, regions_file,
    regions_file::Places,
    regulation_file, requests_file, settings_file, shapes_file,
    site_file::{self, SiteSettings},
    sources_file,
    tree::{Tree, is_office},
    words_files,
};
use domain::{
    AgencyName, AnalysisTemplate, CollectionId, CollectionTemplate, FormId, FormTemplate, Language, LateForm,
    MapLayout, MapShapes, Origin, Person, Region, Regulation, RequestRules, Titles, WorkingCalendar,
};
use words::{Dictionary, Lexicon, Messages};

/// An office with its files resolved.
#[derive(Debug, Clone)]
pub struct Office {
    /// The folder from which relative paths start.
    pub home: PathBuf,
    pub settings: Settings,
    /// Never empty. [`Office::regulation`] is the one that is applied.
    pub regulations: Vec<Regulation>,
    pub calendar: WorkingCalendar,
    pub sources: Vec<SourceSpec>,
    /// How the sample office serves each form, also where a real source is in use.
    pub sample_sources: Vec<SourceSpec>,
    /// The republic as a whole: its titles and population.
    pub republic: Region,
    /// The regions and cities of republican significance, without the republic.
    pub regions: Vec<Region>,
    pub agencies: Vec<AgencyName>,
    /// The tiles of the regions on maps.
    pub map: MapLayout,
    /// The outlines of the regions on maps, in place of tiles, if the office has them.
    pub shapes: Option<Arc<MapShapes>>,
    /// Empty = no person may act on real figures.
    pub people: Vec<Person>,
    /// The rules of the requests desk; `None` = the office has no `schedules/requests.toml`, and takes no requests.
    pub requests: Option<RequestRules>,
    /// Every place: the republic, then the regions.
    pub places: Vec<Region>,
    /// The structure of each form, as far as it is known.
    pub forms: BTreeMap<FormId, FormTemplate>,
    /// What each collection shows.
    pub collections: BTreeMap<CollectionId, CollectionTemplate>,
    /// The rules of the analytical text of each collection that has one.
    pub analyses: BTreeMap<CollectionId, AnalysisTemplate>,
    /// What is public, and where the site is.
    pub site: SiteSettings,
    /// What the program says to the people of the office; `None` = in English.
    pub messages: Option<Messages>,
    /// The fixed words of workbooks, in every language of the office.
    pub words: Dictionary,
    /// The time zone of days and hours.
    pub zone: Tz,
    applied: usize,
}

/// Whether the act may be applied on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Force {
    InForce,
    /// Not in force, but applied because of the office's setting. The text says so, and has to be shown.
    BySetting(String),
    /// Not in force, and the office's setting refuses it. The text says what to do.
    Refused(String),
}

impl Office {
    /// Reads the office below a folder. Missing templates are taken from the program. Every other file has to be there.
    ///
    /// # Errors
    /// The folder is not an office, or every fault found, each with file and line.
    pub fn load(home: &Path) -> Result<Self, Faults> {
        if !home.is_dir() {
            let message = "is not a folder";
            return Err(Fault::of_file(&home.display().to_string(), message).into());
        }
        if !is_office(home) {
            let message = "no office here: it has no zhinaq.toml";
            return Err(Fault::of_file(&home.display().to_string(), message).into());
        }
        read(&Tree::of(home), home)
    }

    /// Reads the office below a folder. If the folder is not an office, it takes the files built into the program;
    /// files of the folder replace them. This is enough to work with the sample.
    ///
    /// # Errors
    /// As [`Office::load`], but a folder that is not an office is accepted.
    pub fn for_sample(home: &Path) -> Result<Self, Faults> {
        if is_office(home) || !home.is_dir() {
            return Self::load(home);
        }
        read(&Tree::of(home), home)
    }

    /// Reads the files built into the program, with the current folder as home.
    ///
    /// # Errors
    /// Never in a program that passed its tests.
    pub fn embedded() -> Result<Self, Faults> {
        read(&Tree::built_in(), Path::new("."))
    }

    /// The origin of the figures that the office works with without `--sample`: real as soon as the `use` of one form
    /// in sources.toml is "real".
    #[must_use]
    pub fn origin(&self) -> Origin {
        let is_real = self.sources.iter().any(|source| source.origin == Origin::Real);
        if is_real { Origin::Real } else { Origin::Sample }
    }

    /// The act that is applied.
    #[must_use]
    pub fn regulation(&self) -> &Regulation {
        &self.regulations[self.applied]
    }

    /// The ids that messages contain: of forms, collections, organs, and the accounts of people.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let act = self.regulation();
        let forms = act.forms.iter().map(|form| form.id.to_string());
        let collections = act.collections.iter().map(|collection| collection.id.to_string());
        let organs = act.recipients.iter().map(|organ| organ.id.to_string());
        let people = self.people.iter().map(|person| person.account.clone());
        forms.chain(collections).chain(organs).chain(people)
    }

    /// The titles that messages contain: of acts, forms, collections, organs, regions and agencies.
    pub fn titles(&self) -> impl Iterator<Item = &Titles> {
        titles(&self.regulations, &self.places, &self.agencies)
    }

    /// The words of a language.
    ///
    /// # Errors
    /// When the office does not have the language, with those that it has.
    pub fn lexicon(&self, language: Language) -> Result<&Lexicon, String> {
        let known = || self.words.languages().collect::<Vec<_>>();
        self.words.lexicon(language).ok_or_else(|| languages::message(language.code(), &known()))
    }

    /// Whether the applied act may be applied on a day.
    #[must_use]
    pub fn force_on(&self, day: NaiveDate) -> Force {
        let Some(basis) = self.regulation().basis_on(day) else { return Force::InForce };
        match self.settings.outside_force {
            OutsideForce::Warn => Force::BySetting(basis),
            OutsideForce::Refuse => Force::Refused(format!(
                "`{}` is not in force on {day}, and `outside_force` in zhinaq.toml is \"refuse\"; write \"warn\" to apply it all the same",
                self.regulation().id
            )),
        }
    }

    /// The republic, then the regions that existed on a day.
    pub fn units_on(&self, day: NaiveDate) -> impl Iterator<Item = &Region> {
        std::iter::once(&self.republic).chain(self.regions.iter().filter(move |r| r.exists(day)))
    }

    /// A path of the settings. A relative path starts from the home.
    #[must_use]
    pub fn path(&self, path: &Path) -> PathBuf {
        self.home.join(path)
    }
}

fn read(tree: &Tree, home: &Path) -> Result<Office, Faults> {
    let mut faults = Vec::new();
    // The office's `late_form` is the default of the act's collections, so it is read first.
    let text = required(tree, "zhinaq.toml", &mut faults);
    let late_form = late_form(&text);

    let mut folders = Vec::new();
    for id in tree.folders("schedules") {
        folders.extend(regulation_file::read(tree, &id, late_form, &mut faults));
    }
    let regulations: Vec<_> = folders.iter().map(|f| (f.regulation.clone(), f.deadline)).collect();
    let words = words_files::read(tree, &mut faults);
    let (settings, found) =
        settings_file::parse("zhinaq.toml", &text, &regulations, &words.languages, &message_files::languages(tree));
    faults.extend(found);
    let messages = settings.office.language.map_or(Ok(None), |language| message_files::read(tree, language));
    let messages = messages.unwrap_or_else(|found| {
        faults.extend(found.0);
        None
    });
    let applied = folders.iter().position(|f| f.regulation.id == settings.regulation);

    let text = required(tree, "schedules/calendar-kz.toml", &mut faults);
    let (calendar, found) = calendar_file::parse("schedules/calendar-kz.toml", &text);
    faults.extend(found);
    let places = places(tree, &mut faults);
    // A region with a fault of its own would look like one that is not there.
    let are_known = !faults.iter().any(|fault| fault.file == REGIONS);
    let known = are_known.then_some(places.regions.as_slice());
    let map = map(tree, known, &mut faults);
    let shapes = shapes_file::read(tree, known, &mut faults);
    let text = required(tree, "schedules/sources.toml", &mut faults);
    let act = applied.map(|index| &folders[index].regulation);
    let (sources, found) = sources_file::parse("schedules/sources.toml", &text, act, &places.regions, &places.agencies);
    faults.extend(found);
    let text = required(tree, "schedules/people.toml", &mut faults);
    let (people, found) = people_file::parse("schedules/people.toml", &text);
    faults.extend(found);

    let requests = requests(tree, &mut faults);

    let forms = templates(tree, "templates/forms", parse_form, |form| form.form.clone(), &mut faults);
    let collections = templates(tree, "templates/collections", parse_collection, |c| c.collection.clone(), &mut faults);
    faults.extend(collections.values().flat_map(|c| check_collection(c, &forms)));
    let analyses = templates(tree, "templates/analysis", parse_analysis, |a| a.collection.clone(), &mut faults);
    // A collection whose file has a fault is not an unknown one.
    let is_whole = collections.len() == tree.toml_files("templates/collections").len();
    if let Some(words) = words.dictionary.as_ref().filter(|_| is_whole) {
        faults.extend(analyses.values().flat_map(|a| check_analysis(a, &collections, &forms, words)));
    }
    // The sections of a form whose file has a fault would look unknown.
    let forms_are_whole = forms.len() == tree.toml_files("templates/forms").len();
    let text = required(tree, SITE, &mut faults);
    let (site, found) = site_file::parse(SITE, &text, &site_file::Known { forms: &forms, analyses: &analyses });
    faults.extend(found.into_iter().filter(|_| forms_are_whole && is_whole));
    faults.extend(titles_in_unknown_languages(tree, &words.languages));

    let (Some(applied), Some(republic), Some(words), true) =
        (applied, places.republic, words.dictionary, faults.is_empty())
    else {
        if faults.is_empty() {
            faults.push(Fault::of_file("schedules", "has no folder with an act"));
        }
        return Err(Faults(faults));
    };
    let zone = folders[applied].zone;
    let regulations: Vec<_> = folders.into_iter().map(|folder| folder.regulation).collect();
    let known: Vec<_> = std::iter::once(republic.clone()).chain(places.regions.iter().cloned()).collect();
    let messages = messages.map(|messages| messages.with_titles(titles(&regulations, &known, &places.agencies)));
    Ok(Office {
        home: home.to_owned(),
        settings,
        zone,
        regulations,
        calendar,
        sources: sources.in_use,
        sample_sources: sources.sample,
        places: known,
        republic,
        regions: places.regions,
        agencies: places.agencies,
        map,
        shapes,
        people,
        requests,
        forms,
        collections,
        analyses,
        site,
        messages,
        words,
        applied,
    })
}

/// The titles of acts with their forms, collections and organs, of regions, and of agencies.
fn titles<'o>(
    regulations: &'o [Regulation],
    places: &'o [Region],
    agencies: &'o [AgencyName],
) -> impl Iterator<Item = &'o Titles> {
    let of_act = |act: &'o Regulation| {
        let own = std::iter::once(&act.act).chain(act.forms.iter().map(|form| &form.titles));
        let collections = act.collections.iter().map(|collection| &collection.titles);
        own.chain(collections).chain(act.recipients.iter().map(|organ| &organ.titles))
    };
    let places = places.iter().map(|place| &place.titles);
    regulations.iter().flat_map(of_act).chain(places).chain(agencies.iter().map(|agency| &agency.titles))
}

/// Titles that are written in a language without a file in `templates/words/`.
fn titles_in_unknown_languages(tree: &Tree, known: &[Language]) -> Vec<Fault> {
    let mut files = vec!["zhinaq.toml".to_owned()];
    let acts = tree.folders("schedules").into_iter().map(|act| format!("schedules/{act}"));
    let others =
        ["schedules", "templates", "templates/forms", "templates/collections", "templates/analysis", "templates/site"];
    for folder in acts.chain(others.map(ToOwned::to_owned)) {
        files.extend(tree.toml_files(&folder).into_iter().map(|name| format!("{folder}/{name}")));
    }
    // A file that cannot be read has said so already.
    let texts = files.iter().filter_map(|file| Some((file, tree.text(file).ok()??)));
    texts.flat_map(|(file, text)| languages::unknown(file, &text, known)).collect()
}

/// The templates of a folder by their ids, without those that have faults.
fn templates<K: Ord + std::fmt::Display, T>(
    tree: &Tree,
    folder: &str,
    parse: impl Fn(&str, &str) -> Result<T, Faults>,
    id: impl Fn(&T) -> K,
    faults: &mut Vec<Fault>,
) -> BTreeMap<K, T> {
    let mut found: BTreeMap<K, (String, T)> = BTreeMap::new();
    for name in tree.toml_files(folder) {
        let path = format!("{folder}/{name}");
        let text = required(tree, &path, faults);
        match parse(&path, &text) {
            Ok(template) => {
                let id = id(&template);
                if let Some((first, _)) = found.get(&id) {
                    let message = format!("has the id `{id}`, which `{first}` has already; an id belongs to one file");
                    faults.push(Fault::of_file(&path, message));
                }
                found.insert(id, (path, template));
            }
            Err(wrong) => faults.extend(wrong.0),
        }
    }
    found.into_iter().map(|(id, (_, template))| (id, template)).collect()
}

/// The text of a file. Adds a fault and returns an empty text if the file cannot be read.
fn required(tree: &Tree, path: &str, faults: &mut Vec<Fault>) -> String {
    match tree.text(path) {
        Ok(text) => text.unwrap_or_default(),
        Err(fault) => {
            faults.push(fault);
            String::new()
        }
    }
}

/// The `late_form` of the office alone. Its faults are reported when the whole file is read.
fn late_form(text: &str) -> LateForm {
    #[derive(serde::Deserialize)]
    struct Only {
        #[serde(default)]
        late_form: LateForm,
    }
    toml::from_str::<Only>(text).map_or(LateForm::default(), |only| only.late_form)
}

const SITE: &str = "templates/site/site.toml";
const REGIONS: &str = "schedules/regions.toml";

fn places(tree: &Tree, faults: &mut Vec<Fault>) -> Places {
    let text = required(tree, REGIONS, faults);
    let (mut places, found) = regions_file::parse(REGIONS, &text);
    faults.extend(found);
    let text = required(tree, "schedules/population.csv", faults);
    faults.extend(regions_file::populate("schedules/population.csv", &text, &mut places));
    places
}

/// The rules of the requests desk. An office from before the desk has no such file and goes on without it.
fn requests(tree: &Tree, faults: &mut Vec<Fault>) -> Option<RequestRules> {
    const FILE: &str = "schedules/requests.toml";
    let text = tree.maybe(FILE).unwrap_or_else(|fault| {
        faults.push(fault);
        None
    })?;
    let (rules, found) = requests_file::parse(FILE, &text);
    faults.extend(found);
    rules
}

fn map(tree: &Tree, regions: Option<&[Region]>, faults: &mut Vec<Fault>) -> MapLayout {
    const FILE: &str = "templates/map.toml";
    let text = required(tree, FILE, faults);
    let (layout, found) = map_file::parse(FILE, &text, regions);
    faults.extend(found);
    layout
}
