//! The accumulators on columns written as JSON arrays of rows.

use kql_analysis::text::{json_text, parse_json};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use super::choice::{Extreme, First};
use super::collections::{List, Merged, Set};
use super::counting::{Count, CountIf, Distinct};
use super::filter::If;
use super::numeric::{Average, Covariance, Spread, Sum};
use super::percentile::Percentiles;
use super::{Accumulator, bits};
use crate::functions::Ctx;
use crate::limits::Limits;

/// Feeds rows (`[[a, b], …]`, or `[a, b, …]` for single arguments) and shows the result columns.
fn check(mut accumulator: impl Accumulator + 'static, rows: &str, expected: &str) {
    let Some(Value::Array(rows)) = parse_json(rows) else {
        panic!("rows are not an array: {rows}");
    };
    for row in rows.iter() {
        let args = match row {
            Value::Array(args) => args.to_vec(),
            single => vec![single.clone()],
        };
        accumulator.add(&args).unwrap();
    }
    let ctx = Ctx {
        now: 0,
        limits: Limits::default(),
    };
    let columns = Box::new(accumulator).finish(&ctx).unwrap();
    assert_eq!(json_text(&Value::array(columns)), expected);
}

#[test]
fn counts() {
    check(Count::default(), "[1,null,3]", "[3]");
    check(CountIf::default(), "[true,null,false]", "[1]");
    check(Distinct::default(), r#"["a","b","a","",null]"#, "[3]");
    check(
        If::first(Distinct::default()),
        r#"[["a",true],["b",false]]"#,
        "[1]",
    );
}

#[test]
fn sums_and_means() {
    check(Sum::of(ScalarType::Long), "[1,null,3]", "[4]");
    check(Sum::of(ScalarType::Long), "[]", "[0]");
    check(Sum::of(ScalarType::Real), "[1.5,2.5]", "[4.0]");
    check(
        Sum::of(ScalarType::Long),
        "[9223372036854775807,1]",
        "[-9223372036854775808]",
    );
    check(Average::of(ScalarType::Real), "[1,2,null,6]", "[3.0]");
    check(Average::of(ScalarType::Real), "[]", r#"["NaN"]"#);
    check(
        If::first(Sum::of(ScalarType::Long)),
        "[[1,true],[2,false],[4,true]]",
        "[5]",
    );
}

#[test]
fn spreads() {
    // Kusto rounds the variance to ten decimals before it takes the root.
    check(
        Spread::variance(true),
        "[1,2,3,4,5,6,7,8,9,10]",
        "[9.1666666667]",
    );
    check(
        Spread::deviation(true),
        "[1,2,3,4,5,6,7,8,9,10]",
        "[3.027650354102996]",
    );
    check(Spread::variance(false), "[1,2,3,4,5,6,7,8,9,10]", "[8.25]");
    check(Spread::deviation(false), "[5]", "[0.0]");
    check(Covariance::of(true), "[[1,2],[2,4],[3,6]]", "[2.0]");
}

#[test]
fn choices() {
    check(Extreme::least(1), "[3,null,1]", "[1]");
    check(Extreme::greatest(1), r#"["a","c","b"]"#, r#"["c"]"#);
    check(
        Extreme::greatest(2),
        r#"[[null,"a"],[20,"b"],[20,"c"]]"#,
        r#"[20,"b"]"#,
    );
    check(
        Extreme::least(2),
        r#"[[null,"c"],[null,"d"]]"#,
        r#"[null,"c"]"#,
    );
    check(Extreme::least(2), "[]", "[null,null]");
    check(First::of(1), "[null,7,8]", "[7]");
    check(First::of(2), "[[null,7],[1,2]]", "[null,7]");
}

#[test]
fn collections() {
    check(
        List::without_nulls(ScalarType::Long),
        "[1,null,1]",
        "[[1,1]]",
    );
    check(List::with_nulls(), "[1,null]", "[[1,null]]");
    check(
        List::without_nulls(ScalarType::Dynamic),
        "[[[1,2]],[null],[[3]]]",
        "[[1,2,null,3]]",
    );
    check(
        List::without_nulls(ScalarType::Long),
        "[[1,2],[2,2],[3,2]]",
        "[[1,2]]",
    );
    check(
        Set::of(ScalarType::String),
        r#"["z","y","z",""]"#,
        r#"[["z","y",""]]"#,
    );
    check(Set::of(ScalarType::Long), "[]", "[[]]");
    check(
        Merged::default(),
        r#"[[{"a":1}],[{"a":2,"b":3}],[null]]"#,
        r#"[{"a":1,"b":3}]"#,
    );
}

#[test]
fn percentiles() {
    check(
        Percentiles::columns(1),
        "[[5,50],[15,50],[10,50],[null,50]]",
        "[10]",
    );
    check(
        Percentiles::columns(2),
        "[[1,50,100],[2,50,100],[3,50,100],[4,50,100]]",
        "[2,4]",
    );
    check(Percentiles::columns(2), "[]", "[null,null]");
    check(Percentiles::array(), "[[1,50,90],[2,50,90]]", "[[1,2]]");
    check(
        Percentiles::columns(1).weighted(),
        "[[1,10,50],[2,1,50]]",
        "[1]",
    );
}

#[test]
fn bitwise() {
    check(bits::All::of(|a, b| a | b), "[1,2,null]", "[3]");
    check(bits::All::of(|a, b| a & b), "[]", "[null]");
}
