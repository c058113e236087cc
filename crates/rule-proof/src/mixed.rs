//! A rule about both kinds of resource on logs with rows of both: whether it gives what the two rules that
//! it stands for give, and which operator takes the rows together when it does not.

use kql_analysis::time::format_datetime;
use kql_engine::Table;
use kql_engine::step::Step;
use kql_syntax::SyntaxKind;
use kql_syntax::ast::range_of;
use kql_syntax::text::LineIndex;
use rule_replay::prepared::Prepared;
use rule_replay::timeline::{SingleRun, run_at};
use rule_replay::words::counted;

use crate::carry::Direction;
use crate::compare::{Aspect, Difference, of_rows};
use crate::example::{outcome, shown};
use crate::generate::Base;
use crate::log::Log;
use crate::logs::without;
use crate::pair::{CannotRun, Side};
use crate::prove::Trial;
use crate::shrink::{empty_cells, shrink};
use crate::verdict::{CounterExample, ExampleOutcome, Tried};
use crate::widened::Widened;

/// Trials while an example is shrunk.
const MAX_TRIALS: usize = 400;
/// Characters of an operator that are quoted.
const QUOTED_CHARACTERS: usize = 60;
/// Operators that look at several rows at once, and those of which that cannot be said.
const GATHERING: [SyntaxKind; 22] = [
    SyntaxKind::SummarizeOperator,
    SyntaxKind::DistinctOperator,
    SyntaxKind::TakeOperator,
    SyntaxKind::TopOperator,
    SyntaxKind::TopNestedOperator,
    SyntaxKind::TopHittersOperator,
    SyntaxKind::CountOperator,
    SyntaxKind::JoinOperator,
    SyntaxKind::LookupOperator,
    SyntaxKind::UnionOperator,
    SyntaxKind::MvApplyOperator,
    SyntaxKind::MakeSeriesOperator,
    SyntaxKind::SerializeOperator,
    SyntaxKind::EvaluateOperator,
    SyntaxKind::InvokeOperator,
    SyntaxKind::SampleOperator,
    SyntaxKind::SampleDistinctOperator,
    SyntaxKind::PartitionOperator,
    SyntaxKind::ScanOperator,
    SyntaxKind::SortOperator,
    SyntaxKind::ReduceOperator,
    SyntaxKind::GetSchemaOperator,
];

/// What logs with both kinds of resource showed.
pub(crate) struct Together {
    /// How much was tried.
    pub tried: Tried,
    /// What was found, in a sentence.
    pub sentence: String,
    /// The smallest log on which the rule gives something else than both rules.
    pub example: Option<CounterExample>,
    /// Whether that must not be: no operator takes rows together.
    pub is_mistake: bool,
}

/// What the three rules make of one log.
struct Runs {
    original: SingleRun,
    plain: SingleRun,
    both: SingleRun,
    difference: Option<Difference>,
}

/// The three rules and a trial of two of them.
struct Mixed<'t, 'r> {
    widened: &'t Widened<'r>,
    trial: &'t Trial<'r>,
    original: Prepared<'r>,
}

/// Puts logs of the original's resource together with the same events of the target's, and tries them.
pub(crate) fn tried<'r>(
    widened: &Widened<'r>,
    trial: &Trial<'r>,
    logs: &[Base],
) -> Result<Together, CannotRun> {
    let original = Prepared::new(widened.original, &trial.known).map_err(|failure| CannotRun {
        side: Side::Original,
        failure,
    })?;
    let mixed = Mixed {
        widened,
        trial,
        original,
    };
    let mut counts = Tried::default();
    let mut found: Option<(u8, Log, i64)> = None;
    for base in logs {
        let log = mixed.put_together(base);
        let runs = mixed.run(&log, base.time)?;
        counts.cases += 1;
        counts.generated += 1;
        counts.fired += usize::from(runs.both.fires);
        let weight = runs.difference.as_ref().map(weight);
        if weight > found.as_ref().map(|(weight, ..)| *weight) {
            found = weight.map(|weight| (weight, log, base.time));
        }
        if weight == Some(HEAVIEST) {
            break;
        }
    }
    if let Some((_, log, time)) = found {
        return mixed.found(&log, time, counts);
    }
    Ok(Together {
        tried: counts,
        sentence: format!(
            "On {} with rows of both it gives the rows of both.",
            counted(counts.cases as u64, "log")
        ),
        example: None,
        is_mistake: false,
    })
}

