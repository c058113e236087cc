//! Text forms of datetime, timespan and real, read and written.

use kql_analysis::text::{guid_text, json_text, parse_guid, parse_json, real_text};
use kql_analysis::time::{
    MAX_DATETIME, format_datetime, format_timespan, parse_datetime, parse_log_time, parse_timespan,
};
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
