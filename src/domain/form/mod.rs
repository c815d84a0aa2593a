//! Forms: their templates, editions and places; datasets and figures; the documents that are expected; findings. This
//! folder does not know the journal or the parcels.

mod binding;
mod binding_lines;
mod dataset;
mod expected;
mod figure;
mod finding;
mod form_index;
mod general_rules;
pub mod headings;
mod known_headings;
mod labels;
mod map_layout;
mod map_shapes;
mod region;
mod spelling;
mod template;

pub use binding::{Binding, NoPlace, Part, PlaceDoubt, Placement, SectionBinding};
pub use dataset::{Column, Dataset, DatasetKey, Origin, Row, Section};
pub use expected::{Absence, Expected, Lacking};
pub use figure::{Figure, Number, NumberError};
pub use finding::{COMPARISON_DOUBTFUL, Finding, Severity, Tally, WEIGHED_BY_OFFICE};
pub use form_index::FormIndex;
pub use general_rules::{GENERAL_RULES, GeneralRule, general_rule};
pub use headings::{HeadingLexicon, Likeness};
pub use labels::{Label, LabelOf};
pub use map_layout::{MapLayout, MapTile};
pub use map_shapes::{GeoPoint, MapShapes, UnitShape};
pub use region::{AgencyName, Population, Region};
pub use spelling::{Doubt, Remark, Spelled, shown, spell};
pub use template::{
    ColumnTemplate, Course, EditionSection, EditionTemplate, FormPlace, FormTemplate, Measure, Place, RowTemplate,
    Rule, RuleKind, SectionTemplate,
};
