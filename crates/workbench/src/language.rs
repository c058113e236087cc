//! The editor's questions about a query text, answered over the tables of the session.

use kql_analysis::editor::{Question, ask};
use kql_analysis::types::Schema;
use kql_analysis::{Catalog, editor};

use crate::protocol::Problem;
use crate::session::Session;

/// The answer to a question of the editor, both as JSON: the page hands them through.
pub(crate) fn answer(session: &Session, text: &str, question: &str) -> Result<String, Problem> {
    let question: Question = serde_json::from_str(question).map_err(|error| unread(&error))?;
    let answer: editor::Answer = ask(text, &question, &catalog(session));
    serde_json::to_string(&answer).map_err(|error| unread(&error))
}

fn unread(error: &serde_json::Error) -> Problem {
    Problem::about("Editor", error.to_string(), "reload the page")
}

/// The known tables, with the columns of the loaded rows.
fn catalog(session: &Session) -> Catalog {
    let mut catalog = Catalog::default();
    for (name, schema) in audit_logs::schema::schemas() {
        catalog.tables.insert(name.to_owned(), schema);
    }
    for log in &session.logs {
        let loaded = log.loaded.table.schema();
        let known = catalog.tables.entry(log.loaded.table_name.clone());
        add(known.or_default(), loaded);
    }
    catalog
}

fn add(known: &mut Schema, loaded: &Schema) {
    for column in &loaded.columns {
        if known.index_of(&column.name).is_none() {
            known.columns.push(column.clone());
        }
    }
}
