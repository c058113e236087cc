//! One case of `rulesmith eval --jsonl`: a query with its tables as a line of JSON, answered by a line
//! of JSON with the resulting table or an error.

use std::collections::BTreeMap;

use kql_analysis::plan::Query;
use kql_analysis::stored::StoredFunctions;
use kql_analysis::time::parse_datetime;
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;
use kql_analysis::{Catalog, bind};
use serde_json::{Value as Json, json};

use crate::builder::TableBuilder;
use crate::error::EvalError;
use crate::explain::explain;
use crate::format::cell_text;
use crate::run::{RunOptions, RunResult, run};
use crate::table::Table;

/// Evaluates a case: `{"id", "query", "tables"?: name → {columns: [{name, type}], rows: [[…]]}, "functions"?:
/// name → text, "now"?}` gives `{"id", "columns": [{"name", "type"}], "rows": [[text or null…]]}` of the last statement, or
/// `{"id", "error", "error_kind"}`.
pub fn evaluate_case(line: &str) -> String {
    answered(line, &StoredFunctions::default(), run)
}

/// As [`evaluate_case`], where all cases may call these functions besides their own.
pub fn evaluate_case_with(line: &str, functions: &StoredFunctions) -> String {
    answered(line, functions, run)
}

/// As [`evaluate_case`], by a run that notes where its rows come from.
pub fn explained_case(line: &str) -> String {
    answered(
        line,
        &StoredFunctions::default(),
        |query, tables, options| Ok(explain(query, tables, options, None)?.result),
    )
}

fn answered(line: &str, stored: &StoredFunctions, run: impl Run) -> String {
    let case: Json = match serde_json::from_str(line) {
        Ok(case) => case,
        Err(error) => return failure(&Json::Null, "syntax", &format!("not JSON: {error}")),
    };
    let id = case.get("id").unwrap_or(&Json::Null);
    match evaluate(&case, stored, run) {
        Ok(table) => answer(id, &table).to_string(),
        Err((kind, message)) => failure(id, kind, &message),
    }
}

fn failure(id: &Json, kind: &str, message: &str) -> String {
    json!({"id": id, "error": message, "error_kind": kind}).to_string()
}

/// Kind and message of what went wrong.
type Failure = (&'static str, String);

/// A way to run a query.
trait Run: Fn(&Query, &BTreeMap<String, Table>, &RunOptions) -> Result<RunResult, EvalError> {}

impl<F> Run for F where
    F: Fn(&Query, &BTreeMap<String, Table>, &RunOptions) -> Result<RunResult, EvalError>
{
}

fn evaluate(case: &Json, stored: &StoredFunctions, run: impl Run) -> Result<Table, Failure> {
    let text = case.get("query").and_then(Json::as_str);
    let text = text.ok_or_else(|| ("syntax", "the case has no query".to_owned()))?;
    let tables = tables(case).map_err(|message| ("semantic", message))?;
    let schemas = tables.iter();
    let schemas = schemas.map(|(name, table)| (name.clone(), table.schema().clone()));
    let catalog = Catalog {
        tables: schemas.collect(),
        ..Catalog::default()
    };
    let linked = functions(case, stored)
        .and_then(|functions| functions.link(text))
        .map_err(|message| ("semantic", message))?;
    let bound = bind(&linked.text, &catalog);
    let Some(query) = bound.query else {
        let diagnostics = linked.diagnostics(bound.diagnostics);
        let error = diagnostics.iter().find(|found| found.is_error());
        return Err(error.map_or(("semantic", String::new()), |error| {
            let kind = if error.is_syntax() {
                "syntax"
            } else {
                "semantic"
            };
            (kind, error.message.clone())
        }));
    };
    let now = case.get("now").and_then(Json::as_str);
    let options = RunOptions {
        now: now.and_then(parse_datetime).unwrap_or(0),
        ..RunOptions::default()
    };
    let result = run(&query, &tables, &options).map_err(|error| ("runtime", error.message))?;
    Ok(result.tables.into_iter().next_back().unwrap_or_default())
}

/// The stored functions, and those of the case.
fn functions(case: &Json, stored: &StoredFunctions) -> Result<StoredFunctions, String> {
    let mut functions = stored.clone();
    let given = case.get("functions").and_then(Json::as_object);
    for (name, text) in given.into_iter().flatten() {
        let text = text.as_str();
        let text = text.ok_or_else(|| format!("the function `{name}` is not given as text"))?;
        functions.add(name, text)?;
    }
    Ok(functions)
}

fn tables(case: &Json) -> Result<BTreeMap<String, Table>, String> {
    let Some(tables) = case.get("tables").and_then(Json::as_object) else {
        return Ok(BTreeMap::new());
    };
    let tables = tables.iter();
    tables
        .map(|(name, table)| Ok((name.clone(), table_from(name, table)?)))
        .collect()
}

fn table_from(name: &str, table: &Json) -> Result<Table, String> {
    let columns = table.get("columns").and_then(Json::as_array);
    let columns = columns.ok_or_else(|| format!("the table {name} has no columns"))?;
    let columns = columns.iter().map(|column| {
        let text = |field: &str| column.get(field).and_then(Json::as_str);
        let ty = text("type").and_then(ScalarType::from_name);
        text("name")
            .zip(ty)
            .ok_or_else(|| format!("a column of the table {name} lacks a name or a known type"))
    });
    let columns: Result<Vec<_>, String> = columns.collect();
    let mut builder = TableBuilder::new(Schema::new(columns?));
    let rows = table.get("rows").and_then(Json::as_array);
    for row in rows.into_iter().flatten() {
        for (column, cell) in row.as_array().into_iter().flatten().enumerate() {
            push_cell(&mut builder, column, cell);
        }
        builder.end_row();
    }
    Ok(builder.finish())
}

/// Text is the text form of the column's type; a dynamic cell is JSON, given as it is or as text.
fn push_cell(builder: &mut TableBuilder, column: usize, cell: &Json) {
    let ty = builder.schema().columns.get(column).map(|column| column.ty);
    match (cell, ty) {
        (Json::Null, _) => builder.push(column, Value::Null),
        (Json::String(text), Some(ScalarType::Dynamic)) => {
            let value = kql_analysis::text::parse_json(text);
            builder.push(
                column,
                value.unwrap_or_else(|| Value::String(text.as_str().into())),
            );
        }
        (Json::String(text), _) => builder.push_str(column, text),
        (other, Some(ScalarType::String)) => builder.push_str(column, &other.to_string()),
        (other, _) => {
            let value = kql_analysis::text::parse_json(&other.to_string());
            builder.push(column, value.unwrap_or(Value::Null));
        }
    }
}

fn answer(id: &Json, table: &Table) -> Json {
    let columns = table.schema().columns.iter();
    let columns = columns.map(|column| json!({"name": column.name, "type": column.ty.name()}));
    let rows = (0..table.rows()).map(|row| {
        let columns = table.columns().iter();
        let cells = columns.map(|column| match cell_text(&column.get(row), column.ty()) {
            Some(text) => Json::String(text),
            None => Json::Null,
        });
        Json::Array(cells.collect())
    });
    json!({
        "id": id,
        "columns": columns.collect::<Vec<_>>(),
        "rows": rows.collect::<Vec<_>>(),
    })
}
