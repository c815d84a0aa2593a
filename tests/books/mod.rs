//! Collections as workbooks.

mod accessible;
mod analysing;
mod assembling;
mod beside;
mod changing;
mod charting;
mod crossing;
mod deriving;
mod expected;
mod formats;
mod hostile;
mod languages;
mod mapping;
mod masters;
mod ooxml;
mod other_formats;
mod paper;
mod places;
mod plain;
mod quality;
mod stable;
mod templates;
