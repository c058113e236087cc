//! A file gives the same rows however it is cut into chunks, and what was read before a break is kept.

use audit_logs::generate::{Options, generate, scenario};
use audit_logs::write::{Format, SHAPES, write};
use audit_logs::{LoadError, Loaded, Loader, load};
use expect_test::{Expect, expect};
use kql_analysis::time::parse_datetime;

fn in_chunks(bytes: &[u8], size: usize) -> Result<Vec<Loaded>, LoadError> {
    let mut loader = Loader::new("file");
    for chunk in bytes.chunks(size) {
        loader.push(chunk);
    }
    loader.finish()
}

fn report(loaded: &Result<Vec<Loaded>, LoadError>) -> String {
    match loaded {
        Ok(loaded) => format!("{loaded:#?}"),
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn chunks_of_any_size_give_the_same_rows() {
    let options = Options {
        seed: 1,
        rows: 0,
        end: parse_datetime("2026-03-02T00:30:00Z").expect("a time"),
        documented_shape: false,
    };
    let sample = generate(
        scenario("hsm-create-delete-key").expect("a scenario"),
        &options,
    );
    for (name, shape) in SHAPES {
        for gzip in [false, true] {
            let bytes = write(&sample, Format { shape, gzip });
            let whole = report(&load("file", &bytes));
            for size in [61, 1000, 65_536] {
                assert!(
                    report(&in_chunks(&bytes, size)) == whole,
                    "{name}, gzip {gzip}, chunks of {size} bytes"
                );
            }
        }
    }
}

#[test]
fn wide_texts_may_be_cut_anywhere() {
    let text = "OperationName,requestUri_s\r\nKeyGet,\u{1f511}\r\n";
    for little in [true, false] {
        let mark = '\u{feff}';
        let units = std::iter::once(mark)
            .chain(text.chars())
            .collect::<String>();
        let bytes: Vec<u8> = units
            .encode_utf16()
            .flat_map(|unit| match little {
                true => unit.to_le_bytes(),
                false => unit.to_be_bytes(),
            })
            .collect();
        for size in 1..6 {
            let loaded = in_chunks(&bytes, size).expect("rows");
            assert_eq!(loaded[0].format, "UTF-16, CSV of table rows");
            let uri = loaded[0]
                .table
                .column_named("requestUri_s")
                .expect("a column");
            assert_eq!(format!("{:?}", uri.get(0)), "String(\"\u{1f511}\")");
        }
    }
}

/// Checks rows and warnings of a text.
fn check(bytes: &[u8], expected: Expect) {
    let lines = match load("file", bytes) {
        Ok(loaded) => loaded
            .iter()
            .flat_map(|one| {
                let head = format!("{} rows of {}", one.table.rows(), one.format);
                let warnings = one.warnings.iter();
                let warnings = warnings.map(|w| format!("warning {:?} {}", w.line, w.message));
                std::iter::once(head).chain(warnings)
            })
            .collect::<Vec<_>>()
            .join("\n"),
        Err(error) => format!("error {:?} {}", error.line, error.message),
    };
    expected.assert_eq(&lines);
}

const ROW: &str = r#"{"OperationName":"KeyGet","TimeGenerated":"2026-03-01T00:00:00Z"}"#;

#[test]
fn a_document_that_ends_early_keeps_its_rows() {
    check(
        format!("[\n{ROW},\n{ROW},\n{{\"OperationName\":").as_bytes(),
        expect![[r#"
            2 rows of JSON of table rows
            warning Some(4) this is not JSON: the document ends in the middle; what comes after is left out: check this line, or export the log again"#]],
    );
    check(
        format!("{{\"records\":[{ROW}").as_bytes(),
        expect![[r#"
            1 rows of JSON of table rows
            warning Some(1) this is not JSON: the document ends in the middle; what comes after is left out: check this line, or export the log again"#]],
    );
}

#[test]
fn a_broken_element_is_left_out_with_its_line() {
    check(
        format!("[{ROW},\n{{\"OperationName\" 1}},\n7,\n{ROW}]").as_bytes(),
        expect![[r#"
            2 rows of JSON array of table rows
            warning Some(2) this is not JSON: expected `:` at line 1 column 18
            warning Some(3) this is no record"#]],
    );
}

#[test]
fn documents_may_follow_each_other() {
    check(
        format!("{{\n\"records\":[{ROW}]\n}}\n{{\n\"records\":[{ROW}]\n}}\n").as_bytes(),
        expect!["2 rows of JSON object with records of table rows"],
    );
}

#[test]
fn brackets_in_texts_do_not_count() {
    check(
        r#"{"records": [ {"OperationName":"}]\"[{","TimeGenerated":"2026-03-01"} ] }"#.as_bytes(),
        expect!["1 rows of JSON object with records of table rows"],
    );
}

#[test]
fn an_answer_whose_columns_come_late_is_refused() {
    check(
        br#"{"tables":[{"rows":[["KeyGet"]],"columns":[{"name":"OperationName","type":"string"}]}]}"#,
        expect!["error Some(1) recognised as Log Analytics API answer, but it holds no audit-log row and no indicator: a table whose columns come after its rows is left out"],
    );
}

#[test]
fn a_row_of_csv_may_hold_line_breaks() {
    check(
        b"OperationName,ResultDescription\nKeyGet,\"a\nb\"\nKeyGet\n",
        expect![[r#"
            1 rows of CSV of table rows
            warning Some(4) 1 cells instead of 2"#]],
    );
}

/// A quote inside of a cell that has none around it is a character, wherever the chunks end.
#[test]
fn a_stray_quote_of_csv_is_a_character_in_chunks_of_any_size() {
    let mut text = String::from("TimeGenerated,ResourceType,OperationName\n");
    for row in 0..60 {
        text.push_str(match row % 3 {
            0 => "2026-03-01T00:00:00Z,VAULTS,Secret\"Get\n",
            1 => "2026-03-01T00:00:00Z,VAULTS,\"Secret \"\"Get\"\"\n,\"\n",
            _ => "2026-03-01T00:00:00Z,VAULTS,SecretList\n",
        });
    }
    let whole = load("file", text.as_bytes());
    let rows = |loaded: &Result<Vec<Loaded>, LoadError>| -> usize {
        let tables = loaded.iter().flatten();
        tables.map(|one| one.table.rows()).sum()
    };
    assert_eq!(rows(&whole), 60);
    for size in [1, 7, 61, 1000] {
        let cut = in_chunks(text.as_bytes(), size);
        assert_eq!(report(&cut), report(&whole), "chunks of {size} bytes");
    }
}
