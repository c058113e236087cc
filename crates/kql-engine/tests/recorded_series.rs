//! Decompositions, anomalies and outliers against results recorded from Kusto's engine.
//!
//! The recordings lie in the optional directory `../shared` beside the project; without it the tests say
//! so and pass.

#![allow(clippy::unwrap_used, clippy::print_stdout)]
use std::path::PathBuf;

use kql_analysis::text::parse_json;
use kql_analysis::value::Value;
use kql_engine::functions::{Ctx, Kernel, kernel};
use kql_engine::limits::Limits;

fn shared() -> PathBuf {
    match std::env::var_os("RULESMITH_SHARED") {
        Some(path) => path.into(),
        None => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
    }
}

/// The dynamic columns of the first row of a recorded case, or `None` without the recordings.
fn recorded(id: &str) -> Option<Vec<Value>> {
    let path = shared().join("conformance/emulator-docs.jsonl");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: ../shared not present");
        return None;
    };
    let cases = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let case = cases
        .into_iter()
        .find(|case| case["id"] == id)
        .expect("the case is recorded");
    let cells = case["rows"][0].as_array().unwrap();
    Some(
        cells
            .iter()
            .map(|cell| parse_json(cell.as_str().unwrap()).unwrap())
            .collect(),
    )
}

fn call(name: &str, args: &[Value]) -> Vec<Value> {
    let ctx = Ctx {
        now: 0,
        limits: Limits::default(),
    };
    let Some(Kernel::Row(kernel)) = kernel(name) else {
        panic!("{name} has no kernel");
    };
    match kernel(&ctx, args).unwrap() {
        Value::Array(items) => items.to_vec(),
        other => panic!("{name} gave {other:?}"),
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    let Value::Array(items) = value else {
        panic!("not an array: {value:?}");
    };
    let number = |item: &Value| match item {
        Value::Long(number) => *number as f64,
        Value::Real(number) => *number,
        other => panic!("not a number: {other:?}"),
    };
    items.iter().map(number).collect()
}

fn assert_close(name: &str, actual: &Value, expected: &Value) {
    let (actual, expected) = (numbers(actual), numbers(expected));
    assert_eq!(actual.len(), expected.len(), "{name}");
    for (index, (a, e)) in actual.iter().zip(&expected).enumerate() {
        assert!(
            (a - e).abs() <= 1e-9 * e.abs().max(1.0),
            "{name}[{index}]: {a} instead of {e}"
        );
    }
}

fn text(value: &str) -> Value {
    Value::String(value.into())
}

#[test]
fn anomalies() {
    let with_trend = |threshold| vec![Value::Real(threshold), Value::Long(-1), text("linefit")];
    for (id, settings) in [
        (
            "emulator-docs/series-decompose-anomalies-function#1",
            vec![],
        ),
        (
            "emulator-docs/series-decompose-anomalies-function#2",
            with_trend(1.5),
        ),
        (
            "emulator-docs/series-decompose-anomalies-function#3",
            with_trend(2.5),
        ),
    ] {
        let Some(columns) = recorded(id) else { return };
        let args: Vec<Value> = columns[1..2].iter().cloned().chain(settings).collect();
        let found = call("series_decompose_anomalies", &args);
        assert_close(&format!("{id} score"), &found[1], &columns[3]);
        assert_close(&format!("{id} baseline"), &found[2], &columns[4]);
        // The recorded query multiplies the flags by ten.
        let flags = |value: &Value| {
            numbers(value)
                .into_iter()
                .map(f64::signum)
                .collect::<Vec<_>>()
        };
        let nonzero = |value: &Value| {
            numbers(value)
                .iter()
                .map(|flag| *flag != 0.0)
                .collect::<Vec<_>>()
        };
        assert_eq!(nonzero(&found[0]), nonzero(&columns[2]), "{id} flags");
        assert_eq!(flags(&found[0]), flags(&columns[2]), "{id} flags");
    }
}

#[test]
fn decompositions() {
    let line = vec![Value::Long(-1), text("linefit")];
    for (id, settings) in [
        ("emulator-docs/series-decompose-function#1", vec![]),
        ("emulator-docs/series-decompose-function#2", line),
    ] {
        let Some(columns) = recorded(id) else { return };
        let args: Vec<Value> = columns[1..2].iter().cloned().chain(settings).collect();
        let found = call("series_decompose", &args);
        for (index, name) in ["baseline", "seasonal", "trend", "residual"]
            .iter()
            .enumerate()
        {
            assert_close(&format!("{id} {name}"), &found[index], &columns[index + 2]);
        }
    }
}

#[test]
fn a_forecast() {
    let Some(columns) = recorded("emulator-docs/series-decompose-forecast-function#0") else {
        return;
    };
    let found = call(
        "series_decompose_forecast",
        &[columns[0].clone(), Value::Long(24 * 7)],
    );
    assert_close("forecast", &found[0], &columns[2]);
}

#[test]
fn outliers() {
    let Some(columns) = recorded("emulator-docs/series-outliers-function#0") else {
        return;
    };
    let found = call("series_outliers", &columns[1..2]);
    assert_close("outliers", &Value::array(found), &columns[2]);
}

#[test]
fn a_detected_period_is_the_recorded_one_and_its_score_close() {
    let Some(_) = recorded("emulator-docs/series-outliers-function#0") else {
        return;
    };
    let week = "[80,139,87,110,68,54,50,51,53,133,86,141,97,156,94,149,95,140,77,61,50,54,47,133,72,152,94,\
                148,105,162,101,160,87,63,53,55,54,151,103,189,108,183,113,175,113,178,90,71,62,62,65,165,\
                109,181,115,182,121,178,114,170]";
    let args = [
        parse_json(week).unwrap(),
        Value::Real(0.0),
        Value::Real(50.0),
        Value::Long(2),
    ];
    let found = call("series_periods_detect", &args);
    assert_eq!(numbers(&found[0]), [14.0, 0.0]);
    assert!((numbers(&found[1])[0] - 0.840_555_879_409_144_3).abs() < 1e-14);
}
