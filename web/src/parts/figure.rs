//! A chart as a drawing with a table of the same values. Series differ in colour and in dashes.

use leptos::prelude::*;
use workbench::protocol::{Dot, Figure, Scale, Series, Shape};

use super::prose;
use crate::words::counted;

/// Size of the drawing in its own units; it is scaled to the width of the page.
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 320.0;
/// Room for labels.
const LEFT: f64 = 76.0;
const LEFT_OF_NAMES: f64 = 190.0;
const RIGHT: f64 = 44.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 46.0;
/// Height of a lying bar.
const BAR: f64 = 22.0;
/// Width that a label of the axis takes.
const LABEL: f64 = 96.0;
/// Colours of the style sheet.
const COLOURS: usize = 8;
/// Points of a series that are marked one by one.
const MARKED: usize = 60;
/// Letters of a name beside a lying bar.
const NAME: usize = 26;

/// Where the values are drawn.
#[derive(Clone, Copy)]
struct Area {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

fn place(scale: &Scale, value: f64, from: f64, to: f64) -> f64 {
    let share = (value - scale.low) / (scale.high - scale.low);
    from + share.clamp(0.0, 1.0) * (to - from)
}

/// The chart, its legend, and its values.
#[component]
pub fn FigureView(figure: Figure) -> impl IntoView {
    let label = described(&figure);
    let height = height(&figure);
    let drawing = match figure.shape {
        Shape::Slices => slices(&figure),
        Shape::Bars => lying(&figure, height),
        _ => upright(&figure),
    };
    let legend = match figure.shape {
        Shape::Slices => figure.categories.clone(),
        _ => figure
            .series
            .iter()
            .map(|series| series.name.clone())
            .collect(),
    };
    let notes = figure.notes.clone().into_iter();
    let title = (!figure.title.is_empty()).then(|| figure.title.clone());
    view! {
        <figure class="chart">
            {title.map(|title| view! { <figcaption>{title}</figcaption> })}
            <svg viewBox=format!("0 0 {WIDTH} {height}") role="img" aria-label=label>{drawing}</svg>
            {(legend.len() > 1).then(|| view! { <ul class="legend">{names(&legend)}</ul> })}
            {notes.map(|note| view! { <p class="facts note">{prose(note)}</p> }).collect_view()}
            <details><summary>"Values of the chart"</summary>{values(&figure)}</details>
        </figure>
    }
}

fn height(figure: &Figure) -> f64 {
    match figure.shape {
        Shape::Bars => {
            let bars = figure.categories.len() as f64 * slots(figure) as f64;
            (bars * BAR + TOP + BOTTOM).max(HEIGHT / 2.0)
        }
        _ => HEIGHT,
    }
}

/// What the drawing shows, for those who do not see it.
fn described(figure: &Figure) -> String {
    let kind = match figure.shape {
        Shape::Lines => "Line chart",
        Shape::Areas => "Area chart",
        Shape::Columns => "Column chart",
        Shape::Bars => "Bar chart",
        Shape::Slices => "Pie chart",
        Shape::Points => "Scatter chart",
    };
    let flagged = figure.series.iter().flat_map(|series| &series.points);
    let flagged = flagged.filter(|dot| dot.flagged).count();
    let flagged = match flagged {
        0 => String::new(),
        some => format!(
            ", {}",
            counted(some, "anomaly").replace("anomalys", "anomalies")
        ),
    };
    format!(
        "{kind} of {} by {}: {}, {}{flagged}. The values are in the table below.",
        figure.y_title,
        figure.x_title,
        counted(figure.series.len(), "series").replace("seriess", "series"),
        counted(figure.rows.len(), "place"),
    )
}

fn names(names: &[String]) -> impl IntoView + use<> {
    let names = names.iter().cloned().enumerate();
    names
        .map(|(number, name)| {
            let name = if name.is_empty() { "(empty)".to_owned() } else { name };
            view! { <li><span class=format!("swatch {}", colour(number)) aria-hidden="true"></span>{name}</li> }
        })
        .collect_view()
}

fn colour(number: usize) -> String {
    format!("s{} d{}", number % COLOURS, number / COLOURS % 3)
}

fn values(figure: &Figure) -> impl IntoView + use<> {
    let heads = figure.series.iter().map(|series| series.name.clone());
    let heads = heads
        .map(|name| view! { <th scope="col">{name}</th> })
        .collect_view();
    let rows = figure.rows.iter().cloned().map(|(x, cells)| {
        let cells = cells
            .into_iter()
            .map(|cell| view! { <td>{cell}</td> })
            .collect_view();
        view! { <tr><th scope="row">{x}</th>{cells}</tr> }
    });
    let rows = rows.collect_view();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label="Values of the chart">
            <table><thead><tr><th scope="col">{figure.x_title.clone()}</th>{heads}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
}

/// Bars that stand at one place of the axis.
fn slots(figure: &Figure) -> usize {
    let stacked = figure
        .series
        .iter()
        .skip(1)
        .flat_map(|series| &series.points);
    match stacked.into_iter().any(|dot| dot.from != 0.0) {
        true => 1,
        false => figure.series.len().max(1),
    }
}

/// Lines, areas, points and upright bars.
fn upright(figure: &Figure) -> AnyView {
    let area = Area {
        left: LEFT,
        right: WIDTH - RIGHT,
        top: TOP,
        bottom: HEIGHT - BOTTOM,
    };
    let series = figure.series.iter().enumerate();
    let drawn = series.map(|(number, series)| match figure.shape {
        Shape::Columns => bars(figure, series, number, area, false),
        shape => line(figure, series, number, area, shape),
    });
    let drawn: Vec<AnyView> = drawn.collect();
    view! {
        {grid_lines(&figure.y, area)}
        {axis_labels(&figure.x, area)}
        <text class="axis-title" x=(area.left + area.right) / 2.0 y=HEIGHT - 6.0 text-anchor="middle">{figure.x_title.clone()}</text>
        {drawn}
    }
    .into_any()
}

fn grid_lines(scale: &Scale, area: Area) -> impl IntoView + use<> {
    let ticks = scale.ticks.iter().map(|(value, label)| {
        let y = place(scale, *value, area.bottom, area.top);
        view! {
            <line class="grid-line" x1=area.left x2=area.right y1=y y2=y></line>
            <text x=area.left - 6.0 y=y + 4.0 text-anchor="end">{label.clone()}</text>
        }
    });
    ticks.collect_view()
}

/// As many labels as there is room for.
fn axis_labels(scale: &Scale, area: Area) -> impl IntoView + use<> {
    let room = ((area.right - area.left) / LABEL).max(1.0);
    let every = (scale.ticks.len() as f64 / room).ceil().max(1.0) as usize;
    let ticks = scale.ticks.iter().step_by(every).map(|(value, label)| {
        let x = place(scale, *value, area.left, area.right);
        view! { <text x=x y=area.bottom + 18.0 text-anchor="middle">{cut(label, NAME / 2 + 3)}</text> }
    });
    ticks.collect_view()
}

fn cut(text: &str, letters: usize) -> String {
    match text.char_indices().nth(letters) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn line(figure: &Figure, series: &Series, number: usize, area: Area, shape: Shape) -> AnyView {
    let x = |dot: &Dot| place(&figure.x, dot.x, area.left, area.right);
    let y = |value: f64| place(&figure.y, value, area.bottom, area.top);
    let (mut path, mut fill, mut runs) = (String::new(), String::new(), Vec::<Vec<&Dot>>::new());
    let mut broken = true;
    for dot in &series.points {
        if dot.value.is_none() {
            broken = true;
            continue;
        }
        if std::mem::replace(&mut broken, false) {
            runs.push(Vec::new());
        }
        if let Some(run) = runs.last_mut() {
            run.push(dot);
        }
    }
    for run in &runs {
        for (index, dot) in run.iter().enumerate() {
            let sign = if index == 0 { 'M' } else { 'L' };
            path.push_str(&format!("{sign}{:.1} {:.1}", x(dot), y(dot.to)));
        }
        let back = run
            .iter()
            .rev()
            .map(|dot| format!("L{:.1} {:.1}", x(dot), y(dot.from)));
        let there = run
            .iter()
            .map(|dot| format!("L{:.1} {:.1}", x(dot), y(dot.to)));
        let outline: String = there.chain(back).collect();
        fill.push_str(&outline.replacen('L', "M", 1));
        fill.push('Z');
    }
    let single = series.points.len() <= MARKED || shape == Shape::Points;
    let marks = series
        .points
        .iter()
        .filter(|dot| dot.value.is_some() && (single || dot.flagged));
    let marks = marks.map(|dot| {
        let class = if dot.flagged { "flagged" } else { "dot" };
        let radius = if dot.flagged { 6 } else { 3 };
        view! { <circle class=class cx=x(dot) cy=y(dot.to) r=radius></circle> }
    });
    let marks = marks.collect_view();
    view! {
        <g class=colour(number)>
            {(shape == Shape::Areas).then(|| view! { <path class="fill" d=fill></path> })}
            {(shape != Shape::Points).then(|| view! { <path class="stroke" d=path></path> })}
            {marks}
        </g>
    }
    .into_any()
}

/// The bars of a series, upright or lying.
fn bars(figure: &Figure, series: &Series, number: usize, area: Area, lying: bool) -> AnyView {
    let slots = slots(figure);
    let extent = if lying {
        area.bottom - area.top
    } else {
        area.right - area.left
    };
    let step = extent / (figure.x.high - figure.x.low);
    let width = (step * 0.8 / slots as f64).max(0.5);
    let slot = if slots > 1 { number } else { 0 };
    let shapes = series
        .points
        .iter()
        .filter(|dot| dot.value.is_some())
        .map(|dot| {
            let start = (dot.x - figure.x.low) * step - step * 0.4 + width * slot as f64;
            let (low, high) = match lying {
                true => (
                    place(&figure.y, dot.from, area.left, area.right),
                    place(&figure.y, dot.to, area.left, area.right),
                ),
                false => (
                    place(&figure.y, dot.to, area.bottom, area.top),
                    place(&figure.y, dot.from, area.bottom, area.top),
                ),
            };
            let (from, length) = (low.min(high), (high - low).abs());
            match lying {
                true => view! { <rect x=from y=area.top + start width=length height=width></rect> }
                    .into_any(),
                false => {
                    view! { <rect x=area.left + start y=from width=width height=length></rect> }
                        .into_any()
                }
            }
        });
    let shapes: Vec<AnyView> = shapes.collect();
    view! { <g class=colour(number)>{shapes}</g> }.into_any()
}

fn lying(figure: &Figure, height: f64) -> AnyView {
    let area = Area {
        left: LEFT_OF_NAMES,
        right: WIDTH - RIGHT,
        top: TOP,
        bottom: height - BOTTOM,
    };
    let series = figure.series.iter().enumerate();
    let drawn = series.map(|(number, series)| bars(figure, series, number, area, true));
    let drawn: Vec<AnyView> = drawn.collect();
    let ticks = figure.y.ticks.iter().map(|(value, label)| {
        let x = place(&figure.y, *value, area.left, area.right);
        view! {
            <line class="grid-line" x1=x x2=x y1=area.top y2=area.bottom></line>
            <text x=x y=area.bottom + 18.0 text-anchor="middle">{label.clone()}</text>
        }
    });
    let ticks = ticks.collect_view();
    let names = figure.x.ticks.iter().map(|(value, label)| {
        let y = place(&figure.x, *value, area.top, area.bottom);
        view! { <text x=area.left - 6.0 y=y + 4.0 text-anchor="end">{cut(label, NAME)}</text> }
    });
    let names = names.collect_view();
    view! {
        {ticks}{names}
        <text class="axis-title" x=(area.left + area.right) / 2.0 y=height - 6.0 text-anchor="middle">{figure.y_title.clone()}</text>
        {drawn}
    }
    .into_any()
}

fn slices(figure: &Figure) -> AnyView {
    let dots = || {
        figure
            .series
            .iter()
            .take(1)
            .flat_map(|series| &series.points)
    };
    let total: f64 = dots().filter_map(|dot| dot.value).sum();
    let (x, y, radius) = (WIDTH / 2.0, HEIGHT / 2.0, HEIGHT / 2.0 - TOP);
    let mut turned = 0.0;
    let drawn = dots().filter_map(|dot| {
        let share = dot.value? / total;
        let (from, to) = (turned, turned + share);
        turned = to;
        let number = dot.x as usize;
        let class = colour(number);
        if share > 0.9999 {
            return Some(
                view! { <g class=class><circle class="slice" cx=x cy=y r=radius></circle></g> }
                    .into_any(),
            );
        }
        let point = |turn: f64| {
            let angle = turn * std::f64::consts::TAU;
            format!(
                "{:.2} {:.2}",
                x + radius * angle.sin(),
                y - radius * angle.cos()
            )
        };
        let large = u8::from(share > 0.5);
        let path = format!(
            "M{x} {y}L{}A{radius} {radius} 0 {large} 1 {}Z",
            point(from),
            point(to)
        );
        let name = figure.categories.get(number).cloned().unwrap_or_default();
        let title = format!("{name}: {:.1} %", share * 100.0);
        Some(
            view! { <g class=class><path class="slice" d=path><title>{title}</title></path></g> }
                .into_any(),
        )
    });
    let drawn: Vec<AnyView> = drawn.collect();
    view! { {drawn} }.into_any()
}
