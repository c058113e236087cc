//! Tables of the session for a grid that shows a page at a time: sorted, filtered, written to a file.
//!
//! The order of the last query is kept, so that scrolling costs only the cells that are shown. Texts are
//! compared and searched once per distinct value.

use kql_analysis::order::compare;
use kql_analysis::value::Value;
use kql_engine::format::{cell_text, csv, json};
use kql_engine::{Column, Table};

use crate::protocol::{CellPage, ExportFile, GridColumn, GridFile, GridQuery, GridSource, Problem};
use crate::session::Session;

/// Rows of one page.
const MAX_PAGE_ROWS: usize = 1000;
/// Rows that are written to one file.
const MAX_FILE_ROWS: usize = 1_000_000;

/// Rows of a table in the order of a query.
#[derive(Debug)]
pub(crate) struct Arranged {
    source: GridSource,
    sort: Option<(String, bool)>,
    filter: String,
    columns: Vec<GridColumn>,
    rows: Vec<u32>,
}

impl Arranged {
    fn answers(&self, query: &GridQuery) -> bool {
        self.source == query.source && self.sort == query.sort && self.filter == query.filter
    }
}

/// The page that a query asks for.
pub(crate) fn page(session: &mut Session, query: &GridQuery) -> Result<CellPage, Problem> {
    let table = table(session, &query.source)?;
    let arranged = arranged(session, &table, query);
    let rows = arranged.rows.iter().copied();
    let count = query.count.min(MAX_PAGE_ROWS);
    let shown: Vec<u32> = rows.skip(query.first).take(count).collect();
    Ok(CellPage {
        columns: arranged.columns.clone(),
        total: table.rows(),
        matched: arranged.rows.len(),
        first: query.first,
        rows: shown
            .iter()
            .map(|row| cells(&table, *row as usize))
            .collect(),
        numbers: shown,
    })
}

/// The rows of a query as a file. Cells of CSV never become formulas.
pub(crate) fn file(session: &mut Session, wanted: &GridFile) -> Result<ExportFile, Problem> {
    let table = table(session, &wanted.query.source)?;
    let rows = &arranged(session, &table, &wanted.query).rows;
    if rows.len() > MAX_FILE_ROWS {
        return Err(Problem::about(
            "Rows",
            format!("{} rows are more than one file takes", rows.len()),
            format!("filter them to {MAX_FILE_ROWS} at most"),
        ));
    }
    let table = chosen(&table.take(rows), &wanted.columns);
    let (extension, mime, text) = match wanted.format.as_str() {
        "csv" => ("csv", "text/csv", csv(&table)),
        "json" => ("json", "application/json", json(&table)),
        other => {
            return Err(Problem::about(
                other,
                "rows are not written in this format",
                "choose csv or json",
            ));
        }
    };
    Ok(ExportFile {
        name: format!("rows.{extension}"),
        mime: mime.to_owned(),
        text,
        command: String::new(),
    })
}

/// The columns of these names, in this order; all when none is named.
fn chosen(table: &Table, names: &[String]) -> Table {
    if names.is_empty() {
        return table.clone();
    }
    let mut schema = table.schema().clone();
    let known = |name: &String| {
        schema
            .columns
            .iter()
            .position(|column| column.name == *name)
    };
    let places: Vec<usize> = names.iter().filter_map(known).collect();
    let columns = places
        .iter()
        .filter_map(|place| table.column(*place).cloned());
    let columns: Vec<Column> = columns.collect();
    schema.columns = places
        .iter()
        .filter_map(|place| table.schema().columns.get(*place).cloned())
        .collect();
    Table::with_rows(schema, columns, table.rows())
}

fn cells(table: &Table, row: usize) -> Vec<Option<String>> {
    let columns = table.columns().iter();
    columns
        .map(|column| cell_text(&column.get(row), column.ty()))
        .collect()
}

/// The table behind a source; cloning a table shares its columns.
fn table(session: &Session, source: &GridSource) -> Result<Table, Problem> {
    let missing = |what: &str, remedy: &str| Problem::about("Rows", what, remedy);
    match source {
        GridSource::Log(key) => {
            let log = session.logs.iter().find(|log| log.key == *key);
            let log = log.ok_or_else(|| missing("this log is not loaded", "add the file again"))?;
            Ok(log.loaded.table.clone())
        }
        GridSource::Hunt => {
            let rows = session.hunted.clone();
            rows.ok_or_else(|| missing("no query was run yet", "run a query"))
        }
        GridSource::Original(key) | GridSource::Converted(key) => {
            let rule = &session.rules[session.rule_index(key)?];
            let run = match source {
                GridSource::Original(_) => &rule.run,
                _ => &rule.converted_run,
            };
            match run {
                Some(Ok(outcome)) => Ok(outcome.result.clone()),
                Some(Err(_)) => Err(missing("the rule could not be run", "see its error")),
                None => Err(missing("the rule was not run yet", "run the rules first")),
            }
        }
    }
}

