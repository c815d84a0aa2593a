//! Which part of a package is which. Programs find parts by the relations between them and not by their names (ECMA-376,
//! part 2, 6.5), so whoever looks by name may be shown another workbook than a reader sees.

use super::scanner::{Partly, unescaped};

/// What a part refers to: another part, and what it is to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRelation {
    pub id: String,
    /// The end of its type: `worksheet`, `sharedStrings`. The transitional and the strict form begin otherwise.
    pub kind: String,
    /// The part's name in the archive; the address, where it leads out of it.
    pub part: String,
    pub outside: bool,
}

/// What the part of a name refers to; `""` is the package itself.
pub fn relations(of: &str, list: &str) -> Partly<Vec<PartRelation>> {
    Partly::of_tags(list, |tag| {
        let (id, kind, target) = (tag.attribute("Id")?, tag.attribute("Type")?, tag.attribute("Target")?);
        let kind = known_kind(kind.rsplit('/').next().unwrap_or(kind)).to_owned();
        let outside = tag.attribute("TargetMode") == Some("External");
        let target = unescaped(target);
        let part = if outside { target.into_owned() } else { part_of(of, &target) };
        Some(PartRelation { id: id.to_owned(), kind, part, outside })
    })
}

/// The parts of the package among them.
pub fn inside(mut relations: Vec<PartRelation>) -> Vec<PartRelation> {
    relations.retain(|relation| !relation.outside);
    relations
}

/// The part of a kind; the first, where there are several.
pub fn first<'r>(relations: &'r [PartRelation], kind: &str) -> Option<&'r str> {
    relations.iter().find(|relation| relation.kind == kind).map(|relation| relation.part.as_str())
}

/// A kind of relation as the standard writes it, whatever case a program writes.
fn known_kind(kind: &str) -> &str {
    const KINDS: [&str; 7] = [
        "worksheet",
        "sharedStrings",
        "styles",
        "officeDocument",
        "core-properties",
        "custom-properties",
        "extended-properties",
    ];
    KINDS.into_iter().find(|known| known.eq_ignore_ascii_case(kind)).unwrap_or(kind)
}

/// Where the relations of a part stand: `xl/workbook.xml` has `xl/_rels/workbook.xml.rels`.
pub fn relations_of(part: &str) -> String {
    let (folder, file) = part.rsplit_once('/').map_or(("", part), |(folder, file)| (folder, file));
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    format!("{folder}_rels/{file}.rels")
}

/// The part that a target means: from the root where it begins with a slash, else from the folder of the part that
/// refers to it (RFC 3986, 5.2.4).
fn part_of(from: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let folder = if target.starts_with('/') { "" } else { from.rsplit_once('/').map_or("", |(folder, _)| folder) };
    let mut path: Vec<&str> = Vec::new();
    for step in folder.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            name => path.push(name),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_by_their_relations() {
        let list = r#"<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="/xl/worksheets/a.xml"/><p:Relationship Id="rId2" Type="http://purl/y/sharedStrings" Target="./../xl/b.xml"/><Relationship Id="rId3" Type="http://x/hyperlink" TargetMode="External" Target="c.xml"/></Relationships>"#;
        let relations = inside(relations("xl/workbook.xml", list).whole().unwrap());
        let told: Vec<_> = relations.iter().map(|r| [&r.id, &r.kind, &r.part].map(String::as_str)).collect();
        assert_eq!(told, [["rId1", "worksheet", "xl/worksheets/a.xml"], ["rId2", "sharedStrings", "xl/b.xml"]]);
        assert_eq!(relations_of("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
        assert_eq!((relations_of("").as_str(), part_of("", "/../xl/a").as_str()), ("_rels/.rels", "xl/a"));
    }

    #[test]
    fn a_target_is_seen_from_its_part() {
        for (from, target, wanted) in [
            ("xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/workbook.xml", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets/sheet1.xml", "../drawings/drawing1.xml", "xl/drawings/drawing1.xml"),
            ("xl/workbook.xml", "..\\xl\\a.xml", "xl/a.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("", "../../x", "x"),
        ] {
            assert_eq!(part_of(from, target), wanted);
        }
    }

    #[test]
    fn what_leads_out_of_the_package_is_told_apart() {
        let list = r#"<Relationships><Relationship Id="a" Type="t/hyperlink" TargetMode="External" Target="http://x/?a&amp;b"/></Relationships>"#;
        let found = relations("xl/worksheets/sheet1.xml", list).whole().unwrap();
        assert_eq!((found[0].part.as_str(), found[0].outside), ("http://x/?a&b", true));
        assert_eq!(first(&found, "hyperlink"), Some("http://x/?a&b"));
        assert!(inside(found).is_empty());
    }
}
