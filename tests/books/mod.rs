//! Collections as workbooks.

mod accessible;
mod assembling;
mod beside;
mod changing;
mod formats;
mod masters;
mod ooxml;
mod plain;
mod templates;
