//! The checks over made-up datasets and over the real forms.
