//! The real forms of `../shared/real`, where they are.
