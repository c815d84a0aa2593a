//! The staff console, as the program serves it: a browser's requests over the loopback, and a real Chromium.

mod doors;
mod pages;
mod serving;
