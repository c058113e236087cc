//! A time series as a drawing, with the same figures as a table for those who do not see it.

use leptos::prelude::*;
use workbench::protocol::{ChartView, PointView, SeriesView};

use crate::words::{counted, minute};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 180.0;
/// Room around the lines.
const EDGE: f64 = 8.0;

/// A chart with its series one below the other.
pub fn chart(chart: ChartView) -> impl IntoView {
    let what = match chart.anomalies {
        true => format!(
            "{}: values, what the series lets expect, and anomalies",
            chart.title
        ),
        false => chart.title.clone(),
    };
    let more = (chart.left_out > 0)
        .then(|| view! { <p class="facts">{format!("{} more series are less conspicuous.", chart.left_out)}</p> });
    let title = chart.title.clone();
    view! {
        <h4>{what}</h4>
        {chart.series.into_iter().map(|one| series(&title, one)).collect_view()}
        {more}
    }
}

fn series(title: &str, series: SeriesView) -> impl IntoView + use<> {
    let scale = Scale::of(&series.points);
    let flagged = series.points.iter().filter(|point| point.flag != 0).count();
    let name = match series.name.is_empty() {
        true => title.to_owned(),
        false => series.name.clone(),
    };
    let said = format!(
        "{name}: {} from {} to {}, {}",
        counted(series.points.len(), "point"),
        series
            .points
            .first()
            .map(|point| minute(&point.time))
            .unwrap_or_default(),
        series
            .points
            .last()
            .map(|point| minute(&point.time))
            .unwrap_or_default(),
        counted(flagged, "anomaly").replace("anomalys", "anomalies"),
    );
    let points = series.points.iter().enumerate();
    let marks = points.filter(|(_, point)| point.flag != 0).filter_map(|(place, point)| {
        let (x, y) = scale.place(place, point.value?);
        let text = format!("{}: {}", minute(&point.time), shown(point.value));
        Some(view! { <circle class="flag" cx=x.to_string() cy=y.to_string() r="4"><title>{text}</title></circle> })
    });
    let marks: Vec<_> = marks.collect();
    view! {
        <figure class="series">
            <figcaption>{said.clone()}</figcaption>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=said>
                <polyline class="baseline" points=scale.line(&series.points, |point| point.baseline)></polyline>
                <polyline class="value" points=scale.line(&series.points, |point| point.value)></polyline>
                {marks}
                <text x="12" y="20">{shown(Some(scale.greatest))}</text>
                <text x="12" y=(HEIGHT - EDGE).to_string()>{shown(Some(scale.least))}</text>
            </svg>
            <details>
                <summary>"The points as a table"</summary>
                {table(&name, series.points)}
            </details>
        </figure>
    }
}

fn table(name: &str, points: Vec<PointView>) -> impl IntoView + use<> {
    let label = format!("Points of {name}");
    let rows = points.into_iter().map(|point| {
        let flag = match point.flag {
            0 => "",
            1.. => "unusually high",
            _ => "unusually low",
        };
        view! {
            <tr>
                <td>{minute(&point.time)}</td>
                <td class="count">{shown(point.value)}</td>
                <td class="count">{shown(point.baseline)}</td>
                <td class="count">{shown(point.score)}</td>
                <td>{flag}</td>
            </tr>
        }
    });
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=label>
            <table>
                <thead><tr>
                    <th scope="col">"Time (UTC)"</th>
                    <th scope="col">"Value"</th>
                    <th scope="col">"Expected"</th>
                    <th scope="col">"Score"</th>
                    <th scope="col">"Anomaly"</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

/// A number with at most two decimals; empty for none.
fn shown(number: Option<f64>) -> String {
    number.map_or_else(String::new, |number| {
        let text = format!("{number:.2}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    })
}

/// From points to places in the drawing.
struct Scale {
    count: usize,
    least: f64,
    greatest: f64,
}

impl Scale {
    fn of(points: &[PointView]) -> Self {
        let numbers = points
            .iter()
            .flat_map(|point| [point.value, point.baseline]);
        let numbers = || numbers.clone().flatten();
        Self {
            count: points.len(),
            least: numbers().fold(0.0, f64::min),
            greatest: numbers().fold(1.0, f64::max),
        }
    }

    fn place(&self, place: usize, value: f64) -> (f64, f64) {
        let steps = self.count.saturating_sub(1).max(1) as f64;
        let part = (value - self.least) / (self.greatest - self.least).max(f64::EPSILON);
        let x = EDGE + (WIDTH - 2.0 * EDGE) * place as f64 / steps;
        let y = HEIGHT - EDGE - (HEIGHT - 2.0 * EDGE) * part;
        ((x * 10.0).round() / 10.0, (y * 10.0).round() / 10.0)
    }

    fn line(&self, points: &[PointView], of: impl Fn(&PointView) -> Option<f64>) -> String {
        let places = points.iter().enumerate().filter_map(|(place, point)| {
            let (x, y) = self.place(place, of(point)?);
            Some(format!("{x},{y}"))
        });
        places.collect::<Vec<_>>().join(" ")
    }
}
