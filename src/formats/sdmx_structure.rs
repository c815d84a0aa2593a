//! Writes the structure that a book's SDMX-CSV refers to, as a structure message of SDMX-ML 3.0: the dataflow, the data
//! structure definition, concepts and code lists, with names in every language.
//!
//! In: a book, the words of an office. Out: an XML file. Unknown here: the figures.

use std::fmt::Write as _;

use super::{
    FileOfBook, issue_marks,
    sdmx::{COLUMNS, DIMENSIONS, KEEPER, structure_id, version},
    sdmx_codes::{CodeList, code_lists, concept},
};
use assemble::Book;
use domain::{Origin, Titles};
use words::Dictionary;

const MODEL: &str = "urn:sdmx:org.sdmx.infomodel";
/// The attributes that every record of an issue has alike.
const OF_ISSUE: [&str; 3] = ["ORIGIN", "STATE", "REVISION"];
/// The attributes that a record may lack.
const OPTIONAL: [&str; 3] = ["MARK", "LINE", "HEAD"];

/// Writes the structure of a book.
#[must_use]
pub fn sdmx_structure(book: &Book, words: &Dictionary) -> FileOfBook {
    let structure = Structure { id: structure_id(book), version: version(book), words, lists: code_lists(book, words) };
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let namespace = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0";
    let _ = writeln!(
        xml,
        "<mes:Structure xmlns:mes=\"{namespace}/message\" xmlns:str=\"{namespace}/structure\" \
         xmlns:com=\"{namespace}/common\">"
    );
    header(&mut xml, book, &structure);
    xml.push_str("<mes:Structures>\n");
    let title = words.each(|lexicon| issue_marks::title(book, lexicon));
    let marks = words.each(|lexicon| issue_marks::in_words(book, lexicon).join(" "));
    structure.dataflow(&mut xml, &title, &marks);
    structure.code_lists(&mut xml);
    structure.concepts(&mut xml);
    structure.definition(&mut xml, &title, &marks);
    xml.push_str("</mes:Structures>\n</mes:Structure>\n");
    FileOfBook { name: format!("{}.structure.xml", book.collection), bytes: xml.into_bytes() }
}

fn header(xml: &mut String, book: &Book, structure: &Structure<'_>) {
    let id = format!("{}_{}", structure.id, structure.version.replace('.', "_"));
    let _ = writeln!(
        xml,
        "<mes:Header>\n<mes:ID>{id}</mes:ID>\n<mes:Test>{}</mes:Test>\n<mes:Prepared>{}</mes:Prepared>\n\
         <mes:Sender id=\"{KEEPER}\"/>\n</mes:Header>",
        book.origin == Origin::Sample,
        book.cover.generated_for
    );
}

struct Structure<'a> {
    id: String,
    version: String,
    words: &'a Dictionary,
    lists: Vec<CodeList>,
}

