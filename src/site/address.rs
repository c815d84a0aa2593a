//! The addresses of pages and files, below the root of the site. In: forms, periods, revisions. Out: paths. A path of a
//! page ends in `/`. This module does not know what lies there.

use domain::{FormId, Language, Period, SectionId, Unit};

/// A page below the folder of a language: `forms/1-m/2025-M06/`.
pub fn release(form: &FormId, period: Period) -> String {
    format!("forms/{form}/{period}/")
}

/// The page of a revision, which never moves.
pub fn revision(form: &FormId, period: Period, revision: u32) -> String {
    format!("forms/{form}/{period}/r{revision}/")
}

/// The page of a section, or of one of its parts (from 1).
pub fn section(form: &FormId, period: Period, number: u32, section: &SectionId, part: usize) -> String {
    let base = format!("{}{}/", revision(form, period, number), name(section.as_str()));
    if part <= 1 { base } else { format!("{base}{part}/") }
}

/// The matrix of regions of a revision.
pub fn matrix(form: &FormId, period: Period, number: u32) -> String {
    format!("{}regions/", revision(form, period, number))
}

pub fn region(unit: &Unit) -> String {
    format!("regions/{unit}/")
}

/// The folder of the files of a revision, below the root.
pub fn files(form: &FormId, period: Period, number: u32) -> String {
    format!("files/{form}/{period}/r{number}/")
}

/// The path of a page below the root.
pub fn page(language: Language, path: &str) -> String {
    format!("{language}/{path}")
}

/// A code as a part of an address. Letters, digits, `-` and `_` stay; what is left is written as its Unicode number, so
/// that different codes have different addresses. `regions` is kept for the matrix.
pub fn name(code: &str) -> String {
    let mut name = String::new();
    for c in code.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => name.push(c),
            _ => name.push_str(&format!("_{:04x}", c as u32)),
        }
    }
    if name == "regions" { "_regions".to_owned() } else { name }
}

/// The link from one page or file to another, both below the root. Links are relative, so that the site works below any
/// address and in a folder.
pub fn link(from: &str, to: &str) -> String {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to_parts: Vec<&str> = to.split('/').collect();
    let same = from.iter().zip(&to_parts[..to_parts.len() - 1]).take_while(|(a, b)| a == b).count();
    let up = "../".repeat(from.len() - same);
    let rest = to_parts[same..].join("/");
    if up.is_empty() && rest.is_empty() { "./".to_owned() } else { format!("{up}{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_relative_in_both_directions() {
        assert_eq!(link("ru/forms/1-m/", "ru/forms/1-m/2025-M06/"), "2025-M06/");
        assert_eq!(link("ru/forms/1-m/", "kk/forms/1-m/"), "../../../kk/forms/1-m/");
        assert_eq!(link("ru/forms/", "style.css"), "../../style.css");
        assert_eq!(link("ru/", "ru/"), "./");
        assert_eq!(link("ru/forms/1-m/", "ru/"), "../../");
        assert_eq!(link("", "ru/"), "ru/");
        assert_eq!(link("", ""), "./");
    }

    #[test]
    fn different_codes_have_different_addresses() {
        assert_eq!(name("R1-1"), "R1-1");
        assert_eq!(name("Р1"), "_04201");
        assert_ne!(name("R 1"), name("R_1"));
        assert_eq!(name("../x"), "_002e_002e_002fx");
        assert_eq!(name("regions"), "_regions");
    }
}
