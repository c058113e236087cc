//! What the parser and the binder object to, under the lint's codes.

use std::collections::BTreeSet;
use std::ops::Range;

use kql_analysis::{Diagnostic, bind};
use kql_syntax::ast::{Expr, Pipeline, range_of};

use crate::finding::Findings;
use crate::lint::Lint;
use crate::registry::{
    COLUMN_OF_WORKSPACE, NOT_IN_LOGS, NOT_RUN, SYNTAX, TYPE_ERROR, UNKNOWN_COLUMN,
    UNKNOWN_FUNCTION, UNKNOWN_TABLE,
};
use crate::subject::Subject;

/// The binder's code for a name that is no column.
const UNKNOWN_NAME: &str = "RS2006";

/// The binder's code for a name that is no table.
const UNKNOWN_TABLE_CODE: &str = "RS2017";
/// The binder's code for a name that is no function.
const UNKNOWN_FUNCTION_CODE: &str = "RS2012";
/// How the names of the parsers begin that come with every workspace (page on using ASIM parsers), and those
/// over Sentinel's own health tables.
const PARSERS_OF_SENTINEL: [&str; 4] = ["_Im_", "_ASim_", "_SentinelAudit", "_SentinelHealth"];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let graphs = stored_graphs(subject);
    for found in &subject.bound.diagnostics {
        let inside = |graph: &Range<usize>| graph.contains(&found.range.start);
        if found.code == UNKNOWN_NAME && graphs.iter().any(inside) {
            continue;
        }
        if let Some(name) = of_sentinel(found, &subject.rule.query) {
            let message = format!("the parser `{name}` of Microsoft Sentinel is not run here");
            findings.query(&NOT_RUN, found.range.clone(), message);
        } else if let Some(lint) = lint(found) {
            findings.query(lint, found.range.clone(), found.message.clone());
            findings.remedy(found.hint.as_deref().unwrap_or_default());
        }
    }
    let mut told = BTreeSet::new();
    for found in &subject.doubtful {
        let name = subject.rule.query.get(found.range.clone());
        let name = name.unwrap_or_default();
        // Whether the workspace has a column is one question, however often it is named.
        if told.insert(name) {
            let message = format!("the known columns have no `{name}`; a workspace may");
            findings.query(&COLUMN_OF_WORKSPACE, found.range.clone(), message);
        }
    }
    check_logs(subject, findings);
}

/// The name of a function that every workspace with Microsoft Sentinel has, where it is taken for unknown.
fn of_sentinel<'q>(found: &Diagnostic, query: &'q str) -> Option<&'q str> {
    let is_unknown = matches!(found.code, UNKNOWN_FUNCTION_CODE | UNKNOWN_TABLE_CODE);
    let text = query.get(found.range.clone()).filter(|_| is_unknown)?;
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    let name = text.get(..end.unwrap_or(text.len()))?;
    let mut known = PARSERS_OF_SENTINEL.iter();
    known.any(|start| name.starts_with(start)).then_some(name)
}

/// Pipelines that read a graph stored in the database, of whose columns nothing can be known.
fn stored_graphs(subject: &Subject<'_>) -> Vec<Range<usize>> {
    let nodes = subject.root().descendants();
    let reads = nodes.filter_map(Pipeline::cast).filter(|pipeline| {
        let source = pipeline.source();
        matches!(source, Some(Expr::Call(call)) if call.name().is_some_and(|name| name.text() == "graph"))
    });
    reads.map(|pipeline| range_of(pipeline.syntax())).collect()
}

fn lint(found: &Diagnostic) -> Option<&'static Lint> {
    Some(match found.code {
        _ if found.is_syntax() => &SYNTAX,
        _ if found.is_unsupported() => &NOT_RUN,
        UNKNOWN_NAME => &UNKNOWN_COLUMN,
        UNKNOWN_TABLE_CODE => &UNKNOWN_TABLE,
        UNKNOWN_FUNCTION_CODE => &UNKNOWN_FUNCTION,
        _ if found.is_semantic() => &TYPE_ERROR,
        _ => return None,
    })
}

/// Columns that the known tables have and the loaded logs lack.
fn check_logs(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(loaded) = &subject.environment.loaded else {
        return;
    };
    let bound = bind(&subject.rule.query, loaded);
    for found in &bound.diagnostics {
        let is_new = !subject
            .bound
            .diagnostics
            .iter()
            .any(|known| known.range == found.range);
        if found.code == UNKNOWN_NAME && is_new {
            let message = found.message.replace(
                "there is no column or value",
                "the loaded logs have no column",
            );
            findings.query(&NOT_IN_LOGS, found.range.clone(), message);
        }
    }
}