fn arranged<'a>(session: &'a mut Session, table: &Table, query: &GridQuery) -> &'a Arranged {
    let known = session.arranged.take().filter(|known| known.answers(query));
    let arranged = known.unwrap_or_else(|| Arranged {
        source: query.source.clone(),
        sort: query.sort.clone(),
        filter: query.filter.clone(),
        columns: columns(table),
        rows: arrange(table, query),
    });
    session.arranged.insert(arranged)
}

fn columns(table: &Table) -> Vec<GridColumn> {
    let named = table.schema().columns.iter().zip(table.columns());
    named
        .map(|(named, column)| GridColumn {
            name: named.name.clone(),
            ty: named.ty.name().to_owned(),
            filled: is_filled(column),
        })
        .collect()
}

/// Whether any cell holds more than null or an empty text.
fn is_filled(column: &Column) -> bool {
    if let Some((_, texts)) = column.texts() {
        return texts.iter().any(|text| !text.is_empty());
    }
    if let Some(value) = column.as_constant() {
        return *value != Value::Null;
    }
    column.iter().any(|value| value != Value::Null)
}

/// The rows that pass the filter, in order.
fn arrange(table: &Table, query: &GridQuery) -> Vec<u32> {
    let mut rows: Vec<u32> = match query.filter.is_empty() {
        true => (0..table.rows() as u32).collect(),
        false => containing(table, &query.filter.to_lowercase()),
    };
    let Some((name, descending)) = &query.sort else {
        return rows;
    };
    let Some(column) = table.column_named(name) else {
        return rows;
    };
    let ranks = ranks(column);
    let rank = |row: &u32| ranks.get(*row as usize).copied().unwrap_or(u32::MAX);
    match descending {
        false => rows.sort_by_key(rank),
        true => rows.sort_by_key(|row| std::cmp::Reverse(rank(row))),
    }
    rows
}

/// A number for each row that orders the rows as their cells; equal cells have the same one.
fn ranks(column: &Column) -> Vec<u32> {
    if let Some((codes, texts)) = column.texts() {
        let mut order: Vec<u32> = (0..texts.len() as u32).collect();
        order.sort_by(|a, b| texts[*a as usize].cmp(&texts[*b as usize]));
        let mut place = vec![0; texts.len()];
        for (rank, text) in order.iter().enumerate() {
            place[*text as usize] = rank as u32 + 1;
        }
        let rank = |row| codes.get(row).map_or(0, |code| place[code as usize]);
        return (0..codes.len()).map(rank).collect();
    }
    let values: Vec<Value> = column.iter().collect();
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_by(|a, b| compare(&values[*a as usize], &values[*b as usize]));
    let mut ranks = vec![0; values.len()];
    let mut rank = 0;
    for pair in 0..order.len() {
        let row = order[pair] as usize;
        let same = pair > 0 && values[order[pair - 1] as usize] == values[row];
        rank += u32::from(!same);
        ranks[row] = rank;
    }
    ranks
}

/// Rows with a cell that contains a lower-case text.
fn containing(table: &Table, wanted: &str) -> Vec<u32> {
    let mut found = vec![false; table.rows()];
    for column in table.columns() {
        mark(column, wanted, &mut found);
    }
    let rows = found.iter().enumerate().filter(|(_, found)| **found);
    rows.map(|(row, _)| row as u32).collect()
}

fn mark(column: &Column, wanted: &str, found: &mut [bool]) {
    let contains = |text: &str| text.to_lowercase().contains(wanted);
    if let Some((codes, texts)) = column.texts() {
        let hits: Vec<bool> = texts.iter().map(|text| contains(text)).collect();
        for (row, found) in found.iter_mut().enumerate() {
            *found |= codes.get(row).is_some_and(|code| hits[code as usize]);
        }
        return;
    }
    for (row, found) in found.iter_mut().enumerate().filter(|(_, found)| !**found) {
        let text = cell_text(&column.get(row), column.ty());
        *found = text.is_some_and(|text| contains(&text));
    }
}
