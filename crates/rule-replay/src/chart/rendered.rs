//! Charts of result rows that a query renders over time: `… | render timechart`.
//!
//! As in Kusto, the first column of times is the axis, numbers are values, and texts tell series apart.

use std::collections::BTreeMap;
use std::ops::Range;

use kql_analysis::text::value_text;
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;
use kql_engine::Table;
use kql_syntax::{SyntaxKind, ast::Operator};

use super::points::number;
use super::{Chart, MAX_POINTS, Point, Series};

/// The kinds of chart with an axis of time.
const KINDS: [&str; 5] = [
    "timechart",
    "anomalychart",
    "linechart",
    "areachart",
    "stackedareachart",
];

/// The place of the last `render` of a query, when it draws over time.
pub(super) fn place(text: &str) -> Option<Range<usize>> {
    let nodes = kql_syntax::parse(text).syntax().descendants();
    let mut renders = nodes.filter(|node| node.kind() == SyntaxKind::RenderOperator);
    let render = Operator::cast(renders.by_ref().last()?)?;
    let tokens = render.syntax().descendants_with_tokens();
    let mut words = tokens
        .filter_map(|token| token.into_token())
        .filter(|token| !token.kind().is_trivia());
    let kind = words.nth(1)?;
    KINDS.contains(&kind.text()).then(|| render.range())
}

/// A chart for each column of numbers.
pub(super) fn charts(table: &Table, range: &Range<usize>) -> Vec<Chart> {
    let columns = || table.schema().columns.iter().enumerate();
    let Some((axis, _)) = columns().find(|(_, column)| column.ty == ScalarType::DateTime) else {
        return Vec::new();
    };
    let keys: Vec<usize> = columns()
        .filter(|(_, column)| column.ty == ScalarType::String)
        .map(|(index, _)| index)
        .collect();
    let values = columns().filter(|(_, column)| column.ty.is_numeric());
    values
        .map(|(value, column)| Chart {
            title: column.name.clone(),
            anomalies: false,
            range: range.clone(),
            series: series(table, axis, value, &keys),
            left_out: 0,
        })
        .map(Chart::cut)
        .collect()
}

fn series(table: &Table, axis: usize, value: usize, keys: &[usize]) -> Vec<Series> {
    let mut all: Vec<Series> = Vec::new();
    let mut places: BTreeMap<Vec<(String, String)>, usize> = BTreeMap::new();
    for row in 0..table.rows() {
        let Value::DateTime(time) = table.value(row, axis) else {
            continue;
        };
        let keys: Vec<(String, String)> = keys
            .iter()
            .filter_map(|key| {
                let column = table.schema().columns.get(*key)?;
                let text = value_text(&table.value(row, *key), column.ty).into_owned();
                Some((column.name.clone(), text))
            })
            .collect();
        let point = Point {
            time,
            value: number(Some(&table.value(row, value))),
            baseline: None,
            score: None,
            flag: 0,
        };
        let next = all.len();
        let place = *places.entry(keys).or_insert_with_key(|keys| {
            all.push(Series {
                keys: keys.clone(),
                points: Vec::new(),
                left_out: 0,
            });
            next
        });
        if let Some(series) = all.get_mut(place) {
            series.points.push(point);
        }
    }
    for series in &mut all {
        series.points.sort_by_key(|point| point.time);
        series.left_out = series.points.len().saturating_sub(MAX_POINTS);
        series.points.truncate(MAX_POINTS);
    }
    all
}
