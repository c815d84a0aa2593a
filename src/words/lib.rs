//! The fixed words of what the program writes, in the languages of an office.
//!
//! In: a file for each language, `templates/words/<code>.toml`. Out: a [`Lexicon`] for each (its texts, phrases,
//! months, marks of numbers), and a [`Dictionary`] of all of them; or every fault of a file, with its line. A further
//! language is a further file: no language has a place in the code but Russian, which every office has.
//!
//! Beside them, `templates/messages/<code>.toml`: what the program says to the people of the office, as [`Messages`].
//!
//! Deliberately unknown here: workbooks, mails, which organ reads which language.
//!
//! ```
//! use domain::Language;
//! use words::{Dictionary, texts};
//! let words = Dictionary::embedded().unwrap();
//! let english = words.lexicon(Language::EN).unwrap();
//! assert_eq!(texts::REGION.of(english), "Region");
//! assert_eq!(english.copy_of(&3, &7), "Copy 3 of 7");
//! ```

mod dictionary;
mod lexicon;
mod lexicon_file;
mod message_file;
mod message_pattern;
mod messages;
mod phrases;
mod plural;
pub mod texts;

pub use dictionary::Dictionary;
pub use lexicon::Lexicon;
pub use lexicon_file::{LexiconFault, LexiconFaults};
pub use messages::Messages;
pub use plural::Plural;
pub use texts::FixedText;
