//! Calendar, terms, plan.
