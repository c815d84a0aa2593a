//! The files of an office. In: a home, and paths below it. Out: the office's own file, or the one built into the
//! program. This module does not know what a file means.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use include_dir::{Dir, include_dir};

use super::{Fault, message_files};

static SCHEDULES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../schedules");
static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../templates");
/// The fault of a file that an office lacks.
const MISSING: &str = "is missing, and an office does not work without it: put it back from a backup, or take the one that `init` writes into a new folder";
const SETTINGS: &str = include_str!("../../zhinaq.toml");

/// The files of an office. A template that the office lacks is taken from the program. `zhinaq.toml` and `schedules`
/// are taken from the program only if the folder is not an office, for work with the sample. A file that an office
/// lacks is a fault: the office may have written something else in it than the program (who may act, who has to
/// approve, where forms come from).
pub(super) struct Tree {
    /// `None`: only the program's files.
    home: Option<PathBuf>,
    is_office: bool,
}

impl Tree {
    /// Only the program's files.
    pub const fn built_in() -> Self {
        Self { home: None, is_office: false }
    }

    /// The files below a home. The home is an office if it has a `zhinaq.toml`.
    pub fn of(home: &Path) -> Self {
        Self { home: Some(home.to_owned()), is_office: is_office(home) }
    }

    /// Whether the program's file may be read if the home lacks this path.
    fn falls_back(&self, path: &str) -> bool {
        !self.is_office || path == "templates" || path.starts_with("templates/")
    }

    fn embedded(&self, path: &str) -> Option<&'static str> {
        self.falls_back(path).then(|| embedded(path)).flatten()
    }

    fn dir(&self, path: &str) -> Option<&'static Dir<'static>> {
        self.falls_back(path).then(|| dir(path)).flatten()
    }

    /// The text of a file by its path below the home; `None` if neither the office nor the program has it.
    pub fn text(&self, path: &str) -> Result<Option<String>, Fault> {
        let Some(home) = &self.home else { return Ok(embedded(path).map(ToOwned::to_owned)) };
        match fs::read(home.join(path)) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Ok(Some(text.strip_prefix('\u{feff}').map(ToOwned::to_owned).unwrap_or(text))),
                Err(error) => {
                    let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                    let line = Some(good.split(|byte| *byte == b'\n').count());
                    let message = "this is not UTF-8; save the file as UTF-8 and try again".into();
                    Err(Fault { file: path.into(), line, message })
                }
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => match self.embedded(path) {
                Some(text) => Ok(Some(text.to_owned())),
                None if embedded(path).is_some() => Err(Fault::of_file(path, MISSING)),
                None => Ok(None),
            },
            Err(error) => Err(Fault::of_file(path, format!("could not be read: {error}"))),
        }
    }

    /// The text of a file that an office may do without; `None` if an office does not have it itself.
    pub fn maybe(&self, path: &str) -> Result<Option<String>, Fault> {
        if self.is_office && !self.is_own(path) { Ok(None) } else { self.text(path) }
    }

    /// How many bytes a file of the office has; `None` if the office does not have it itself.
    pub fn size(&self, path: &str) -> Option<u64> {
        fs::metadata(self.home.as_ref()?.join(path)).ok().map(|file| file.len())
    }

    /// Whether the office has the file itself.
    pub fn is_own(&self, path: &str) -> bool {
        self.home.as_ref().is_some_and(|home| home.join(path).exists())
    }

    /// The names of the folders below a folder.
    pub fn folders(&self, path: &str) -> BTreeSet<String> {
        let own = self.entries(path).filter(|p| p.is_dir());
        let built_in = self.dir(path).into_iter().flat_map(|d| d.dirs().map(|d| d.path().to_owned()));
        own.chain(built_in).filter_map(|p| name(&p)).collect()
    }

    /// The names of the files below a folder that end in `.toml`.
    pub fn toml_files(&self, path: &str) -> BTreeSet<String> {
        let own = self.entries(path).filter(|p| p.is_file());
        let built_in = self.dir(path).into_iter().flat_map(|d| d.files().map(|f| f.path().to_owned()));
        own.chain(built_in).filter(|p| p.extension().is_some_and(|e| e == "toml")).filter_map(|p| name(&p)).collect()
    }

    fn entries(&self, path: &str) -> impl Iterator<Item = PathBuf> {
        let listing = self.home.as_ref().and_then(|home| fs::read_dir(home.join(path)).ok());
        listing.into_iter().flatten().filter_map(|entry| entry.ok().map(|e| e.path()))
    }
}

/// Whether a folder is the home of an office: it has the `zhinaq.toml` that `zhinaq init` writes.
#[must_use]
pub fn is_office(home: &Path) -> bool {
    home.join("zhinaq.toml").exists()
}

