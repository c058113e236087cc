//! Which columns are the axis, the values and the names of series, and the points that they give.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use kql_analysis::render::Render;
use kql_analysis::text::value_text;
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use super::{Dot, MAX_CATEGORIES, MAX_POINTS, MAX_ROWS, MAX_SERIES, Series, Shape, scale};
use crate::Table;

/// The points of a chart before they are placed.
pub(super) struct Data {
    pub x_name: String,
    pub y_name: String,
    pub is_time: bool,
    pub categories: Vec<String>,
    pub series: Vec<Series>,
    pub notes: Vec<String>,
}

/// The columns of a chart by their numbers.
struct Roles {
    x: usize,
    ys: Vec<usize>,
    keys: Vec<usize>,
    flags: Vec<usize>,
}

/// A value with its place, before texts of the axis have numbers.
struct Point {
    x: Value,
    y: Option<f64>,
    flagged: bool,
}

pub(super) fn read(table: &Table, render: &Render, shape: Shape) -> Result<Data, String> {
    let roles = roles(table, render, shape)?;
    let name = |column: usize| {
        let column = table.schema().columns.get(column);
        column.map(|column| column.name.clone()).unwrap_or_default()
    };
    let mut points: IndexMap<String, Vec<Point>> = IndexMap::new();
    for row in 0..table.rows() {
        let key = key(table, &roles, row);
        for y in &roles.ys {
            let title = match (key.is_empty(), roles.ys.len()) {
                (true, _) => name(*y),
                (false, 1) => key.clone(),
                (false, _) => format!("{key}: {}", name(*y)),
            };
            points
                .entry(title)
                .or_default()
                .extend(points_of_row(table, &roles, *y, row));
        }
    }
    let mut data = Data {
        x_name: name(roles.x),
        y_name: roles
            .ys
            .iter()
            .map(|y| name(*y))
            .collect::<Vec<_>>()
            .join(", "),
        is_time: points
            .values()
            .flatten()
            .any(|point| matches!(point.x, Value::DateTime(_))),
        categories: Vec::new(),
        series: Vec::new(),
        notes: Vec::new(),
    };
    data.fill(points, shape);
    Ok(data)
}

fn roles(table: &Table, render: &Render, shape: Shape) -> Result<Roles, String> {
    let columns = &table.schema().columns;
    if columns.is_empty() {
        return Err("The result has no columns to draw.".to_owned());
    }
    let named = |name: &str| {
        let found = table.schema().index_of(name);
        found.ok_or_else(|| format!("The result has no column `{name}`, which `render` names."))
    };
    let list = |property: &str| -> Result<Vec<usize>, String> {
        render
            .columns(property)
            .iter()
            .map(|name| named(name))
            .collect()
    };
    let over_time = matches!(render.kind.as_str(), "timechart" | "anomalychart");
    let x = match render.columns("xcolumn").first() {
        Some(name) => named(name)?,
        None => axis(table, over_time)?,
    };
    let flags = list("anomalycolumns")?;
    let is_value = |column: &usize| {
        let ty = columns.get(*column).map(|column| column.ty);
        let numeric = ty.is_some_and(|ty| ty.is_numeric() || ty == ScalarType::TimeSpan);
        *column != x && !flags.contains(column) && (numeric || is_array(table, *column))
    };
    let ys = match list("ycolumns")? {
        ys if !ys.is_empty() => ys,
        _ => (0..columns.len()).filter(is_value).collect(),
    };
    if ys.is_empty() {
        return Err("The result has no column of numbers to draw.".to_owned());
    }
    let keys = match (list("series")?, shape) {
        (keys, _) if !keys.is_empty() => keys,
        (_, Shape::Slices) => Vec::new(),
        _ => {
            let mut texts = (0..columns.len()).filter(|column| *column != x);
            let text = texts.find(|column| columns[*column].ty == ScalarType::String);
            text.into_iter().collect()
        }
    };
    let ys = match shape {
        Shape::Slices => ys.into_iter().take(1).collect(),
        _ => ys,
    };
    Ok(Roles { x, ys, keys, flags })
}

