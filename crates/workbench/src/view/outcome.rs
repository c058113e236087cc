//! The outcome of a rule on the loaded logs.

use kql_engine::Table;
use kql_engine::format::cell_text;
use kql_engine::step::Step;
use kql_syntax::text::LineIndex;
use rule_replay::{Failure, Outcome};

use crate::protocol::{DiagnosticView, EntityView, RunView, StepView};

/// Rows of a result that the page gets; the rest is counted.
const SHOWN_ROWS: usize = 200;
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
            columns: Vec::new(),
            rows: Vec::new(),
            row_count: 0,
            entities: Vec::new(),
            steps: Vec::new(),
        },
    }
}

fn succeeded(outcome: &Outcome, query: &str, lines: &LineIndex) -> RunView {
    let table = &outcome.result;
    let entities = outcome
        .entities
        .iter()
        .take(SHOWN_ENTITIES)
        .map(|entity| EntityView {
            entity_type: entity.entity_type.clone(),
            identifiers: entity.identifiers.clone(),
        });
    RunView {
        fires: outcome.fires,
        verdict: outcome.verdict.clone(),
        notes: outcome.notes.clone(),
        error: None,
        columns: table
            .schema()
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect(),
        rows: (0..table.rows().min(SHOWN_ROWS))
            .map(|row| cells(table, row))
            .collect(),
        row_count: table.rows(),
        entities: entities.collect(),
        steps: outcome
            .steps
            .iter()
            .map(|step| step_view(step, query, lines))
            .collect(),
    }
}

fn cells(table: &Table, row: usize) -> Vec<Option<String>> {
    let columns = table.schema().columns.iter().enumerate();
    columns
        .map(|(index, column)| cell_text(&table.value(row, index), column.ty))
        .collect()
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
