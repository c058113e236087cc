//! What the parser and the binder object to, under the lint's codes.

use kql_analysis::{Diagnostic, bind};

use crate::finding::Findings;
use crate::lint::Lint;
use crate::registry::{
    COLUMN_OF_WORKSPACE, NOT_IN_LOGS, NOT_RUN, SYNTAX, TYPE_ERROR, UNKNOWN_COLUMN,
    UNKNOWN_FUNCTION, UNKNOWN_TABLE,
};
use crate::subject::Subject;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for found in &subject.bound.diagnostics {
        if let Some(lint) = lint(found) {
            findings.query(lint, found.range.clone(), found.message.clone());
            findings.remedy(found.hint.as_deref().unwrap_or_default());
        }
    }
    for found in &subject.doubtful {
        let name = subject.rule.query.get(found.range.clone());
        let message = format!(
            "the known columns have no `{}`; a workspace may",
            name.unwrap_or_default()
        );
        findings.query(&COLUMN_OF_WORKSPACE, found.range.clone(), message);
    }
    check_logs(subject, findings);
}

fn lint(found: &Diagnostic) -> Option<&'static Lint> {
    Some(match found.code {
        _ if found.is_syntax() => &SYNTAX,
        _ if found.is_unsupported() => &NOT_RUN,
        "RS2006" => &UNKNOWN_COLUMN,
        "RS2017" => &UNKNOWN_TABLE,
        "RS2012" => &UNKNOWN_FUNCTION,
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
        if found.code == "RS2006" && is_new {
            let message = found.message.replace(
                "there is no column or value",
                "the loaded logs have no column",
            );
            findings.query(&NOT_IN_LOGS, found.range.clone(), message);
        }
    }
}