/// The column of the axis: the first one, over time the first one of times, alone or in arrays.
fn axis(table: &Table, over_time: bool) -> Result<usize, String> {
    let columns = table.schema().columns.iter().enumerate();
    let mut of_time = columns.filter(|(_, column)| column.ty == ScalarType::DateTime);
    let arrays = || (0..table.columns().len()).find(|column| holds_times(table, *column));
    match (over_time, of_time.next().map(|(column, _)| column)) {
        (true, Some(column)) => Ok(column),
        (true, None) => arrays().ok_or_else(|| {
            "A chart over time needs a column of type datetime, or times of make-series.".to_owned()
        }),
        (false, _) => Ok(arrays().unwrap_or(0)),
    }
}

fn is_array(table: &Table, column: usize) -> bool {
    let dynamic = table.column(column).map(|column| column.ty()) == Some(ScalarType::Dynamic);
    dynamic && matches!(first_item(table, column), Some(value) if number(&value).is_some())
}

fn holds_times(table: &Table, column: usize) -> bool {
    let dynamic = table.column(column).map(|column| column.ty()) == Some(ScalarType::Dynamic);
    dynamic && matches!(first_item(table, column), Some(Value::DateTime(_)))
}

/// The first element of the first array of a column.
fn first_item(table: &Table, column: usize) -> Option<Value> {
    (0..table.rows()).find_map(|row| match table.value(row, column) {
        Value::Array(items) => items.iter().find(|item| **item != Value::Null).cloned(),
        _ => None,
    })
}

fn key(table: &Table, roles: &Roles, row: usize) -> String {
    let texts = roles.keys.iter().map(|column| {
        let ty = table
            .column(*column)
            .map_or(ScalarType::String, |column| column.ty());
        value_text(&table.value(row, *column), ty).into_owned()
    });
    texts.collect::<Vec<_>>().join(", ")
}

fn points_of_row(table: &Table, roles: &Roles, y: usize, row: usize) -> Vec<Point> {
    let flag = roles.flags.iter().map(|column| table.value(row, *column));
    let flags: Vec<Value> = flag.collect();
    let flagged = |place: Option<usize>| {
        flags.iter().any(|flag| {
            let value = match (flag, place) {
                (Value::Array(items), Some(place)) => items.get(place).and_then(number),
                (value, _) => number(value),
            };
            value.is_some_and(|value| value != 0.0)
        })
    };
    match (table.value(row, roles.x), table.value(row, y)) {
        (Value::Array(xs), Value::Array(ys)) => xs
            .iter()
            .enumerate()
            .map(|(place, x)| Point {
                x: x.clone(),
                y: ys.get(place).and_then(number),
                flagged: flagged(Some(place)),
            })
            .collect(),
        (x, value) => vec![Point {
            x,
            y: number(&value),
            flagged: flagged(None),
        }],
    }
}

/// A value as a number that can be drawn; spans of time in seconds.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(f64::from(*number)),
        Value::Long(number) => Some(*number as f64),
        Value::Real(number) => number.is_finite().then_some(*number),
        Value::Decimal(number) => Some(number.to_real()),
        Value::TimeSpan(ticks) => Some(*ticks as f64 / 1e7),
        _ => None,
    }
}

