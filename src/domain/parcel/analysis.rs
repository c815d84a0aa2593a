//! The analytical text of a collection: the figures that it compares, the words for them, and what a person adds to an
//! issue. This module does not know any figure, nor how a sentence is made.

use serde::{Deserialize, Serialize};

use crate::{CollectionId, FormId, Place, Sha256, Titles};

/// The rules of the analytical text of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnalysisTemplate {
    pub collection: CollectionId,
    /// The file it was read from, for faults.
    pub file: String,
    pub indicators: Vec<IndicatorTemplate>,
}

/// A figure that is compared with that of the same period of the year before, in a paragraph of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorTemplate {
    /// Unique within the collection.
    pub id: String,
    /// Printed where the sentence is left out.
    pub titles: Titles,
    pub form: FormId,
    pub place: Place,
    pub words: CountedWords,
    /// The places whose figures add up to the indicator; empty = its parts are not told.
    pub parts: Vec<Place>,
    pub line: usize,
}

/// What is said of a figure, with `{count}` in the place of it: `зарегистрировано {count} преступление`. A language has
/// `one` and `few` only as far as its nouns have these forms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CountedWords {
    /// After 1, 21, 101.
    pub one: Titles,
    /// After 2, 22, and after a decimal fraction.
    pub few: Titles,
    /// After 0, 5, 11.
    pub many: Titles,
}

/// What a person of the office wrote about an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueComment {
    /// The author's account and name in people.toml.
    pub account: String,
    pub name: String,
    pub paragraphs: Vec<Titles>,
}

/// Which comment an issue contains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentMark {
    /// Of [`IssueComment::to_bytes`].
    pub sha256: Sha256,
    /// The author's account.
    pub account: String,
}

impl IssueComment {
    /// The comment as JSON: every language, without what a person may lay out in another way.
    ///
    /// # Errors
    /// Never: a comment consists of texts.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// The mark of the comment.
    ///
    /// # Errors
    /// As [`IssueComment::to_bytes`].
    pub fn mark(&self) -> Result<CommentMark, serde_json::Error> {
        Ok(CommentMark { sha256: Sha256::of(&self.to_bytes()?), account: self.account.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    #[test]
    fn a_comment_is_known_by_its_author_and_by_the_texts_of_every_language() {
        let text = Titles::ru("Рост").with(Language::KK, "Өсу");
        let comment = IssueComment { account: "stat".into(), name: "A".into(), paragraphs: vec![text] };
        let mark = comment.mark().unwrap();
        let read: IssueComment = serde_json::from_slice(&comment.to_bytes().unwrap()).unwrap();
        assert_eq!(read.mark().unwrap(), mark);
        let other = Titles::ru("Рост").with(Language::KK, "Өсім");
        let changed = IssueComment { paragraphs: vec![other], ..comment.clone() };
        assert_ne!(changed.mark().unwrap(), mark);
        assert_ne!(IssueComment { name: "B".into(), ..comment }.mark().unwrap().sha256, mark.sha256);
    }
}
