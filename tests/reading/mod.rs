//! Reading documents that were made up for it.

mod editions;
mod hostile;
mod made_up;
mod random;
mod services;
mod variants;
mod workbooks;
