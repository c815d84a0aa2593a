//! The checks on made-up datasets and on the real forms.

mod catalogue;
mod chance;
mod course;
mod editions;
mod ess;
mod lost;
mod made_up;
mod real;
mod rules;
mod shape;
mod together;
