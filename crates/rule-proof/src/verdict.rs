//! What a proof says, ready to be shown or written as JSON.

use rule_convert::Certainty;
use serde::{Deserialize, Serialize};

use crate::carry::Fact;
use crate::compare::Difference;

/// The outcome in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Both rules did the same on everything that was tried, and both fired on some of it.
    Same,
    /// Both did the same on everything that was tried, but the converted rule says something else than the
    /// conversion makes of the original, and nothing that was tried showed what that changes.
    NotToldApart,
    /// There is a counter-example.
    Differs,
    /// Neither rule fired on anything that was tried, so that nothing was shown.
    NothingShown,
    /// The proof was stopped before it had tried everything.
    Stopped,
}

/// A proof of one conversion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
    /// Name of the original.
    pub original: String,
    /// Name of the converted rule.
    pub converted: String,
    /// The outcome.
    pub verdict: Verdict,
    /// The outcome in a sentence.
    pub sentence: String,
    /// How much was tried.
    pub tried: Tried,
    /// The smallest counter-example that was found.
    pub counter_example: Option<CounterExample>,
    /// Of a rule about both kinds of resource: the smallest log with rows of both on which it gives something
    /// else than the two rules that it stands for, because it takes rows together.
    pub together: Option<CounterExample>,
    /// What else was found.
    pub findings: Vec<Finding>,
    /// Operations of the original that have no counterpart; alerts on them are lost on purpose.
    pub intended: Vec<Intended>,
    /// What the converted rule says beyond the conversion without any tried log showing a difference.
    pub not_told_apart: Vec<NotToldApart>,
    /// What the tried logs did not reach.
    pub not_exercised: Vec<NotExercised>,
    /// What carrying a log changes, and how sure that is.
    pub carried: Vec<Fact>,
}

/// How much was tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tried {
    /// Loaded logs and sample logs, each run at every time of the schedule.
    pub logs: usize,
    /// Generated logs.
    pub generated: usize,
    /// Cases: times at which both rules were run on a log.
    pub cases: usize,
    /// Cases in which the original raised an alert.
    pub fired: usize,
    /// Parts of predicates, of both rules.
    pub predicates: usize,
}

/// A log on which the two rules do not do the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CounterExample {
    /// How they differ.
    pub difference: Difference,
    /// Where the rows come from.
    pub found_on: String,
    /// Time of the run, ISO 8601.
    pub time: String,
    /// The fewest rows that show it, by table; empty when a single run does not show it.
    pub tables: Vec<ExampleTable>,
    /// What the original does.
    pub original: ExampleOutcome,
    /// What the converted rule does.
    pub converted: ExampleOutcome,
}

/// Rows of one table of a counter-example. Columns that are empty in all rows are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExampleTable {
    /// Name of the table.
    pub name: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Cells of each row, as the original reads them.
    pub rows: Vec<Vec<String>>,
    /// Cells of each row, as the converted rule reads them.
    pub carried: Vec<Vec<String>>,
}

/// What one rule makes of a counter-example.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExampleOutcome {
    /// Whether it raises an alert.
    pub fires: bool,
    /// Names of the result's columns.
    pub columns: Vec<String>,
    /// The result's first rows.
    pub rows: Vec<Vec<String>>,
    /// Rows of the result in all.
    pub row_count: usize,
    /// Entities of its alerts, in words.
    pub entities: Vec<String>,
}

/// Something that was found besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Short title.
    pub title: String,
    /// What was found, in sentences.
    pub sentence: String,
    /// How sure the facts behind it are.
    pub certainty: Certainty,
}

/// An operation of the original that the target never logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Intended {
    /// Name of the operation.
    pub operation: String,
    /// Why its rows have no counterpart.
    pub reason: String,
    /// How sure that is.
    pub certainty: Certainty,
    /// Its rows in the tried logs.
    pub rows: usize,
}

/// A place where a converted rule says something else than the conversion makes of the original, although no
/// tried log told the two rules apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotToldApart {
    /// Line in the converted query, from 1; of what is gone, the line where the conversion has it. `None` for
    /// a field.
    pub line: Option<usize>,
    /// What the converted rule says; empty when it lacks the part.
    pub given: String,
    /// What the conversion makes of the original; empty when it has no such part.
    pub expected: String,
    /// The difference in a sentence.
    pub sentence: String,
}

/// A part of a rule that no tried log put to the test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotExercised {
    /// Whether it is a part of the converted rule; else of the original.
    pub in_converted: bool,
    /// Line in the query, from 1.
    pub line: usize,
    /// Its text.
    pub text: String,
    /// What was not seen, in a sentence.
    pub sentence: String,
}
