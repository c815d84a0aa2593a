//! The tables of the site that readers see. In: the folder of a site. Out: tables with their files. A site is listed once;
//! figures are read when a table is asked for, and the last few stay in memory. Unknown here: what a query selects.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::Value;

/// How many tables stay in memory.
const KEPT: usize = 12;

/// A section of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedTable {
    pub form: String,
    pub period: String,
    pub revision: u32,
    pub section: String,
    /// The JSON-stat file of each language, below the root of the site.
    pub files: BTreeMap<String, String>,
    /// Whether it is the newest revision.
    pub is_newest: bool,
}

impl PlacedTable {
    /// The id under which the newest revision is found.
    pub fn id(&self) -> String {
        format!("{}_{}_{}", self.form, self.period, self.section)
    }

    /// The id of this revision, for ever.
    pub fn id_of_revision(&self) -> String {
        format!("{}_{}_r{}_{}", self.form, self.period, self.revision, self.section)
    }

    /// The folder of the files of the release, below the root of the site.
    pub fn folder(&self) -> String {
        format!("files/{}/{}/r{}/", self.form, self.period, self.revision)
    }
}

/// The tables of one site.
#[derive(Debug, Default)]
pub struct Catalog {
    root: PathBuf,
    tables: Arc<Vec<PlacedTable>>,
    read: Vec<(String, Arc<Value>)>,
}

impl Catalog {
    /// The tables of the site that the link leads to now.
    pub fn tables(&mut self, folder: &Path) -> Arc<Vec<PlacedTable>> {
        let root = root(folder);
        if root != self.root {
            *self = Self { tables: Arc::new(listed(&root)), root, read: Vec::new() };
        }
        Arc::clone(&self.tables)
    }

    /// The figures of a table in a language.
    pub fn figures(&mut self, file: &str) -> Option<Arc<Value>> {
        if let Some(at) = self.read.iter().position(|(known, _)| known == file) {
            let found = self.read.remove(at);
            self.read.push(found);
        } else {
            let bytes = fs::read(self.root.join(file)).ok()?;
            let value: Value = serde_json::from_slice(&bytes).ok()?;
            if self.read.len() == KEPT {
                self.read.remove(0);
            }
            self.read.push((file.to_owned(), Arc::new(value)));
        }
        self.read.last().map(|(_, value)| Arc::clone(value))
    }
}

/// The folder of the site that readers see.
pub fn root(folder: &Path) -> PathBuf {
    let link = folder.join("current");
    fs::canonicalize(&link).unwrap_or(link)
}

fn listed(root: &Path) -> Vec<PlacedTable> {
    let mut tables: BTreeMap<(String, String, u32, String), PlacedTable> = BTreeMap::new();
    for form in names(&root.join("files")) {
        for period in names(&root.join("files").join(&form)) {
            let releases = root.join("files").join(&form).join(&period);
            for folder in names(&releases) {
                let Some(revision) = folder.strip_prefix('r').and_then(|number| number.parse::<u32>().ok()) else {
                    continue;
                };
                let stem = format!("{form}-{period}-r{revision}-");
                for file in names(&releases.join(&folder)) {
                    let inner = file.strip_prefix(&stem).and_then(|rest| rest.strip_suffix(".json"));
                    let Some((section, language)) = inner.and_then(|inner| inner.rsplit_once('-')) else { continue };
                    let key = (form.clone(), period.clone(), revision, section.to_owned());
                    let table = tables.entry(key).or_insert_with(|| PlacedTable {
                        form: form.clone(),
                        period: period.clone(),
                        revision,
                        section: section.to_owned(),
                        files: BTreeMap::new(),
                        is_newest: false,
                    });
                    table.files.insert(language.to_owned(), format!("files/{form}/{period}/{folder}/{file}"));
                }
            }
        }
    }
    let mut newest: BTreeMap<(String, String), u32> = BTreeMap::new();
    for (form, period, revision, _) in tables.keys() {
        let known = newest.entry((form.clone(), period.clone())).or_default();
        *known = (*known).max(*revision);
    }
    let mut tables: Vec<PlacedTable> = tables.into_values().collect();
    for table in &mut tables {
        table.is_newest = newest.get(&(table.form.clone(), table.period.clone())) == Some(&table.revision);
    }
    tables
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}
