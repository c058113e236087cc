//! Text forms of datetime, timespan and real, read and written.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use kql_analysis::interrupt;
use kql_analysis::shed::Shed;
use kql_analysis::text::{guid_text, json_text, parse_guid, parse_json, real_text};
use kql_analysis::time::{
    MAX_DATETIME, format_datetime, format_timespan, parse_datetime, parse_log_time, parse_timespan,
};
use kql_analysis::value::{Items, Value};
use proptest::prelude::*;

#[test]
fn datetimes() {
    for (text, expected) in [
        ("2024-02-29", "2024-02-29T00:00:00.0000000Z"),
        (
            "2020-06-15 13:45:09.1234567",
            "2020-06-15T13:45:09.1234567Z",
        ),
        (
            "2020-06-15T13:45:09.5+02:00",
            "2020-06-15T11:45:09.5000000Z",
        ),
        (
            "9999-12-31T23:59:59.9999999Z",
            "9999-12-31T23:59:59.9999999Z",
        ),
        ("0001-01-01", "0001-01-01T00:00:00.0000000Z"),
        ("2/3/2022 1:05 PM", "2022-02-03T13:05:00.0000000Z"),
        (
            "Sat, 8 Nov 2014 15:05:02 GMT",
            "2014-11-08T15:05:02.0000000Z",
        ),
        ("2021", "2021-01-01T00:00:00.0000000Z"),
    ] {
        assert_eq!(
            parse_datetime(text).map(format_datetime).as_deref(),
            Some(expected),
            "{text}"
        );
    }
    for text in [
        "",
        "not a date",
        "2023-02-29",
        "2020-01-01 25:00",
        "2020-01-01 x",
    ] {
        assert_eq!(parse_datetime(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn times_of_logs_are_read_as_all_are(
        text in "[0-2][0-9]{3}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9:]{0,8})?[Zz+]?",
    ) {
        if let Some(ticks) = parse_log_time(&text) {
            prop_assert_eq!(Some(ticks), parse_datetime(&text));
        }
    }

    #[test]
    fn every_time_is_read_as_logs_write_it(ticks in 0..=MAX_DATETIME, digits in 0..=7_usize) {
        let text = format_datetime(ticks);
        prop_assert_eq!(parse_log_time(&text), Some(ticks));
        let end = if digits == 0 { 19 } else { 20 + digits };
        let shorter = format!("{}Z", &text[..end]);
        prop_assert_eq!(parse_log_time(&shorter), parse_datetime(&shorter));
        prop_assert!(parse_log_time(&shorter).is_some());
    }
}

#[test]
fn timespans() {
    for (text, expected) in [
        ("1d", "1.00:00:00"),
        ("1.5h", "01:30:00"),
        ("-1.02:03:04.5", "-1.02:03:04.5000000"),
        ("13:00", "13:00:00"),
        ("100.00:00:00", "100.00:00:00"),
        ("2 hours", "02:00:00"),
        ("1tick", "00:00:00.0000001"),
    ] {
        assert_eq!(
            parse_timespan(text).map(format_timespan).as_deref(),
            Some(expected),
            "{text}"
        );
    }
    for text in ["", "abc", "25:00:00", "1:99", "--1d"] {
        assert_eq!(parse_timespan(text), None, "{text}");
    }
}

#[test]
fn reals() {
    for (number, expected) in [
        (0.1, "0.1"),
        (1.0, "1"),
        (1e14, "100000000000000"),
        (1e15, "1E+15"),
        (0.0001, "0.0001"),
        (1e-5, "1E-05"),
        (f64::NAN, "NaN"),
        (f64::NEG_INFINITY, "-Infinity"),
    ] {
        assert_eq!(real_text(number), expected);
    }
}

#[test]
fn json_keeps_order_and_kinds() {
    let text = r#"{"b":[1,1.0,null,true],"a":"x\ny"}"#;
    assert_eq!(
        parse_json(text).as_ref().map(json_text).as_deref(),
        Some(text)
    );
    assert_eq!(parse_json("{"), None);
}

#[test]
fn guids() {
    let text = "74be27de-1e4e-49d9-b579-fe0b331d3642";
    assert_eq!(parse_guid(text).map(guid_text).as_deref(), Some(text));
    assert_eq!(parse_guid("xyz"), None);
}

/// What JSON is read as, in the form of a value's source.
#[test]
fn json_is_read_as_kusto_reads_it() {
    for (json, expected) in [
        // Whole numbers are long as far as they fit, and real beyond.
        ("9223372036854775807", "Some(Long(9223372036854775807))"),
        ("-9223372036854775808", "Some(Long(-9223372036854775808))"),
        ("9223372036854775808", "Some(Real(9.223372036854776e18))"),
        ("18446744073709551616", "Some(Real(1.8446744073709552e19))"),
        ("-9223372036854775809", "Some(Real(-9.223372036854776e18))"),
        ("-0", "Some(Real(-0.0))"),
        ("1.0", "Some(Real(1.0))"),
        ("1e2", "Some(Real(100.0))"),
        ("1e400", "None"),
        // Of members of one name the last counts, where the first stands.
        (
            r#"{"a":1,"b":2,"a":3}"#,
            r#"Some(Bag({"a": Long(3), "b": Long(2)}))"#,
        ),
        (r#"{"":null}"#, r#"Some(Bag({"": Null}))"#),
        (
            r#"{"$serde_json::private::RawValue":"[1]"}"#,
            r#"Some(Bag({"$serde_json::private::RawValue": String("[1]")}))"#,
        ),
        (r#""\ud83d\ude00\n\u0041""#, r#"Some(String("😀\nA"))"#),
        (r#""\ud83d""#, "None"),
        (
            " [ true , false ] ",
            "Some(Array([Bool(true), Bool(false)]))",
        ),
        // What is not JSON.
        ("", "None"),
        ("[1,]", "None"),
        ("[1] 2", "None"),
        ("{a:1}", "None"),
        ("{'a':1}", "None"),
        ("{\"a\":1,}", "None"),
        ("01", "None"),
        (".5", "None"),
        ("+1", "None"),
        ("NaN", "None"),
        ("True", "None"),
        ("\"a\nb\"", "None"),
        ("\u{feff}1", "None"),
    ] {
        assert_eq!(format!("{:?}", parse_json(json)), expected, "{json}");
    }
}

#[test]
fn json_nests_127_levels() {
    let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    assert!(parse_json(&nested(127)).is_some());
    assert!(parse_json(&nested(128)).is_none());
    let bags = |levels: usize| r#"{"a":"#.repeat(levels) + "1" + &"}".repeat(levels);
    assert!(parse_json(&bags(127)).is_some());
    assert!(parse_json(&bags(128)).is_none());
}

/// The value of JSON that has been read as a whole.
fn of_json(json: serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(truth),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Long(whole),
            None => number.as_f64().map_or(Value::Null, Value::Real),
        },
        Json::String(text) => Value::String(text.into()),
        Json::Array(items) => Value::array(items.into_iter().map(of_json).collect::<Items>()),
        Json::Object(members) => {
            let members = members.into_iter();
            let members = members.map(|(key, value)| (key.into(), of_json(value)));
            Value::Bag(Arc::new(members.collect()))
        }
    }
}

/// JSON, and texts that nearly are.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "null|true|false|nul",
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
        "\"([ -~é\u{80}]|\\\\[nrtbfu\"\\\\/]|\\\\u[0-9a-f]{4}){0,6}\"",
        "[\\[\\]{},:\" 0-9a-z]{0,4}",
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5)
                .prop_map(|items| format!("[{}]", items.join(","))),
            proptest::collection::vec(("\"[ab\\\\\"]{0,2}\"", inner), 0..5).prop_map(|members| {
                let members = members.iter().map(|(key, value)| format!("{key}: {value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(" ,"))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn json_is_read_node_by_node_as_it_is_as_a_whole(text in json()) {
        let whole = serde_json::from_str(&text).ok().map(of_json);
        prop_assert_eq!(format!("{:?}", parse_json(&text)), format!("{whole:?}"));
    }

    #[test]
    fn texts_of_any_characters_are_written_as_json(text in "(.|[\0-\u{a0}\"\\\\])*") {
        let json = json_text(&Value::String(text.as_str().into()));
        prop_assert_eq!(serde_json::from_str::<String>(&json).ok(), Some(text));
        prop_assert!(!json.contains(char::is_control), "{}", json);
    }
}

thread_local! {
    static QUESTIONS: Cell<u32> = const { Cell::new(0) };
    static PATIENCE: Cell<u32> = const { Cell::new(u32::MAX) };
}

fn is_over() -> bool {
    QUESTIONS.set(QUESTIONS.get() + 1);
    QUESTIONS.get() > PATIENCE.get()
}

/// How often work asks whether it is to end, when it is told so after some questions.
fn questions_of(patience: u32, work: impl FnOnce()) -> u32 {
    QUESTIONS.set(0);
    PATIENCE.set(patience);
    interrupt::ask(Some(is_over));
    work();
    interrupt::ask(None);
    QUESTIONS.get()
}

#[test]
fn long_json_is_read_written_and_given_back_in_pieces() {
    const ELEMENTS: usize = 30_000;
    let text = format!("[{}0]", "{\"a\":[1]},".repeat(ELEMENTS));
    let read = parse_json(&text);
    assert_eq!(read.as_ref().map(json_text), Some(text.clone()));
    let mut asked = questions_of(u32::MAX, || drop(parse_json(&text)));
    // Three values an element, one question in 4096 of them; then one in 512 elements.
    assert!(asked > 70, "{asked}");
    for patience in [0, 10, asked - 1] {
        let told = questions_of(patience, || drop(parse_json(&text)));
        assert_eq!(told, patience + 1);
    }
    asked = questions_of(u32::MAX, || drop(read.as_ref().map(json_text)));
    assert!(asked > 15, "{asked}");
    let told = questions_of(3, || drop(read.as_ref().map(json_text)));
    assert_eq!(told, 4);
    asked = questions_of(u32::MAX, || drop(read.clone()));
    assert_eq!(asked, 0, "shared values are not given back");
    asked = questions_of(u32::MAX, || drop(read));
    assert!(asked > 55, "{asked}");
}

/// Says that it was given back.
struct Noted(Rc<Cell<usize>>);

impl Drop for Noted {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

#[test]
fn what_ended_work_leaves_is_given_back_when_the_answer_is_out() {
    const ELEMENTS: usize = 10_000;
    let given_back = Rc::new(Cell::new(0));
    let elements = std::iter::repeat_with(|| Noted(Rc::clone(&given_back)));
    let elements: Shed<Vec<Noted>> = elements.take(ELEMENTS).collect();
    questions_of(3, || drop(elements));
    let before = given_back.get();
    assert!(0 < before && before < ELEMENTS / 2, "{before}");
    interrupt::give_back();
    assert_eq!(given_back.get(), ELEMENTS);
}

#[test]
fn work_that_is_over_stays_so() {
    let mut pace = interrupt::Pace::default();
    let told = questions_of(1, || {
        let goes_on = (0..20_000).take_while(|_| !pace.is_over()).count();
        assert!(goes_on < 10_000, "{goes_on}");
        assert!((0..100).all(|_| pace.is_over()));
    });
    assert_eq!(told, 2);
}
