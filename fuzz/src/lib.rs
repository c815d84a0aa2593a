//! The readers and the words that they speak in, as they stand in the main package.
#![expect(dead_code, reason = "only the readers' doors are used here")]

#[path = "../../src/domain/mod.rs"]
pub mod domain;
#[path = "../../src/read/mod.rs"]
pub mod read;

pub mod office;
