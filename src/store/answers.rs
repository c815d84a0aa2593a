//! What an answer of a store on S3 means. In: a result of the client. Out: what follows from it, in words for a person.
//! This module does not know what was asked.

use object_store::{Error, PutMode, PutOptions};

use super::StoreError;

pub(super) const OUT_OF_REACH: &str = "the store is out of reach";
pub(super) const NOT_AS_WRITTEN: &str = "the store does not give back what was written; nothing is recorded";

pub(super) fn create() -> PutOptions {
    PutOptions::from(PutMode::Create)
}

/// An answer, or `None` if the object does not exist.
pub(super) fn there<T>(asked: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match asked {
        Ok(answer) => Ok(Some(answer)),
        Err(StoreError::NoObject { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether asking again cannot help.
pub(super) fn is_final(error: &Error) -> bool {
    matches!(error, Error::PermissionDenied { .. } | Error::Unauthenticated { .. } | Error::InvalidPath { .. })
}

/// What a person reads of a failure. The words of the library may contain an answer of the server, so they are not shown.
pub(super) fn words(error: &Error) -> &'static str {
    match error {
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            "the store refused the keys in the variables of `key_env` and `secret_env`"
        }
        Error::InvalidPath { .. } => "it is not the name of an object",
        _ => OUT_OF_REACH,
    }
}
