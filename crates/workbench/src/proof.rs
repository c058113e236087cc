//! Answers to questions about whether a conversion means the same, and what differs between versions.

use kql_syntax::text::LineIndex;
use rule_convert::Edit;
use rule_proof::diff::{diff, field_changes, query_changes};
use rule_proof::{CannotRun, MAX_CASES, Paired, Settings, Side, nothing_to_prove};
use sentinel_rules::rule::Rule;

use crate::protocol::{
    DiffQuestion, DiffView, Problem, Progress, ProofQuestion, ProofView, RuleVersion,
};
use crate::samples;
use crate::session::{OnProgress, Session};
use crate::way;

/// Steps between two messages about progress.
const STEPS_PER_MESSAGE: usize = 8;

/// Proves the conversion of a rule on the loaded logs, on a sample and on generated logs.
pub(crate) fn proof(
    session: &Session,
    question: &ProofQuestion,
    progress: OnProgress<'_>,
) -> Result<ProofView, Problem> {
    let loaded = &session.rules[session.rule_index(&question.rule)?];
    let tables = session.tables()?;
    let accepted = |edit: &Edit| loaded.is_accepted(edit);
    let way = &session.journal.way;
    let profile = way::profile(&session.profiles, way)?;
    let mode = way::mode(way);
    if let Some(why) = nothing_to_prove(&loaded.rule, &loaded.conversion, profile) {
        return Ok(ProofView::CannotRun(why));
    }
    let pair = Paired::new(&loaded.rule, &loaded.conversion, (profile, mode), &accepted);
    let settings = settings(question.seed, question.cases);
    let what = format!("Proving {}", loaded.rule.name);
    let proved = pair.prove(profile, &tables, &settings, &mut telling(&what, progress));
    Ok(match proved {
        Ok(proof) => ProofView::Proved(Box::new(proof)),
        Err(error) => ProofView::CannotRun(sentence(&error, (&pair.original, &pair.converted))),
    })
}

/// Compares two versions of a rule.
pub(crate) fn versions(
    session: &Session,
    question: &DiffQuestion,
    progress: OnProgress<'_>,
) -> Result<DiffView, Problem> {
    let (old, new) = (
        version(session, &question.old)?,
        version(session, &question.new)?,
    );
    let settings = settings(question.seed, question.cases);
    let tables = session.tables()?;
    let found = diff(
        old,
        new,
        &tables,
        &settings,
        &mut telling("Comparing", progress),
    );
    let (whole, problem) = match found {
        Ok(found) => (Some(Box::new(found)), String::new()),
        Err(error) => (None, sentence(&error, (old, new))),
    };
    Ok(DiffView {
        whole,
        fields: field_changes(old, new),
        query: query_changes(&old.query, &new.query),
        problem,
    })
}

fn settings(seed: u64, cases: usize) -> Settings {
    Settings {
        seed,
        cases: cases.min(MAX_CASES),
        scenario: None,
        end: samples::END,
    }
}

fn version<'s>(session: &'s Session, version: &RuleVersion) -> Result<&'s Rule, Problem> {
    let loaded = &session.rules[session.rule_index(&version.rule)?];
    Ok(match version.converted {
        true => &loaded.converted.rule,
        false => &loaded.rule,
    })
}

/// Tells now and then how far the work has come; the page stops it by ending the worker.
fn telling<'p>(what: &'p str, progress: OnProgress<'p>) -> impl FnMut(usize, usize) -> bool + 'p {
    move |done, steps| {
        if done.is_multiple_of(STEPS_PER_MESSAGE) {
            progress(Progress {
                what: what.to_owned(),
                done: Some(done as f64 / steps.max(1) as f64),
                detail: format!("{done} of {steps} logs"),
                bytes: None,
            });
        }
        true
    }
}

fn sentence(error: &CannotRun, (left, right): (&Rule, &Rule)) -> String {
    let rule = match error.side {
        Side::Original => left,
        Side::Converted => right,
    };
    let line = LineIndex::new(&rule.query).line(error.failure.range.start);
    let message = format!(
        "{}, line {line}: {}; {}",
        rule.name, error.failure.message, error.failure.hint
    );
    message.trim_end_matches("; ").to_owned()
}