/// The files of `templates` that an office lacks. Those built into the program are used in their place.
#[must_use]
pub fn built_in_used(home: &Path) -> Vec<PathBuf> {
    let files = built_in().into_iter().map(|(path, _)| path);
    // Schemas are for editors, and the program reads none.
    let is_used = |path: &PathBuf| path.starts_with("templates") && !path.starts_with("templates/schema");
    files.filter(|path| is_used(path) && !home.join(path).exists()).collect()
}

/// The texts below a folder of an office, by their paths below its home: its own files, and the program's in place of
/// those that it lacks. Only files that a person edits: TOML, CSV, GeoJSON, text and HTML.
///
/// # Errors
/// A file cannot be read.
pub fn texts(home: &Path, folder: &str) -> Result<BTreeMap<String, String>, Fault> {
    let tree = Tree::of(home);
    let (mut folders, mut texts) = (vec![folder.to_owned()], BTreeMap::new());
    while let Some(folder) = folders.pop() {
        folders.extend(tree.folders(&folder).into_iter().map(|name| format!("{folder}/{name}")));
        let own = tree.entries(&folder).filter(|p| p.is_file());
        let built_in = tree.dir(&folder).into_iter().flat_map(|d| d.files().map(|f| f.path().to_owned()));
        let edited = |p: &PathBuf| {
            p.extension().is_some_and(|e| ["toml", "csv", "geojson", "txt", "html"].iter().any(|known| e == *known))
        };
        for name in own.chain(built_in).filter(edited).filter_map(|p| name(&p)) {
            let path = format!("{folder}/{name}");
            if let Some(text) = tree.text(&path)? {
                texts.insert(path, text);
            }
        }
    }
    Ok(texts)
}

/// The text of a file of an office by its path, relative to the home or absolute: its own, or the program's in place of a
/// template that it lacks; `None` if there is neither.
///
/// # Errors
/// The file cannot be read.
pub fn office_text(home: &Path, path: &Path) -> Result<Option<String>, Fault> {
    let shown = path.display().to_string();
    if path.is_relative() {
        return Tree::of(home).text(&shown);
    }
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Fault::of_file(&shown, format!("could not be read: {error}"))),
    }
}

/// The texts built into the program below a folder, by their paths below it.
#[must_use]
pub fn program_texts(folder: &str) -> Vec<(&'static str, &'static str)> {
    let below = |path: &'static Path| path.to_str()?.strip_prefix(folder.split_once('/')?.1)?.strip_prefix('/');
    let (mut folders, mut texts) = (dir(folder).into_iter().collect::<Vec<_>>(), Vec::new());
    while let Some(dir) = folders.pop() {
        folders.extend(dir.dirs());
        texts.extend(dir.files().filter_map(|file| Some((below(file.path())?, file.contents_utf8()?))));
    }
    texts.sort_unstable();
    texts
}

/// Every file built into the program that an office gets a copy of, with its path below a home. Messages and the pages of
/// the console are not among them: a new version of the program brings its own.
pub(super) fn built_in() -> Vec<(PathBuf, &'static [u8])> {
    let mut files = vec![(PathBuf::from("zhinaq.toml"), SETTINGS.as_bytes())];
    for (root, dir) in [("schedules", &SCHEDULES), ("templates", &TEMPLATES)] {
        gather(Path::new(root), dir, &mut files);
    }
    let is_agreement = |path: &Path| path.starts_with("templates/console/agreement");
    files.retain(|(path, _)| !path.starts_with(message_files::FOLDER));
    files.retain(|(path, _)| !path.starts_with("templates/console") || is_agreement(path));
    files.sort();
    files
}

fn gather(root: &Path, dir: &'static Dir<'static>, files: &mut Vec<(PathBuf, &'static [u8])>) {
    files.extend(dir.files().map(|file| (root.join(file.path()), file.contents())));
    for inner in dir.dirs() {
        gather(root, inner, files);
    }
}

/// The text of a file built into the program.
pub(super) fn embedded(path: &str) -> Option<&'static str> {
    if path == "zhinaq.toml" {
        return Some(SETTINGS);
    }
    let (root, rest) = path.split_once('/')?;
    root_of(root)?.get_file(rest)?.contents_utf8()
}

fn dir(path: &str) -> Option<&'static Dir<'static>> {
    match path.split_once('/') {
        None => root_of(path),
        Some((root, rest)) => root_of(root)?.get_dir(rest),
    }
}

fn root_of(name: &str) -> Option<&'static Dir<'static>> {
    match name {
        "schedules" => Some(&SCHEDULES),
        "templates" => Some(&TEMPLATES),
        _ => None,
    }
}

fn name(path: &Path) -> Option<String> {
    path.file_name().map(|n| n.to_string_lossy().into_owned())
}
