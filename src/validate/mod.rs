//! Datasets in, findings out; pure.
