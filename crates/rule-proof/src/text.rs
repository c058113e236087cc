//! A proof as lines of text, as the command line prints it.

use crate::verdict::{CounterExample, ExampleOutcome, ExampleTable, Proof, Verdict};
use rule_replay::words::counted;

/// Rows of a counter-example that are printed.
const SHOWN_ROWS: usize = 12;
/// Parts that were not put to the test that are printed.
const SHOWN_PARTS: usize = 20;

/// The proof in lines.
pub fn lines(proof: &Proof) -> Vec<String> {
    let word = match proof.verdict {
        Verdict::Same => "Same",
        Verdict::NotToldApart => "Not told apart",
        Verdict::Differs => "Differs",
        Verdict::NothingShown => "Nothing shown",
        Verdict::Stopped => "Stopped",
    };
    let mut lines = vec![
        format!("{} -> {}", proof.original, proof.converted),
        format!("  {word}. {}", proof.sentence),
    ];
    if let Some(example) = &proof.counter_example {
        lines.extend(example_lines(example, ("original", "converted rule")));
    }
    if let Some(example) = &proof.together {
        lines.extend(example_lines(example, ("pair of rules", "rule for both")));
    }
    for place in &proof.not_told_apart {
        lines.push(format!("  Not told apart: {}", place.sentence));
    }
    for finding in &proof.findings {
        lines.push(format!("  {}: {}", finding.title, finding.sentence));
    }
    for one in &proof.intended {
        let certainty = format!("{:?}", one.certainty).to_lowercase();
        lines.push(format!(
            "  Intended: alerts on {} are lost; {} ({certainty}). The tried logs hold {} of it.",
            one.operation,
            one.reason,
            counted(one.rows as u64, "row")
        ));
    }
    for one in proof.not_exercised.iter().take(SHOWN_PARTS) {
        let rule = if one.in_converted {
            "converted rule"
        } else {
            "original"
        };
        lines.push(format!(
            "  Not put to the test: line {} of the {rule}, `{}`. {}",
            one.line, one.text, one.sentence
        ));
    }
    let more = proof.not_exercised.len().saturating_sub(SHOWN_PARTS);
    if more > 0 {
        lines.push(format!(
            "  Not put to the test: {more} more, see --format json"
        ));
    }
    lines
}

/// A counter-example in lines, with what the two rules are called.
pub(crate) fn example_lines(example: &CounterExample, (left, right): (&str, &str)) -> Vec<String> {
    let mut lines = vec![format!(
        "  Found on {}, run at {}.",
        example.found_on, example.time
    )];
    for table in &example.tables {
        lines.extend(table_lines(table));
    }
    if !example.tables.is_empty() {
        lines.push(format!("  The {left} {}", outcome(&example.original)));
        lines.push(format!("  The {right} {}", outcome(&example.converted)));
    }
    lines
}

/// What all rows share in one line, and then what differs, row by row.
fn table_lines(table: &ExampleTable) -> Vec<String> {
    let same = |column: &usize| {
        let first = table.rows.first().and_then(|row| row.get(*column));
        table.rows.iter().all(|row| row.get(*column) == first)
    };
    let columns = 0..table.columns.len();
    let (shared, varied): (Vec<usize>, Vec<usize>) = columns.partition(same);
    let cells = |row: &[String], columns: &[usize]| {
        let cells = columns.iter().filter_map(|column| {
            Some(format!(
                "{} = {}",
                table.columns.get(*column)?,
                row.get(*column)?
            ))
        });
        cells.collect::<Vec<_>>().join(", ")
    };
    let first = table.rows.first().map(Vec::as_slice).unwrap_or_default();
    let mut lines = vec![format!(
        "  {} of {}, all with {}",
        counted(table.rows.len() as u64, "row"),
        table.name,
        cells(first, &shared)
    )];
    if !varied.is_empty() {
        let rows = table.rows.iter().take(SHOWN_ROWS);
        lines.extend(rows.map(|row| format!("    {}", cells(row, &varied))));
        let more = table.rows.len().saturating_sub(SHOWN_ROWS);
        if more > 0 {
            lines.push(format!("    and {}", counted(more as u64, "more row")));
        }
    }
    lines
}

fn outcome(outcome: &ExampleOutcome) -> String {
    let rows = counted(outcome.row_count as u64, "row");
    match outcome.fires {
        true if outcome.entities.is_empty() => {
            format!("raises an alert on {rows}, without entities")
        }
        true => format!("raises an alert on {rows}: {}", outcome.entities.join(", ")),
        false => format!("raises no alert ({rows})"),
    }
}
