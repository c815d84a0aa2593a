//! Proof: which copy is this, is it intact.
