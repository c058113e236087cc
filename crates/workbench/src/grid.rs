//! Tables of the session for a grid that shows a page at a time: sorted, filtered, written to a file.
//!
//! The order of the last query is kept, so that scrolling costs only the cells that are shown. Texts are
//! compared and searched once per distinct value.

use std::cmp::Ordering;

use kql_analysis::order::compare;
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;
use kql_engine::format::{cell_text, csv, json};
use kql_engine::interrupt::{self, Pace};
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

    /// Rows, in their order, among which those of a longer filter are.
    fn narrowed_by(self, query: &GridQuery) -> Option<Vec<u32>> {
        let same = self.source == query.source && self.sort == query.sort;
        (same
            && query
                .filter
                .to_lowercase()
                .contains(&self.filter.to_lowercase()))
        .then_some(self.rows)
    }
}

/// The page that a query asks for.
pub(crate) fn page(session: &mut Session, query: &GridQuery) -> Result<CellPage, Problem> {
    let table = table(session, &query.source)?;
    let arranged = arranged(session, &table, query)?;
    let rows = arranged.rows.iter().copied();
    let count = query.count.min(MAX_PAGE_ROWS);
    let columns = arranged.columns.iter().enumerate();
    let visible = columns
        .filter(|(_, column)| column.filled != query.turned.contains(&column.name))
        .map(|(place, _)| place);
    let (before, end) = query.sight.unwrap_or((0, usize::MAX));
    let sent: Vec<usize> = visible.take(end).skip(before).collect();
    let shown: Vec<u32> = rows.skip(query.first).take(count).collect();
    Ok(CellPage {
        columns: arranged.columns.clone(),
        total: table.rows(),
        matched: arranged.rows.len(),
        first: query.first,
        before,
        rows: shown
            .iter()
            .map(|row| cells(&table, &sent, *row as usize))
            .collect(),
        numbers: shown,
    })
}

/// The rows of a query as a file. Cells of CSV never become formulas.
pub(crate) fn file(session: &mut Session, wanted: &GridFile) -> Result<ExportFile, Problem> {
    let table = table(session, &wanted.query.source)?;
    let rows = &arranged(session, &table, &wanted.query)?.rows;
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
    still_wanted()?;
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

/// An error when the page no longer wants the answer that is being worked on.
fn still_wanted() -> Result<(), Problem> {
    interrupt::check()
        .map_err(|error| Problem::about("Rows", error.message, "ask again to see them"))
}

/// The cells of some columns, by their places in the table.
fn cells(table: &Table, columns: &[usize], row: usize) -> Vec<Option<String>> {
    let columns = columns.iter().map(|place| &table.columns()[*place]);
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

fn arranged<'a>(
    session: &'a mut Session,
    table: &Table,
    query: &GridQuery,
) -> Result<&'a Arranged, Problem> {
    let arranged = match session.arranged.take() {
        Some(known) if known.answers(query) => known,
        known => Arranged {
            source: query.source.clone(),
            sort: query.sort.clone(),
            filter: query.filter.clone(),
            columns: columns(table),
            rows: arrange(table, query, known)?,
        },
    };
    Ok(session.arranged.insert(arranged))
}

fn columns(table: &Table) -> Vec<GridColumn> {
    let named = table.schema().columns.iter().zip(table.columns());
    named
        .map(|(named, column)| GridColumn {
            name: named.name.clone(),
            ty: named.ty.name().to_owned(),
            // Of a table without rows, what there is to see are its columns.
            filled: table.rows() == 0 || is_filled(column),
        })
        .collect()
}

/// Whether any cell holds more than null or an empty text.
fn is_filled(column: &Column) -> bool {
    if let Some((codes, texts)) = column.texts() {
        let text = |row| texts.get(codes.get(row)? as usize);
        // The dictionary of a part of a table may have texts that no cell has.
        return (0..codes.len()).any(|row| text(row).is_some_and(|text| !text.is_empty()));
    }
    if let Some(value) = column.as_constant() {
        return *value != Value::Null;
    }
    column.iter().any(|value| value != Value::Null)
}

