//! Results of tests as JUnit XML, which build servers read: a suite for each rule. The document keeps to
//! the schema of Jenkins' xUnit plugin (`junit-10.xsd`), the strictest that is in common use.

use std::fmt::Write;

use super::run::{TestOutcome, TestResult};

/// The results as a document; results of one rule that stand together are one suite.
pub fn junit(results: &[TestResult]) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts = counts(results);
    let _ = writeln!(xml, "<testsuites name=\"rulesmith\"{counts} time=\"0\">");
    for suite in results.chunk_by(|a, b| a.rule == b.rule) {
        self::suite(&mut xml, suite);
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn counts(results: &[TestResult]) -> String {
    let count = |matches: fn(&TestOutcome) -> bool| {
        let outcomes = results.iter().map(|result| &result.outcome);
        outcomes.filter(|outcome| matches(outcome)).count()
    };
    format!(
        " tests=\"{}\" failures=\"{}\" errors=\"{}\"",
        results.len(),
        count(|outcome| matches!(outcome, TestOutcome::Failed { .. })),
        count(|outcome| matches!(outcome, TestOutcome::Broken { .. })),
    )
}

fn suite(xml: &mut String, results: &[TestResult]) {
    let rule = results.first().map(|result| escaped(&result.rule));
    let rule = rule.unwrap_or_default();
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{rule}\"{} skipped=\"0\" time=\"0\">",
        counts(results)
    );
    for result in results {
        let name = escaped(&result.test);
        let _ = write!(
            xml,
            "    <testcase classname=\"{rule}\" name=\"{name}\" time=\"0\""
        );
        match &result.outcome {
            TestOutcome::Passed => xml.push_str("/>\n"),
            TestOutcome::Failed { disagreements } => {
                let lines = disagreements.iter().map(|one| {
                    let side = |sign: char, text: &Option<String>| {
                        text.as_ref()
                            .map(|text| format!("\n  {sign} {text}"))
                            .unwrap_or_default()
                    };
                    let (expected, actual) = (side('-', &one.expected), side('+', &one.actual));
                    format!("{}{expected}{actual}", one.path)
                });
                let text = lines.collect::<Vec<_>>().join("\n");
                verdict(xml, "failure", "otherwise than expected", &text);
            }
            TestOutcome::Broken { message } => verdict(xml, "error", message, message),
        }
    }
    xml.push_str("  </testsuite>\n");
}

fn verdict(xml: &mut String, element: &str, message: &str, text: &str) {
    let (message, text) = (escaped(message), escaped(text));
    let _ = writeln!(
        xml,
        ">\n      <{element} message=\"{message}\">{text}</{element}>\n    </testcase>"
    );
}

/// Text for an attribute or an element; characters that XML has no place for become `\u{fffd}`.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}
