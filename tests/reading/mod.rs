//! Reading of made-up documents.

mod archives;
mod codes;
mod editions;
mod hostile;
mod layout;
mod made_up;
mod random;
mod services;
mod spelling;
mod variants;
mod witnesses;
mod workbooks;
