//! Puts an answer together from existing figures (clause 5). In: a question, as `query` takes it. Out: a letter and a
//! workbook, the same bytes for the same figures, and a fact with the figures. Unknown here: who asks, how it is sent.

use std::fmt::Write as _;

use serde::Serialize;

use super::{act, all, drafts, rules, unknown};
use crate::{Answer, Catalogue, Context, Failure, Question, answers_as_workbook, query};
use domain::{AnsweredFigure, CheckFollow, Number, Place, RequestNumber, RequestRecord, RequestStep, Right, Sha256};

/// The most figures of one answer. They are in the journal, so that a later change of one is found.
const MOST_IN_ANSWER: usize = 500;

/// An answer: the files, and what proves them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestAnswer {
    pub number: RequestNumber,
    /// The hash of the figures asked for, their places and periods. Equal questions have equal hashes.
    pub question: Sha256,
    /// The hash of the figures with their revisions. After a later revision it differs.
    pub content: Sha256,
    pub figures: usize,
    /// The letter as HTML, in the language of the request.
    #[serde(skip)]
    pub letter: String,
    #[serde(skip)]
    pub workbook: Vec<u8>,
}

/// A figure of an answer that is not what it was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TouchedAnswer {
    pub number: RequestNumber,
    pub figure: AnsweredFigure,
    pub now: Option<Number>,
    pub revision: u32,
}

/// Puts an answer together and records it. `access`: the ground on which an approver lets go what the rules do not call
/// free.
///
/// # Errors
/// When the actor may not, the request was not decided to be answered, no figure or too many are asked for, or a section
/// is restricted or undecided and no approver gives a ground.
pub async fn answer_request(
    context: &Context,
    number: &RequestNumber,
    question: &Question,
    access: Option<&str>,
) -> Result<RequestAnswer, Failure> {
    context.person(Right::AnswerRequest).await?;
    let rules = rules(context)?;
    let known = all(context).await?;
    let record = known.get(number).ok_or_else(|| unknown(number, &known))?;
    if record.decided != Some(CheckFollow::Answer) {
        return Err(Failure::usage(format!("`{number}` has no decision to answer it; check it first")));
    }
    let found: Vec<Answer> = query(context, question).await?;
    if found.is_empty() {
        return Err(Failure::usage("the question gives no figure, so there is nothing to answer with"));
    }
    if found.len() > MOST_IN_ANSWER {
        return Err(Failure::usage(format!("the question gives more than {MOST_IN_ANSWER} figures; ask for fewer")));
    }
    let closed = found.iter().find(|figure| rules.access(&figure.form, &figure.section) != Some(true));
    let access = match (closed, access) {
        (None, _) => None,
        (Some(_), Some(ground)) => {
            context.person(Right::DecideRequest).await?;
            act::plain(context, record, Some(ground))?
        }
        (Some(figure), None) => {
            return Err(Failure::usage(format!(
                "section `{}` of form `{}` is restricted, or nobody decided; an approver lets it go with --access GROUND",
                figure.section, figure.form
            )));
        }
    };
    let figures: Vec<AnsweredFigure> = found.iter().map(|answer| answered(context, answer)).collect();
    let places: Vec<_> = figures.iter().map(|figure| (&figure.key, &figure.place)).collect();
    let hash = |bytes: serde_json::Result<Vec<u8>>| {
        bytes.map(|bytes| Sha256::of(&bytes)).map_err(|error| Failure::ours("the answer has no JSON", error))
    };
    let asked = hash(serde_json::to_vec(&places))?;
    let content = hash(serde_json::to_vec(&figures))?;
    let workbook = answers_as_workbook(&found)?;
    let letter = letter(context, record, &found, &content)?;
    let step = RequestStep::Answered {
        day: context.today(),
        question: asked,
        letter: Sha256::of(letter.as_bytes()),
        workbook: Sha256::of(&workbook),
        figures,
        access,
    };
    act::take(context, number, |_| Ok(vec![step])).await?;
    Ok(RequestAnswer { number: number.clone(), question: asked, content, figures: found.len(), letter, workbook })
}

