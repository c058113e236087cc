//! Charts of small results.

use kql_analysis::render::render;
use kql_analysis::{Catalog, bind};

use super::*;
use crate::{RunOptions, run};

/// The chart of a query that needs no tables.
fn drawn(text: &str) -> Result<Figure, String> {
    let bound = bind(text, &Catalog::default());
    let query = bound
        .query
        .unwrap_or_else(|| panic!("{:?}", bound.diagnostics));
    let mut result = run(&query, &Default::default(), &RunOptions::default()).expect("it runs");
    let table = result.tables.pop().expect("a result");
    figure(&table, &render(text).expect("it renders"))
}

const DAYS: &str = "datatable(t: datetime, who: string, n: long) [\
    datetime(2026-03-01), 'ada', 3, datetime(2026-03-02), 'ada', 7,\
    datetime(2026-03-01), 'alan', 2, datetime(2026-03-03), 'alan', 5]";

#[test]
fn a_column_of_texts_tells_lines_over_time_apart() {
    let found = drawn(&format!(
        "{DAYS} | render timechart with (title='Calls', ytitle='calls')"
    ));
    let found = found.expect("a chart");
    assert_eq!(
        (found.title.as_str(), found.x_title.as_str()),
        ("Calls", "t")
    );
    let names: Vec<&str> = found
        .series
        .iter()
        .map(|series| series.name.as_str())
        .collect();
    assert_eq!(names, ["ada", "alan"]);
    assert_eq!((found.y.low, found.y.high), (0.0, 8.0));
    assert_eq!(found.y.ticks[1], (2.0, "2".to_owned()));
    let first = (
        "2026-03-01 00:00:00".to_owned(),
        vec!["3".to_owned(), "2".to_owned()],
    );
    assert_eq!(found.rows[0], first);
    assert_eq!(found.rows[2].1, ["", "5"]);
}

#[test]
fn columns_are_stacked_on_one_another() {
    let query = "datatable(k: string, s: string, n: real) ['a', 'x', 1, 'a', 'y', 3, 'b', 'x', 2]";
    let sum = drawn(&format!("{query} | render columnchart with (kind=stacked)")).expect("a chart");
    assert_eq!(sum.categories, ["a", "b"]);
    let top = sum.series[1].points[0];
    assert_eq!((top.from, top.to, top.value), (1.0, 4.0, Some(3.0)));
    let share = drawn(&format!(
        "{query} | render columnchart with (kind=stacked100)"
    ));
    let top = share.expect("a chart").series[1].points[0];
    assert_eq!((top.from, top.to), (25.0, 100.0));
}

#[test]
fn bars_over_time_stand_in_its_order() {
    let query =
        "datatable(t: datetime, n: long) [datetime(2026-03-02), 1, datetime(2026-03-01), 2]";
    let found = drawn(&format!("{query} | render columnchart")).expect("a chart");
    assert_eq!(found.categories[0], "2026-03-01 00:00:00");
    assert_eq!(
        (found.series[0].points[0].x, found.series[0].points[0].value),
        (0.0, Some(2.0))
    );
    assert_eq!(found.rows[1].1, ["1"]);
}

#[test]
fn slices_are_positive_and_named() {
    let query = "datatable(k: string, n: long) ['a', 3, 'b', 1, 'c', -1] | render piechart";
    let found = drawn(query).expect("a chart");
    assert_eq!((found.shape, found.series.len()), (Shape::Slices, 1));
    let values: Vec<Option<f64>> = found.series[0].points.iter().map(|dot| dot.value).collect();
    assert_eq!(values, [Some(3.0), Some(1.0), None]);
}

#[test]
fn arrays_of_series_are_taken_apart_and_anomalies_marked() {
    let query = format!(
        "{DAYS} | make-series c = sum(n) on t from datetime(2026-03-01) to datetime(2026-03-04) step 1d \
         | extend f = dynamic([0, 1, 0]) | render anomalychart with (anomalycolumns=f)"
    );
    let found = drawn(&query).expect("a chart");
    let dots: Vec<(Option<f64>, bool)> = found.series[0]
        .points
        .iter()
        .map(|dot| (dot.value, dot.flagged))
        .collect();
    assert_eq!(
        dots,
        [(Some(5.0), false), (Some(7.0), true), (Some(5.0), false)]
    );
    assert_eq!(found.rows[1].1, ["7 (anomaly)"]);
}

#[test]
fn scatter_is_by_numbers_and_negative_ones_are_in_order() {
    let query = "datatable(x: real, y: real) [-2.5, 1, 3, 2, -1, 4] | render scatterchart";
    let found = drawn(query).expect("a chart");
    let axis: Vec<&str> = found.rows.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(axis, ["-2.5", "-1", "3"]);
    assert_eq!((found.x.low, found.x.high), (-3.0, 3.0));
}

#[test]
fn what_cannot_be_drawn_is_said() {
    for (query, reason) in [
        ("print a = 'x' | render piechart", "no column of numbers"),
        ("print a = 1 | render timechart", "datetime"),
        ("print a = 1 | render treemap", "not drawn here"),
        (
            "print a = 1, b = 2 | render columnchart with (ycolumns=c)",
            "no column `c`",
        ),
    ] {
        let found = drawn(query).expect_err("no chart");
        assert!(found.contains(reason), "{found}");
    }
}

#[test]
fn any_numbers_have_a_scale() {
    for (low, high) in [
        (f64::NAN, 1.0),
        (0.0, 0.0),
        (-1e308, 1e308),
        (1e-300, 2e-300),
        (5.0, 5.0),
    ] {
        let scale = scale::of_numbers(low, high, None, None);
        assert!(
            scale.low < scale.high && scale.ticks.len() < 40,
            "{scale:?}"
        );
    }
}
