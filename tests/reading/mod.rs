//! Reading documents that were made up for it.

mod archives;
mod hostile;
mod made_up;
mod random;
mod services;
mod variants;
mod witnesses;
mod workbooks;