impl Data {
    fn fill(&mut self, points: IndexMap<String, Vec<Point>>, shape: Shape) {
        let named = match shape {
            Shape::Slices => true,
            // A bar has a width, so that it stands at a place of its own.
            Shape::Columns | Shape::Bars => true,
            _ => {
                !self.is_time
                    && points
                        .values()
                        .flatten()
                        .any(|point| number(&point.x).is_none())
            }
        };
        let (series, cut) = (points.len(), points.len().saturating_sub(MAX_SERIES));
        if cut > 0 {
            self.notes.push(format!(
                "The first {MAX_SERIES} of {series} series are drawn."
            ));
        }
        let mut places: BTreeMap<String, f64> = BTreeMap::new();
        let mut left_out = false;
        if named && self.is_time {
            let all = points.values().flatten();
            let mut times: Vec<i64> = all
                .filter_map(|point| match point.x {
                    Value::DateTime(ticks) => Some(ticks),
                    _ => None,
                })
                .collect();
            times.sort_unstable();
            for time in times {
                self.place(&Value::DateTime(time), named, &mut places);
            }
        }
        for (name, points) in points.into_iter().take(MAX_SERIES) {
            let mut dots = Vec::new();
            for point in points {
                match self.place(&point.x, named, &mut places) {
                    Some(x) => dots.push(Dot {
                        x,
                        value: point.y.filter(|y| shape != Shape::Slices || *y > 0.0),
                        from: 0.0,
                        to: 0.0,
                        flagged: point.flagged,
                    }),
                    None => left_out = true,
                }
            }
            dots.sort_by(|left, right| left.x.total_cmp(&right.x));
            if dots.len() > MAX_POINTS {
                self.notes.push(format!(
                    "The first {MAX_POINTS} of {} points of {name} are drawn.",
                    dots.len()
                ));
                dots.truncate(MAX_POINTS);
            }
            self.series.push(Series { name, points: dots });
        }
        if left_out {
            self.notes.push(match named {
                true => format!(
                    "The first {MAX_CATEGORIES} values of {} are drawn.",
                    self.x_name
                ),
                false => format!("Rows without {} are not drawn.", self.x_name),
            });
        }
    }

    /// The place of a value on the axis.
    fn place(&mut self, x: &Value, named: bool, places: &mut BTreeMap<String, f64>) -> Option<f64> {
        if !named {
            return match x {
                Value::DateTime(ticks) => Some(*ticks as f64),
                _ if self.is_time => None,
                value => number(value),
            };
        }
        let text = match x {
            Value::DateTime(ticks) => scale::time(*ticks as f64),
            Value::Array(_) => String::new(),
            value => value_text(value, ScalarType::Dynamic).into_owned(),
        };
        if let Some(place) = places.get(&text) {
            return Some(*place);
        }
        if self.categories.len() == MAX_CATEGORIES {
            return None;
        }
        let place = self.categories.len() as f64;
        self.categories.push(match text.is_empty() {
            true => "(empty)".to_owned(),
            false => text.clone(),
        });
        places.insert(text, place);
        Some(place)
    }
}

/// The points as rows of a table: what stands on the axis, and the value of each series.
pub(super) fn rows(
    series: &[Series],
    categories: &[String],
    is_time: bool,
) -> Vec<(String, Vec<String>)> {
    let mut rows: BTreeMap<(bool, u64), (f64, Vec<String>)> = BTreeMap::new();
    for (number, line) in series.iter().enumerate() {
        for dot in &line.points {
            // The order of bits is that of numbers on either side of zero.
            let bits = dot.x.to_bits();
            let order = if dot.x < 0.0 { !bits } else { bits };
            let row = rows.entry((dot.x >= 0.0, order));
            let (_, cells) = row.or_insert_with(|| (dot.x, vec![String::new(); series.len()]));
            if let (Some(cell), Some(value)) = (cells.get_mut(number), dot.value) {
                *cell = scale::number(value);
                if dot.flagged {
                    cell.push_str(" (anomaly)");
                }
            }
        }
    }
    let label = |x: f64| match categories.get(x.max(0.0) as usize) {
        Some(text) => text.clone(),
        None if is_time => scale::time(x),
        None => scale::number(x),
    };
    let rows = rows.into_values().take(MAX_ROWS);
    rows.map(|(x, cells)| (label(x), cells)).collect()
}
