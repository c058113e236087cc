//! Charts of the time series that a query makes: values, baseline, score and flagged points, as they
//! are before the query filters them.
//!
//! A query with `series_decompose_anomalies` gives a chart of its decomposed series; any other
//! `make-series` gives a chart of its values. Without either, rows that the query renders over time are
//! drawn.

mod find;
mod points;
mod rendered;

use std::ops::Range;

use kql_analysis::plan::{Plan, Query};
use kql_engine::{Table, run};
use serde::{Deserialize, Serialize};

use crate::outcome::Failure;
use crate::prepared::{Tables, bound, failure, options};
use crate::why::Asked;
use find::Found;

/// Series that one chart holds; of more, those with flagged points and the highest scores come first.
pub const MAX_SERIES: usize = 20;
/// Points of one series.
pub const MAX_POINTS: usize = 2_000;

/// A chart of series over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Chart {
    /// Name of the column that is shown.
    pub title: String,
    /// Whether anomalies are looked for.
    pub anomalies: bool,
    /// Place in the query text of the operator that makes the series, in UTF-8 bytes.
    pub range: Range<usize>,
    /// The series.
    pub series: Vec<Series>,
    /// Series beyond [`MAX_SERIES`].
    pub left_out: usize,
}

/// One series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Series {
    /// Columns that tell it apart, with their values.
    pub keys: Vec<(String, String)>,
    /// Its points in order of time.
    pub points: Vec<Point>,
    /// Points beyond [`MAX_POINTS`].
    pub left_out: usize,
}

/// One point of a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Point {
    /// Start of its bin, in ticks.
    pub time: i64,
    /// Value.
    pub value: Option<f64>,
    /// What the series lets expect.
    pub baseline: Option<f64>,
    /// How far it is from that.
    pub score: Option<f64>,
    /// 1 above, -1 below what is expected, else 0.
    pub flag: i8,
}

impl Chart {
    /// The same with the most conspicuous series alone.
    fn cut(mut self) -> Self {
        self.series.sort_by(|left, right| {
            let (left, right) = (left.weight(), right.weight());
            right.0.cmp(&left.0).then(right.1.total_cmp(&left.1))
        });
        self.left_out = self.series.len().saturating_sub(MAX_SERIES);
        self.series.truncate(MAX_SERIES);
        self
    }
}

impl Series {
    /// Highest absolute score, and number of flagged points.
    fn weight(&self) -> (usize, f64) {
        let flagged = self.points.iter().filter(|point| point.flag != 0).count();
        let scores = self.points.iter().filter_map(|point| point.score);
        (flagged, scores.map(f64::abs).fold(0.0, f64::max))
    }
}

/// The charts of a query's series in a run, in order of the text.
pub fn charts(text: &str, tables: &Tables, asked: Asked) -> Result<Vec<Chart>, Failure> {
    let query = bound(text, tables)?;
    let mut charts = Vec::new();
    if query.late.is_some() {
        // The series would have to be looked for in the query that its plugins lead to.
        return Ok(charts);
    }
    for found in find::series(&query) {
        let table = rows_of(&query, found.plan, tables, asked)?;
        charts.push(chart(&found, &table));
    }
    if let (true, Some(place), Some(last)) = (
        charts.is_empty(),
        rendered::place(text),
        query.statements.last(),
    ) {
        let table = rows_of(&query, last, tables, asked)?;
        charts = rendered::charts(&table, &place);
    }
    Ok(charts)
}

/// The rows of a part of a query.
fn rows_of(query: &Query, plan: &Plan, tables: &Tables, asked: Asked) -> Result<Table, Failure> {
    let part = Query {
        statements: vec![plan.clone()],
        ..query.clone()
    };
    let mut result = run(&part, tables, &options(asked.window, asked.now)).map_err(failure)?;
    Ok(result.tables.pop().unwrap_or_default())
}

fn chart(found: &Found<'_>, table: &Table) -> Chart {
    let rows = 0..table.rows();
    let series = rows.map(|row| points::series(found, table, row));
    let column = table.schema().columns.get(found.value);
    Chart {
        title: column.map(|column| column.name.clone()).unwrap_or_default(),
        anomalies: found.parts.is_some(),
        range: found.plan.range.clone(),
        series: series.collect(),
        left_out: 0,
    }
    .cut()
}