/// Weight of other rows.
const HEAVIEST: u8 = 2;

/// What is worth to be shown: other rows before another decision of the trigger, and that before alerts that
/// are put together in another way.
fn weight(difference: &Difference) -> u8 {
    match difference.aspect {
        Aspect::Alerts => 0,
        Aspect::Fires => 1,
        _ => HEAVIEST,
    }
}

impl Mixed<'_, '_> {
    /// The rows of a log, and once more those that can be carried, as rows of the target.
    fn put_together(&self, base: &Base) -> Log {
        let carrying = &self.trial.pair.carrying;
        let own = base.log.tables(&self.trial.known);
        let carried = carrying.tables(&own, Direction::Forth);
        let mut log = base.log.clone();
        let added = Log::of(&carried, &self.trial.kept);
        for sheet in &mut log.sheets {
            let is_new = carried
                .get(&sheet.table)
                .map(|table| carrying.is_carried(table, Direction::Back))
                .unwrap_or_default();
            let other = added.sheets.iter().find(|other| other.table == sheet.table);
            let rows = other.map(|other| other.rows.as_slice()).unwrap_or_default();
            // The rows of `added` have the columns of the trial, those of the log may be fewer.
            let columns: Vec<Option<usize>> = sheet
                .columns
                .iter()
                .map(|column| other.and_then(|other| other.column(&column.name)))
                .collect();
            for (row, _) in rows.iter().zip(&is_new).filter(|(_, is_new)| **is_new) {
                let cell = |place: &Option<usize>| {
                    let value = place.and_then(|place| row.get(place));
                    value.cloned().unwrap_or(kql_analysis::value::Value::Null)
                };
                sheet
                    .rows
                    .push(std::sync::Arc::new(columns.iter().map(cell).collect()));
            }
        }
        log
    }

    /// The original on the rows that are not of the target, the plain conversion on those that are not of
    /// the original's resource, and the rule about both on all.
    fn run(&self, log: &Log, time: i64) -> Result<Runs, CannotRun> {
        let pair = &self.trial.pair;
        let all = log.tables(&self.trial.known);
        let own = without(&all, &pair.carrying, Direction::Back);
        let foreign = without(&all, &pair.carrying, Direction::Forth);
        let original = run_at(&self.original, &own, time).map_err(|failure| CannotRun {
            side: Side::Original,
            failure,
        })?;
        let plain = pair.run(Side::Original, &foreign, time)?;
        let both = pair.run(Side::Converted, &all, time)?;
        let difference = of_rows(&pair.carrying, &union(&original, &plain), &both.result)
            .or_else(|| alerts(&original, &plain, &both));
        Ok(Runs {
            original,
            plain,
            both,
            difference,
        })
    }

    /// The smallest log that shows a difference, and what makes it.
    fn found(&self, log: &Log, time: i64, tried: Tried) -> Result<Together, CannotRun> {
        let weighed = |log: &Log| {
            let runs = self.run(log, time).ok()?;
            runs.difference.as_ref().map(weight)
        };
        let before = weighed(log);
        let log = shrink(log, MAX_TRIALS, |log| weighed(log) == before);
        let log = empty_cells(&log, MAX_TRIALS, |log| weighed(log) == before);
        let runs = self.run(&log, time)?;
        let query = &self.widened.both.query;
        let taking = taking_together(query, &runs);
        let is_mistake = before == Some(HEAVIEST) && !gathers(query);
        let tables = log.tables(&self.trial.known);
        let difference = runs.difference.clone();
        let what = difference.as_ref().map(|one| one.sentence.as_str());
        let sentence = match is_mistake {
            true => what.unwrap_or_default().to_owned(),
            false => format!(
                "On a log with rows of both {taking}: {}",
                self.rows_of(&runs)
            ),
        };
        Ok(Together {
            tried,
            sentence,
            example: difference.map(|difference| CounterExample {
                difference,
                found_on: "a log with rows of both kinds of resource".to_owned(),
                time: format_datetime(time),
                tables: shown(&log, &tables, &tables),
                original: expected(&runs),
                converted: outcome(&runs.both),
            }),
            is_mistake,
        })
    }

