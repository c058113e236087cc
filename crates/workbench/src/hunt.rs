//! Free queries over the loaded logs. The rows of the last one stay until the next, for a grid to page.

use kql_analysis::render::render;
use kql_analysis::{Diagnostic, bind};
use kql_engine::figure::{Figure, figure};
use kql_engine::{RunOptions, Table, run};
use kql_syntax::text::LineIndex;

use crate::protocol::{HuntView, Problem, Progress};
use crate::session::{OnProgress, Session};

/// Runs a query at the session's time over all loaded rows.
pub(crate) fn hunt(
    session: &mut Session,
    text: &str,
    progress: OnProgress<'_>,
) -> Result<HuntView, Problem> {
    progress(Progress {
        what: "Running the query".to_owned(),
        done: None,
        detail: String::new(),
        bytes: None,
    });
    let table = result(session, text)?;
    let (figure, note) = drawn(text, &table);
    let view = HuntView {
        rows: table.rows(),
        now: crate::session::second(session.now),
        figure,
        note,
    };
    session.arranged = None;
    session.hunted = Some(table);
    Ok(view)
}

fn result(session: &Session, text: &str) -> Result<Table, Problem> {
    let tables = session.tables()?;
    let lines = LineIndex::new(text);
    let bound = bind(text, &rule_replay::catalog(&tables));
    let Some(query) = bound.query else {
        let mut errors = bound.diagnostics.iter().filter(|found| found.is_error());
        return Err(match errors.next() {
            Some(error) => problem_of(error, &lines),
            None => nothing(),
        });
    };
    let options = RunOptions {
        now: session.now,
        ..RunOptions::default()
    };
    let ran = run(&query, &tables, &options).map_err(|error| Problem {
        subject: "Query".to_owned(),
        line: error.range.map(|range| lines.line(range.start)),
        field: None,
        message: error.message,
        remedy: error.hint.unwrap_or_default(),
    })?;
    ran.tables.into_iter().next_back().ok_or_else(nothing)
}

fn problem_of(error: &Diagnostic, lines: &LineIndex) -> Problem {
    Problem {
        subject: "Query".to_owned(),
        line: Some(lines.line(error.range.start)),
        field: None,
        message: error.message.clone(),
        remedy: error.hint.clone().unwrap_or_default(),
    }
}

fn nothing() -> Problem {
    Problem::about(
        "Query",
        "the query gives no table",
        "end it with a tabular expression",
    )
}

/// The chart that the query asks for, or why there is none.
fn drawn(text: &str, table: &Table) -> (Option<Figure>, String) {
    match render(text).map(|asked| figure(table, &asked)) {
        Some(Ok(figure)) => (Some(figure), String::new()),
        Some(Err(reason)) => (None, reason),
        None => (None, String::new()),
    }
}
