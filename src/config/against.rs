//! The regulation that another one is compared with. In: an office, and a text that a person wrote. Out: the regulation
//! that the text means, of this office or of another folder. This module does not compare regulations.

use std::path::Path;

use super::Office;
use domain::{Regulation, nearest};

/// The regulation that a text means. The text is the id of a regulation of the office, the folder of an act with its
/// `matrix.csv`, or the home of another office. For a home it is the act that the other office applies.
///
/// # Errors
/// Why the text does not mean a regulation, or the faults of the office in that folder.
pub fn regulation_named(office: &Office, text: &str) -> Result<Regulation, String> {
    if let Some(found) = office.regulations.iter().find(|r| r.id == text) {
        return Ok(found.clone());
    }
    let path = Path::new(text);
    if !path.is_dir() {
        let ids = office.regulations.iter().map(|r| r.id.as_str());
        let hint = nearest(text, ids).map_or_else(
            || "give a folder below `schedules`, or the home of another office".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(format!("`{text}` is neither a regulation of this office nor a folder; {hint}"));
    }
    if !path.join("matrix.csv").is_file() {
        return Office::load(path).map(|other| other.regulation().clone()).map_err(|faults| faults.to_string());
    }
    let whole = path.canonicalize().map_err(|error| format!("`{text}` cannot be read: {error}"))?;
    let id = whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let home = whole.parent().filter(|p| p.ends_with("schedules")).and_then(Path::parent);
    let home = home.ok_or_else(|| format!("`{text}` does not lie in a folder `schedules` of an office"))?;
    let other = Office::load(home).map_err(|faults| faults.to_string())?;
    let found = other.regulations.iter().find(|r| r.id == id).cloned();
    found.ok_or_else(|| format!("`{text}` is not an act of the office in `{}`", home.display()))
}