    fn rows_of(&self, runs: &Runs) -> String {
        let rows = |run: &SingleRun| counted(run.result.rows() as u64, "row");
        format!(
            "the original gives {} of {}, the plain conversion {} of {}, and the rule for both {}.",
            rows(&runs.original),
            self.widened.profile.from,
            rows(&runs.plain),
            self.widened.profile.to,
            rows(&runs.both)
        )
    }
}

fn union(original: &SingleRun, plain: &SingleRun) -> Table {
    Table::concat(&[original.result.clone(), plain.result.clone()])
}

/// What is expected of a rule about both: what either rule does.
fn expected(runs: &Runs) -> ExampleOutcome {
    let (one, other) = (outcome(&runs.original), outcome(&runs.plain));
    ExampleOutcome {
        fires: one.fires || other.fires,
        columns: one.columns,
        rows: one.rows.into_iter().chain(other.rows).collect(),
        row_count: one.row_count + other.row_count,
        entities: one.entities.into_iter().chain(other.entities).collect(),
    }
}

/// The same rows, and yet other alerts: the trigger counts the rows of both, and one alert holds them.
fn alerts(original: &SingleRun, plain: &SingleRun, both: &SingleRun) -> Option<Difference> {
    let expected = original.fires || plain.fires;
    if both.fires != expected {
        return Some(Difference {
            aspect: Aspect::Fires,
            sentence: "The trigger counts the rows of both kinds of resource.".to_owned(),
        });
    }
    let two = original.alerts.len() + plain.alerts.len();
    (both.alerts.len() != two).then(|| Difference {
        aspect: Aspect::Alerts,
        sentence: format!(
            "The two rules raise {}, the rule for both {}.",
            counted(two as u64, "alert"),
            both.alerts.len()
        ),
    })
}

/// Whether a query has an operator that does not treat each row alone.
fn gathers(query: &str) -> bool {
    let root = kql_syntax::parse(query).syntax();
    let kinds = root.descendants().map(|node| node.kind());
    kinds.into_iter().any(|kind| GATHERING.contains(&kind))
}

/// What takes rows of both together: the first operator that looks at several rows and gives another number
/// of them than the two rules do.
fn taking_together(query: &str, runs: &Runs) -> String {
    match runs.difference.as_ref().map(|one| one.aspect) {
        Some(Aspect::Fires) => return "the trigger counts the rows of both".to_owned(),
        Some(Aspect::Alerts) => return "one alert can hold rows of both".to_owned(),
        _ => {}
    }
    let steps = runs.both.steps.iter();
    let parts = runs.original.steps.iter().zip(&runs.plain.steps);
    let same_way = runs.original.steps.len() == runs.both.steps.len()
        && runs.plain.steps.len() == runs.both.steps.len();
    let root = kql_syntax::parse(query).syntax();
    let looks_at_several = |step: &Step| {
        let mut nodes = root
            .descendants()
            .filter(|node| range_of(node) == step.range);
        nodes.any(|node| GATHERING.contains(&node.kind()))
    };
    let found = steps.zip(parts).find(|(step, (one, other))| {
        let sum = one.rows_out + other.rows_out;
        // A table that is of neither kind gives all three the same rows.
        let same = |part: &Step| (part.rows_in, part.rows_out) == (step.rows_in, step.rows_out);
        let is_shared = same(one) && same(other);
        step.rows_out != sum && !is_shared && looks_at_several(step)
    });
    match found.filter(|_| same_way) {
        Some((step, _)) => {
            let line = LineIndex::new(query).line(step.range.start);
            let text = query.get(step.range.clone()).unwrap_or_default();
            format!("line {line}, `{}`, takes them together", short(text))
        }
        None => "the query takes them together".to_owned(),
    }
}

fn short(text: &str) -> String {
    crate::findings::quote(text, QUOTED_CHARACTERS)
}