impl Structure<'_> {
    /// The attributes that identify a part of the structure.
    fn identity(&self, id: &str) -> String {
        format!("id=\"{id}\" version=\"{}\" agencyID=\"{KEEPER}\" isExternalReference=\"false\"", self.version)
    }

    fn urn(&self, class: &str, id: &str) -> String {
        format!("{MODEL}.{class}={KEEPER}:{id}({})", self.version)
    }

    /// The id of a list: one of this collection alone contains that of the collection.
    fn list_id(&self, list: &CodeList) -> String {
        if list.own { format!("CL_{}_{}", list.column, self.id) } else { format!("CL_{}", list.column) }
    }

    /// A text in each language that has it.
    fn texts(&self, xml: &mut String, element: &str, titles: &Titles) {
        for language in self.words.languages() {
            if let Some(text) = titles.own(language).filter(|text| !text.is_empty()) {
                let _ = writeln!(xml, "<com:{element} xml:lang=\"{language}\">{}</com:{element}>", escaped(text));
            }
        }
    }

    fn dataflow(&self, xml: &mut String, title: &Titles, marks: &Titles) {
        let _ = writeln!(xml, "<str:Dataflows>\n<str:Dataflow {}>", self.identity(&self.id));
        self.texts(xml, "Name", title);
        self.texts(xml, "Description", marks);
        let urn = self.urn("datastructure.DataStructure", &self.id);
        let _ = writeln!(xml, "<str:Structure>{urn}</str:Structure>\n</str:Dataflow>\n</str:Dataflows>");
    }

    fn code_lists(&self, xml: &mut String) {
        xml.push_str("<str:Codelists>\n");
        for list in &self.lists {
            let _ = writeln!(xml, "<str:Codelist {} isPartial=\"false\">", self.identity(&self.list_id(list)));
            self.texts(xml, "Name", &concept(list.column, self.words));
            for (code, name) in &list.codes {
                let _ = writeln!(xml, "<str:Code id=\"{code}\">");
                self.texts(xml, "Name", name);
                xml.push_str("</str:Code>\n");
            }
            xml.push_str("</str:Codelist>\n");
        }
        xml.push_str("</str:Codelists>\n");
    }

    fn concepts(&self, xml: &mut String) {
        let _ = writeln!(
            xml,
            "<str:ConceptSchemes>\n<str:ConceptScheme {} isPartial=\"false\">",
            self.identity("CONCEPTS")
        );
        // A scheme has a name in at least one language; ours is the same word in all of them.
        self.texts(xml, "Name", &self.words.each(|_| "zhinaq".to_owned()));
        for column in &COLUMNS[DIMENSIONS.start..] {
            let _ = writeln!(xml, "<str:Concept id=\"{column}\">");
            self.texts(xml, "Name", &concept(column, self.words));
            xml.push_str("</str:Concept>\n");
        }
        xml.push_str("</str:ConceptScheme>\n</str:ConceptSchemes>\n");
    }

    fn definition(&self, xml: &mut String, title: &Titles, marks: &Titles) {
        let _ = writeln!(xml, "<str:DataStructures>\n<str:DataStructure {}>", self.identity(&self.id));
        self.texts(xml, "Name", title);
        self.texts(xml, "Description", marks);
        xml.push_str("<str:DataStructureComponents>\n<str:DimensionList>\n");
        for (place, column) in COLUMNS[DIMENSIONS].iter().enumerate() {
            if *column == "TIME_PERIOD" {
                self.component(xml, "TimeDimension", column, "", "");
            } else {
                self.component(xml, "Dimension", column, &format!(" position=\"{}\"", place + 1), "");
            }
        }
        xml.push_str("</str:DimensionList>\n<str:AttributeList>\n");
        for column in &COLUMNS[DIMENSIONS.end + 1..] {
            let usage = if OPTIONAL.contains(column) { "optional" } else { "mandatory" };
            let of = if OF_ISSUE.contains(column) { "Dataflow" } else { "Observation" };
            let relation = format!("<str:AttributeRelationship>\n<str:{of}/>\n</str:AttributeRelationship>\n");
            self.component(xml, "Attribute", column, &format!(" usage=\"{usage}\""), &relation);
        }
        xml.push_str("</str:AttributeList>\n<str:MeasureList>\n");
        self.component(xml, "Measure", COLUMNS[DIMENSIONS.end], "", "");
        xml.push_str(
            "</str:MeasureList>\n</str:DataStructureComponents>\n</str:DataStructure>\n</str:DataStructures>\n",
        );
    }

    fn component(&self, xml: &mut String, element: &str, column: &str, attributes: &str, relation: &str) {
        let concept = format!("{}.{column}", self.urn("conceptscheme.Concept", "CONCEPTS"));
        let list = self.lists.iter().find(|list| list.column == column);
        let representation = match (list, column) {
            (Some(list), _) => {
                let urn = self.urn("codelist.Codelist", &self.list_id(list));
                format!("<str:Enumeration>{urn}</str:Enumeration>")
            }
            (None, "TIME_PERIOD") => "<str:TextFormat textType=\"ObservationalTimePeriod\"/>".to_owned(),
            (None, "OBS_VALUE") => "<str:TextFormat textType=\"Decimal\"/>".to_owned(),
            (None, "REVISION") => "<str:TextFormat textType=\"Integer\"/>".to_owned(),
            (None, _) => "<str:TextFormat textType=\"String\"/>".to_owned(),
        };
        let _ = write!(
            xml,
            "<str:{element} id=\"{column}\"{attributes}>\n<str:ConceptIdentity>{concept}</str:ConceptIdentity>\n\
             <str:LocalRepresentation>\n{representation}\n</str:LocalRepresentation>\n{relation}</str:{element}>\n"
        );
    }
}

fn escaped(text: &str) -> String {
    let allowed = |c: &char| !c.is_control();
    let text: String = text.chars().filter(allowed).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
