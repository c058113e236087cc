//! No kernel panics, whatever its arguments: every function is called on every pair of edge values, and
//! on longer lists of them.

#![allow(clippy::unwrap_used)]

use kql_analysis::text::parse_json;
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;
use kql_engine::functions::{Ctx, kernel, names};
use kql_engine::limits::Limits;

fn edge_values() -> Vec<Value> {
    let texts = [
        "",
        "a",
        "é😀",
        "-1",
        "10.0.0.1/33",
        "$.a[",
        "(",
        "%e9%",
        "year",
        "\\1",
        "x://@:1/?#",
        "AAAA",
    ];
    let numbers = [0, 1, -1, 7, 40, i64::MAX, i64::MIN];
    let dynamics = [
        "[]",
        "[1,null,\"x\",[2]]",
        "[1,2,1,2,1,2,1,9]",
        "{\"a\":{\"b\":[1]}}",
        "[null,null]",
    ];
    let mut values = vec![
        Value::Null,
        Value::Bool(true),
        Value::Int(i32::MIN),
        Value::Guid(u128::MAX),
    ];
    values.extend(texts.map(|text| Value::String(text.into())));
    values.extend(numbers.map(Value::Long));
    values.extend([0.0, -1.5, 1e300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(Value::Real));
    values.extend([0, 3_155_378_975_999_999_999, i64::MAX, i64::MIN].map(Value::DateTime));
    values.extend([0, 1, -1, i64::MAX, i64::MIN].map(Value::TimeSpan));
    values.extend(dynamics.map(|json| parse_json(json).unwrap()));
    values
}

#[test]
fn no_kernel_panics() {
    let ctx = Ctx {
        now: i64::MAX,
        limits: Limits {
            array_elements: 1000,
            string_bytes: 10_000,
            ..Limits::default()
        },
    };
    let values = edge_values();
    let mut calls = 0;
    let mut panicking = Vec::new();
    for name in names() {
        let mut call = |args: &[Value]| {
            calls += 1;
            let kernel = kernel(name).unwrap();
            let outcome =
                std::panic::catch_unwind(|| kernel.call(&ctx, args, &[ScalarType::Dynamic]));
            if outcome.is_err() {
                panicking.push(format!("{name}({args:?})"));
            }
        };
        call(&[]);
        for (index, first) in values.iter().enumerate() {
            call(std::slice::from_ref(first));
            for second in &values {
                call(&[first.clone(), second.clone()]);
            }
            for length in 3..9 {
                for stride in 1..6 {
                    let list = values
                        .iter()
                        .cycle()
                        .skip(index)
                        .step_by(stride)
                        .take(length);
                    call(&list.cloned().collect::<Vec<_>>());
                }
            }
        }
    }
    assert!(
        panicking.is_empty(),
        "{} calls panic, first {:?}",
        panicking.len(),
        &panicking[..1]
    );
    assert!(calls > 100_000, "only {calls} calls were made");
}
