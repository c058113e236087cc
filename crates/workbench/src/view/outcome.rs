//! The outcome of a rule on the loaded logs.

use kql_engine::step::Step;
use kql_syntax::text::LineIndex;
use rule_replay::{Failure, Outcome};

use crate::protocol::{DiagnosticView, EntityView, RunView, StepView};

/// Entities that the page gets.
const SHOWN_ENTITIES: usize = 50;
/// Characters of a step's text that the page gets.
const STEP_CHARACTERS: usize = 120;

/// The view of an outcome, or of the reason that there is none.
pub(crate) fn of(outcome: &Result<Outcome, Failure>, query: &str) -> RunView {
    let lines = LineIndex::new(query);
    match outcome {
        Ok(outcome) => succeeded(outcome, query, &lines),
        Err(failure) => RunView {
            fires: false,
            verdict: "Cannot be run.".to_owned(),
            notes: Vec::new(),
            error: Some(error(failure, &lines)),
            row_count: 0,
            entities: Vec::new(),
            steps: Vec::new(),
        },
    }
}

fn succeeded(outcome: &Outcome, query: &str, lines: &LineIndex) -> RunView {
    let entities = outcome
        .entities
        .iter()
        .take(SHOWN_ENTITIES)
        .map(|entity| EntityView {
            entity_type: entity.entity_type.clone(),
            identifiers: entity.told(),
        });
    RunView {
        fires: outcome.fires,
        verdict: outcome.verdict.clone(),
        notes: outcome.notes.clone(),
        error: None,
        row_count: outcome.result.rows(),
        entities: entities.collect(),
        steps: outcome
            .steps
            .iter()
            .map(|step| step_view(step, query, lines))
            .collect(),
    }
}

fn step_view(step: &Step, query: &str, lines: &LineIndex) -> StepView {
    let range = lines.utf16_range(&step.range);
    let text = query.get(step.range.clone()).unwrap_or_default();
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shortened = match line.char_indices().nth(STEP_CHARACTERS) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    };
    StepView {
        start: range.start,
        end: range.end,
        line: lines.line(step.range.start),
        text: shortened,
        rows_in: step.rows_in,
        rows_out: step.rows_out,
    }
}

fn error(failure: &Failure, lines: &LineIndex) -> DiagnosticView {
    let range = lines.utf16_range(&failure.range);
    DiagnosticView {
        converted: false,
        severity: "error".to_owned(),
        start: range.start,
        end: range.end,
        line: lines.line(failure.range.start),
        message: failure.message.clone(),
        hint: failure.hint.clone(),
    }
}