/// The answers with a figure that differs now from what was told.
///
/// # Errors
/// When the actor may not see requests, or the ledger or the store cannot be read.
pub async fn touched_answers(context: &Context) -> Result<Vec<TouchedAnswer>, Failure> {
    super::sees_who(context).await?;
    let catalogue: Catalogue = context.catalogue().await?;
    let mut touched = Vec::new();
    for (number, record) in all(context).await? {
        for figure in record.figures {
            let is_same = catalogue.current(&figure.key).is_some_and(|edition| edition.revision == figure.revision);
            if is_same {
                continue;
            }
            let (key, place) = (&figure.key, &figure.place);
            let question = Question {
                form: Some(key.form.clone()),
                periods: vec![key.period],
                sections: vec![place.section.clone()],
                rows: vec![place.row.clone()],
                columns: vec![place.column.clone()],
                units: vec![key.unit.clone()],
                agencies: vec![key.agency.clone()],
            };
            // A place that a later edition does not have has no figure any more.
            let now = query(context, &question).await.unwrap_or_default().into_iter().next();
            let value = now.as_ref().and_then(|answer| answer.value);
            if value != figure.value {
                let revision = now.map_or(figure.revision, |answer| answer.revision);
                touched.push(TouchedAnswer { number: number.clone(), figure, now: value, revision });
            }
        }
    }
    Ok(touched)
}

/// Records that a person sent the answer.
///
/// # Errors
/// When the actor is not of the desk, or no answer waits to be sent.
pub async fn sent_request(context: &Context, number: &RequestNumber, how: &str) -> Result<(), Failure> {
    context.person(Right::Request).await?;
    let known = all(context).await?;
    let record = known.get(number).ok_or_else(|| unknown(number, &known))?;
    let how = act::plain(context, record, Some(how))?.unwrap_or_default();
    let step = RequestStep::AnswerSent { day: context.today(), how };
    act::take(context, number, |_| Ok(vec![step])).await
}

fn answered(context: &Context, answer: &Answer) -> AnsweredFigure {
    AnsweredFigure {
        key: domain::DatasetKey {
            form: answer.form.clone(),
            period: answer.period,
            unit: answer.unit.clone(),
            agency: answer.agency.clone(),
            origin: context.origin,
        },
        revision: answer.revision,
        place: Place { section: answer.section.clone(), row: answer.row.clone(), column: answer.column.clone() },
        value: answer.value,
    }
}

/// The letter: the opening and the clauses of the draft, then the figures with their sources.
fn letter(context: &Context, record: &RequestRecord, found: &[Answer], content: &Sha256) -> Result<String, Failure> {
    let draft = drafts::draft(context, record)?;
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n<body>\n",
        record.taken.language, record.taken.number
    );
    if context.origin == domain::Origin::Sample {
        html.push_str("<p><strong>SAMPLE DATA</strong></p>\n");
    }
    for paragraph in draft.iter().flat_map(|draft| draft.text.trim().split("\n\n")) {
        let _ = writeln!(html, "<p>{}</p>", escaped(paragraph));
    }
    html.push_str("<table>\n");
    for answer in found {
        let value = answer.value.map_or_else(|| "[x]".to_owned(), |value| value.to_string());
        let Answer { form, period, unit, agency, section, row, column, revision, .. } = answer;
        let place = format!("{form} · {period} · {unit} · {agency} · {section} / {row} / {column} · r{revision}");
        let _ = writeln!(
            html,
            "<tr><th scope=\"row\">{}</th><td>{value}</td><td>{}</td></tr>",
            escaped(&answer.label),
            escaped(&place)
        );
    }
    let _ = write!(html, "</table>\n<p>{content}</p>\n</body>\n</html>\n");
    Ok(html)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
