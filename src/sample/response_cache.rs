//! Keeps finished documents for a short time, so that a repeated request does not make a document again.
//!
//! The cache only saves time; no document depends on it.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use super::office::Copy;

/// The most bytes that are kept. The oldest documents are removed first.
const ROOM: usize = 48 * 1024 * 1024;

#[derive(Debug, Default)]
pub(super) struct ResponseCache {
    copies: HashMap<String, Arc<Copy>>,
    order: VecDeque<String>,
    bytes: usize,
}

impl ResponseCache {
    pub fn find(&self, key: &str) -> Option<Arc<Copy>> {
        self.copies.get(key).cloned()
    }

    pub fn put(&mut self, key: String, copy: Arc<Copy>) {
        self.bytes += copy.document.bytes.len();
        self.order.push_back(key.clone());
        if let Some(before) = self.copies.insert(key, copy) {
            self.bytes -= before.document.bytes.len();
        }
        while self.bytes > ROOM {
            let Some(oldest) = self.order.pop_front() else { break };
            if let Some(gone) = self.copies.remove(&oldest) {
                self.bytes -= gone.document.bytes.len();
            }
        }
    }
}
