//! Charts of result rows as `render` asks for them: series, scales and labels, ready to be drawn.
//!
//! As Kusto documents it, the first column is the axis (the first one of times for a chart over time),
//! numbers are values, and a column of texts tells series apart. Arrays, as `make-series` gives them, are
//! taken apart. What is left out for want of room is said in [`Figure::notes`].

mod data;
mod scale;
mod stack;

use kql_analysis::render::Render;
use serde::{Deserialize, Serialize};

use crate::Table;

/// Series of one chart.
pub const MAX_SERIES: usize = 30;
/// Points of one series.
pub const MAX_POINTS: usize = 4_000;
/// Texts along an axis, or slices of a pie.
pub const MAX_CATEGORIES: usize = 400;
/// Rows of the table beside a chart.
pub const MAX_ROWS: usize = 500;

/// How values are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// Lines between points.
    Lines,
    /// Lines with what is below them.
    Areas,
    /// Upright bars.
    Columns,
    /// Lying bars.
    Bars,
    /// Slices of a pie.
    Slices,
    /// Points.
    Points,
}

/// A chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// How values are drawn.
    pub shape: Shape,
    /// Its title; empty when none is given.
    pub title: String,
    /// What the axis shows.
    pub x_title: String,
    /// What the values are.
    pub y_title: String,
    /// Texts along the axis, at 0, 1, 2, …; empty for numbers and times.
    pub categories: Vec<String>,
    /// The axis.
    pub x: Scale,
    /// The values.
    pub y: Scale,
    /// The series.
    pub series: Vec<Series>,
    /// The same as rows: what stands on the axis, and the value of each series.
    pub rows: Vec<(String, Vec<String>)>,
    /// What is left out or drawn otherwise than asked, in sentences.
    pub notes: Vec<String>,
}

/// A range of numbers with labelled places.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// Lowest number.
    pub low: f64,
    /// Highest number; above the lowest.
    pub high: f64,
    /// Labelled places in order.
    pub ticks: Vec<(f64, String)>,
}

/// One series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Its points in order of the axis.
    pub points: Vec<Dot>,
}

/// One value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dot {
    /// Place on the axis: a number, ticks, or the number of a category.
    pub x: f64,
    /// The value; none where there is no number.
    pub value: Option<f64>,
    /// Where it begins on the scale of values: 0, or the top of what it is stacked on.
    pub from: f64,
    /// Where it ends there.
    pub to: f64,
    /// Whether it is marked as an anomaly.
    pub flagged: bool,
}

/// The chart that a query asks for over its result, or why there is none.
pub fn figure(table: &Table, render: &Render) -> Result<Figure, String> {
    let (shape, stacked) = shape(render)?;
    let mut data = data::read(table, render, shape)?;
    let mut notes = std::mem::take(&mut data.notes);
    let share = stacked == Some(stack::Stacked::Share);
    stack::place(&mut data.series, stacked);
    for axis in ["xaxis", "yaxis"] {
        if render.property(axis) == Some("log") {
            notes.push(format!("`{axis}=log` is drawn on a linear scale."));
        }
    }
    let y = values_scale(&data.series, shape, render, share);
    let title = |name: &str| render.property(name).map(str::to_owned);
    Ok(Figure {
        shape,
        title: title("title").unwrap_or_default(),
        x_title: title("xtitle").unwrap_or(data.x_name),
        y_title: title("ytitle").unwrap_or(data.y_name),
        x: match data.categories.is_empty() {
            true => scale::of_axis(&data.series, data.is_time),
            false => scale::of_categories(&data.categories),
        },
        y,
        rows: data::rows(&data.series, &data.categories, data.is_time),
        categories: data.categories,
        series: data.series,
        notes,
    })
}

/// How a kind of chart is drawn, and whether its series are stacked.
fn shape(render: &Render) -> Result<(Shape, Option<stack::Stacked>), String> {
    let stacked = match render.property("kind") {
        Some("stacked") => Some(stack::Stacked::Sum),
        Some("stacked100") => Some(stack::Stacked::Share),
        _ => None,
    };
    Ok(match render.kind.as_str() {
        "timechart" | "anomalychart" | "linechart" => (Shape::Lines, None),
        "areachart" => (Shape::Areas, stacked),
        "stackedareachart" => (Shape::Areas, stacked.or(Some(stack::Stacked::Sum))),
        "columnchart" => (Shape::Columns, stacked),
        "barchart" => (Shape::Bars, stacked),
        "piechart" => (Shape::Slices, None),
        "scatterchart" => (Shape::Points, None),
        "table" => return Err("The query asks for a table, which is shown below.".to_owned()),
        other => {
            return Err(format!(
                "`render {other}` is not drawn here; the rows are shown as a table. Charts are timechart, \
                 linechart, anomalychart, areachart, stackedareachart, columnchart, barchart, piechart and \
                 scatterchart."
            ));
        }
    })
}

fn values_scale(series: &[Series], shape: Shape, render: &Render, share: bool) -> Scale {
    let ends = series.iter().flat_map(|series| &series.points);
    let ends = ends.filter(|dot| dot.value.is_some());
    let all: Vec<f64> = match shape {
        Shape::Lines | Shape::Points => ends.map(|dot| dot.to).collect(),
        _ => ends.flat_map(|dot| [dot.from, dot.to]).collect(),
    };
    let bound = |name: &str| render.property(name).and_then(|text| text.parse().ok());
    match share {
        true => scale::of_numbers(0.0, 100.0, None, None),
        false => {
            let low = all.iter().copied().fold(f64::INFINITY, f64::min);
            let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            scale::of_numbers(low, high, bound("ymin"), bound("ymax"))
        }
    }
}

#[cfg(test)]
mod tests;
