//! The state of each request, derived from the facts in one place. In: events of the journal. Out: a
//! [`RequestRecord`] for each number. This module does not know files or names.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::clock;
use crate::{
    AnsweredFigure, CheckFollow, Event, Fact, ReasonedDay, RequestCheck, RequestClock, RequestNumber, RequestRules,
    RequestStep, Sha256, TakenRequest, WorkingCalendar,
};

/// Where a request is. `extended` and `appealed` are marks beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestState {
    Registered,
    InWork,
    Clarification,
    Answered,
    Refused,
    Left,
    Forwarded,
    Closed,
}

impl RequestState {
    pub const ALL: [Self; 8] = [
        Self::Registered,
        Self::InWork,
        Self::Clarification,
        Self::Answered,
        Self::Refused,
        Self::Left,
        Self::Forwarded,
        Self::Closed,
    ];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::InWork => "in-work",
            Self::Clarification => "clarification",
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Left => "left",
            Self::Forwarded => "forwarded",
            Self::Closed => "closed",
        }
    }

    /// Whether somebody still has to act before its due day.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Registered | Self::InWork | Self::Clarification)
    }
}

/// What the journal says of one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestRecord {
    pub taken: TakenRequest,
    pub state: RequestState,
    /// The answers to the checks, as last decided.
    pub answers: BTreeMap<RequestCheck, bool>,
    pub decided: Option<CheckFollow>,
    /// The grounds of the clarification, the refusal, or of leaving it.
    pub grounds: Vec<RequestCheck>,
    pub stops: Vec<(NaiveDate, Option<NaiveDate>)>,
    pub extended: Option<NaiveDate>,
    /// The last day for telling the extension, while it has not been told.
    pub notice_due: Option<NaiveDate>,
    pub figures: Vec<AnsweredFigure>,
    pub question: Option<Sha256>,
    pub is_sent: bool,
    pub is_appealed: bool,
    pub is_erased: bool,
    /// The day on which it was answered, refused, left or forwarded.
    pub ended: Option<NaiveDate>,
    /// The day on which it was closed.
    pub closed: Option<NaiveDate>,
}

/// The requests of these events, by number.
#[must_use]
pub fn requests(events: &[Event]) -> BTreeMap<RequestNumber, RequestRecord> {
    let mut found: BTreeMap<RequestNumber, RequestRecord> = BTreeMap::new();
    for event in events {
        match &event.fact {
            Fact::RequestTaken { request } => {
                found.entry(request.number.clone()).or_insert_with(|| RequestRecord::taken(request.clone()));
            }
            Fact::RequestStep { number, step } => {
                if let Some(record) = found.get_mut(number) {
                    record.apply(step);
                }
            }
            _ => {}
        }
    }
    found
}

impl RequestRecord {
    const fn taken(taken: TakenRequest) -> Self {
        Self {
            taken,
            state: RequestState::Registered,
            answers: BTreeMap::new(),
            decided: None,
            grounds: Vec::new(),
            stops: Vec::new(),
            extended: None,
            notice_due: None,
            figures: Vec::new(),
            question: None,
            is_sent: false,
            is_appealed: false,
            is_erased: false,
            ended: None,
            closed: None,
        }
    }

    /// What follows from a step. [`RequestRecord::refusal`] says whether it may be taken.
    pub fn apply(&mut self, step: &RequestStep) {
        match step {
            RequestStep::Checked { answers, decided, .. } => {
                self.answers.clone_from(answers);
                self.decided = Some(*decided);
                if self.state == RequestState::Registered {
                    self.state = RequestState::InWork;
                }
            }
            RequestStep::Clarified { grounds, .. } => {
                self.grounds.clone_from(grounds);
                self.state = RequestState::Clarification;
            }
            RequestStep::ClockStopped { day } => self.stops.push((*day, None)),
            RequestStep::ClockStarted { day } => {
                if let Some(last) = self.stops.last_mut() {
                    last.1 = Some(*day);
                }
                self.state = RequestState::InWork;
            }
            RequestStep::Extended { until, notice_due, .. } => {
                self.extended = Some(*until);
                self.notice_due = *notice_due;
            }
            RequestStep::Noticed { .. } => self.notice_due = None,
            RequestStep::Forwarded { day, .. } => self.end(RequestState::Forwarded, *day, None),
            RequestStep::Left { day, ground, .. } => self.end(RequestState::Left, *day, Some(*ground)),
            RequestStep::Refused { day, ground, .. } => self.end(RequestState::Refused, *day, Some(*ground)),
            RequestStep::Answered { day, question, figures, .. } => {
                self.end(RequestState::Answered, *day, None);
                self.question = Some(*question);
                self.figures.clone_from(figures);
            }
            RequestStep::AnswerSent { .. } => self.is_sent = true,
            RequestStep::Appealed { .. } => self.is_appealed = true,
            RequestStep::Closed { day } => {
                self.state = RequestState::Closed;
                self.closed = Some(*day);
            }
            RequestStep::Erased { .. } => self.is_erased = true,
        }
    }

    fn end(&mut self, state: RequestState, day: NaiveDate, ground: Option<RequestCheck>) {
        if let Some(last) = self.stops.last_mut().filter(|last| last.1.is_none()) {
            last.1 = Some(day);
        }
        self.state = state;
        self.ended = Some(day);
        self.grounds = ground.into_iter().collect();
    }

    /// Why a step cannot follow now; `None` if it can.
    #[must_use]
    pub fn refusal(&self, step: &RequestStep) -> Option<String> {
        let (number, state) = (&self.taken.number, self.state.word());
        let wrong = match step {
            RequestStep::Erased { .. } => {
                return self.is_erased.then(|| format!("`{number}` is erased already"));
            }
            RequestStep::Appealed { .. } => self.state.is_open(),
            RequestStep::Closed { .. } => self.state.is_open() || self.state == RequestState::Closed,
            RequestStep::AnswerSent { .. } => self.state != RequestState::Answered || self.is_sent,
            RequestStep::ClockStarted { .. } => self.state != RequestState::Clarification,
            RequestStep::ClockStopped { .. } => self.stops.last().is_some_and(|last| last.1.is_none()),
            RequestStep::Noticed { .. } => self.notice_due.is_none(),
            RequestStep::Clarified { .. } => self.state != RequestState::InWork,
            RequestStep::Answered { .. } => {
                !matches!(self.state, RequestState::InWork | RequestState::Answered) || self.is_sent
            }
            RequestStep::Extended { .. } => !self.state.is_open() || self.extended.is_some(),
            RequestStep::Checked { .. }
            | RequestStep::Forwarded { .. }
            | RequestStep::Left { .. }
            | RequestStep::Refused { .. } => !self.state.is_open(),
        };
        let step = step.word();
        wrong.then(|| format!("`{number}` is `{state}`, so `{step}` cannot follow; look at the request first"))
    }

    /// The clock of the request; a stop without an end is counted up to `today`.
    #[must_use]
    pub fn clock(&self, rules: &RequestRules, calendar: &WorkingCalendar, today: NaiveDate) -> RequestClock {
        let received = (self.taken.received, self.taken.hour);
        RequestClock::of(rules, calendar, received, &self.stops, self.extended, today)
    }

    /// The last day for telling an extension that is decided on a day, by the rules.
    #[must_use]
    pub fn notice(rules: &RequestRules, calendar: &WorkingCalendar, decided: NaiveDate) -> Option<ReasonedDay> {
        clock::notice_due(rules, calendar, decided)
    }
}