/// The rows that pass the filter, in order.
fn arrange(table: &Table, query: &GridQuery, known: Option<Arranged>) -> Result<Vec<u32>, Problem> {
    let wanted = query.filter.to_lowercase();
    if let Some(rows) = known.and_then(|known| known.narrowed_by(query)) {
        return containing(table, &wanted, rows);
    }
    let all = (0..table.rows() as u32).collect();
    let mut rows = containing(table, &wanted, all)?;
    let sort = query.sort.as_ref();
    let Some((column, descending)) =
        sort.and_then(|(name, descending)| Some((table.column_named(name)?, descending)))
    else {
        return Ok(rows);
    };
    let ranks = ranks(column);
    still_wanted()?;
    let rank = |row: &u32| ranks.get(*row as usize).copied().unwrap_or(u32::MAX);
    match descending {
        false => rows.sort_by_key(rank),
        true => rows.sort_by_key(|row| std::cmp::Reverse(rank(row))),
    }
    Ok(rows)
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
    if let Some(numbers) = column.id_numbers() {
        return ranked(&numbers.collect::<Vec<_>>(), u128::cmp);
    }
    ranked(&column.iter().collect::<Vec<_>>(), compare)
}

/// A number for each value in the order of the values; equal values have the same one.
fn ranked<V: PartialEq>(values: &[V], compare: impl Fn(&V, &V) -> Ordering) -> Vec<u32> {
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

/// Those of the rows that have a cell with a lower-case text in it.
fn containing(table: &Table, wanted: &str, rows: Vec<u32>) -> Result<Vec<u32>, Problem> {
    if wanted.is_empty() {
        return Ok(rows);
    }
    let mut found = vec![false; rows.len()];
    let columns = table.columns().iter();
    for column in columns.filter(|column| may_hold(column, wanted)) {
        mark(column, wanted, &rows, &mut found)?;
    }
    let rows = rows.into_iter().zip(found);
    Ok(rows
        .filter_map(|(row, found)| found.then_some(row))
        .collect())
}

/// Whether cells of a column can hold a text at all: times and numbers have few letters.
fn may_hold(column: &Column, wanted: &str) -> bool {
    let letters = match column.ty() {
        ScalarType::DateTime => "0123456789-:.tz",
        ScalarType::TimeSpan => "0123456789-:.",
        ScalarType::Int | ScalarType::Long => "0123456789-",
        ScalarType::Guid => "0123456789abcdef-",
        _ if column.id_numbers().is_some() => "0123456789abcdef-",
        _ => return true,
    };
    wanted.chars().all(|letter| letters.contains(letter))
}

fn mark(column: &Column, wanted: &str, rows: &[u32], found: &mut [bool]) -> Result<(), Problem> {
    let contains = |text: &str| text.to_lowercase().contains(wanted);
    let mut open = rows.iter().zip(found).filter(|(_, found)| !**found);
    let mut pace = Pace::default();
    let mut go_on = || pace.row().or_else(|_| still_wanted());
    if let Some((codes, texts)) = column.texts() {
        let mut hits: Vec<Option<bool>> = vec![None; texts.len()];
        return open.try_for_each(|(row, found)| {
            go_on()?;
            let code = codes.get(*row as usize).map(|code| code as usize);
            let known = code.and_then(|code| Some((hits.get_mut(code)?, texts.get(code)?)));
            *found = known.is_some_and(|(hit, text)| *hit.get_or_insert_with(|| contains(text)));
            Ok(())
        });
    }
    if let Some(value) = column.as_constant() {
        let text = cell_text(value, column.ty());
        if text.is_some_and(|text| contains(&text)) {
            open.for_each(|(_, found)| *found = true);
        }
        return Ok(());
    }
    open.try_for_each(|(row, found)| {
        go_on()?;
        let text = cell_text(&column.get(*row as usize), column.ty());
        *found = text.is_some_and(|text| contains(&text));
        Ok(())
    })
}
