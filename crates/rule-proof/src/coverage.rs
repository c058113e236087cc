//! Which parts of predicates were both true and false, and which operators gave a row, over all logs that
//! were tried. What was not is said with the verdict.

use std::collections::BTreeMap;
use std::ops::Range;

use kql_analysis::plan::{Expr, NamedExpr, Node, Plan, Query};
use kql_analysis::types::Schema;
use kql_engine::step::Step;
use kql_engine::{RunOptions, run};
use rule_replay::Tables;
use rule_replay::window::Window;

use crate::reading::{atoms, parts};
use kql_analysis::plan::ExprKind;

/// A part of a predicate with what it has been so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Place in the query, in UTF-8 bytes.
    pub range: Range<usize>,
    /// Whether it was true for a row.
    pub was_true: bool,
    /// Whether it was false, or null, for a row.
    pub was_false: bool,
}

/// The coverage of one rule.
#[derive(Debug)]
pub struct Coverage {
    query: Query,
    /// The parts that each statement of `query` tells of.
    asked: Vec<Vec<usize>>,
    parts: Vec<Seen>,
    /// Operators: whether one of its runs gave a row.
    operators: BTreeMap<(usize, usize), bool>,
}

impl Coverage {
    /// The coverage of a query, nothing seen yet. A query whose columns depend on the data has no parts.
    pub fn of(query: &Query) -> Self {
        let mut coverage = Self {
            query: Query {
                statements: Vec::new(),
                late: None,
                ..query.clone()
            },
            asked: Vec::new(),
            parts: Vec::new(),
            operators: BTreeMap::new(),
        };
        if query.late.is_none() {
            let shared = query
                .shared
                .iter()
                .filter_map(|shared| shared.plan.as_ref());
            for plan in shared.chain(&query.statements) {
                coverage.ask(plan);
            }
        }
        coverage
    }

    /// Adds the predicates of a plan and of its inputs.
    fn ask(&mut self, plan: &Plan) {
        let mut open = vec![plan];
        while let Some(plan) = open.pop() {
            if let Node::Where { input, predicate } = &plan.node {
                self.ask_predicate(input, predicate);
            }
            open.extend(plan.inputs());
        }
    }

    fn ask_predicate(&mut self, input: &Plan, predicate: &Expr) {
        let asked: Vec<&Expr> = atoms(predicate)
            .into_iter()
            .filter(|atom| reads_column(atom))
            .collect();
        if asked.is_empty() {
            return;
        }
        let first = self.parts.len();
        self.parts.extend(asked.iter().map(|atom| Seen {
            range: atom.range.clone(),
            was_true: false,
            was_false: false,
        }));
        self.asked.push((first..self.parts.len()).collect());
        let columns: Vec<NamedExpr> = asked
            .iter()
            .enumerate()
            .map(|(number, atom)| NamedExpr {
                name: number.to_string(),
                expr: (*atom).clone(),
            })
            .collect();
        let schema = columns
            .iter()
            .map(|column| (column.name.clone(), column.expr.ty));
        self.query.statements.push(Plan {
            schema: Schema::new(schema),
            range: predicate.range.clone(),
            node: Node::Project {
                input: Box::new(input.clone()),
                columns,
            },
        });
    }

    /// Looks at one run. What cannot be evaluated apart tells nothing.
    pub fn observe(&mut self, tables: &Tables, window: Window, now: i64) {
        if self.query.statements.is_empty() {
            return;
        }
        let options = RunOptions {
            now,
            time_window: Some((window.from, window.to)),
            ..RunOptions::default()
        };
        let Ok(result) = run(&self.query, tables, &options) else {
            return;
        };
        for (table, asked) in result.tables.iter().zip(&self.asked) {
            for (column, part) in table.columns().iter().zip(asked) {
                let trues = column.true_rows().len();
                if let Some(seen) = self.parts.get_mut(*part) {
                    seen.was_true |= trues > 0;
                    seen.was_false |= trues < table.rows();
                }
            }
        }
        self.drop_known();
    }

    /// Statements whose parts have all been both are not run again.
    fn drop_known(&mut self) {
        let open = |asked: &Vec<usize>| {
            asked.iter().any(|part| {
                self.parts
                    .get(*part)
                    .is_some_and(|seen| !seen.was_true || !seen.was_false)
            })
        };
        let open: Vec<bool> = self.asked.iter().map(open).collect();
        let mut place = 0;
        let mut stays = || {
            place += 1;
            open.get(place - 1) == Some(&true)
        };
        self.query.statements.retain(|_| stays());
        let mut open = open.iter();
        self.asked.retain(|_| open.next() == Some(&true));
    }

    /// Notes which operators gave a row.
    pub fn note(&mut self, steps: &[Step]) {
        for step in steps {
            let gave = self
                .operators
                .entry((step.range.start, step.range.end))
                .or_default();
            *gave |= step.rows_out > 0;
        }
    }

    /// Parts that were not both true and false.
    pub fn one_sided(&self) -> impl Iterator<Item = &Seen> {
        self.parts
            .iter()
            .filter(|seen| !seen.was_true || !seen.was_false)
    }

    /// Parts in all.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// Places of operators that ran and never gave a row.
    pub fn barren(&self) -> impl Iterator<Item = Range<usize>> {
        let barren = self.operators.iter().filter(|(_, gave)| !**gave);
        barren.map(|((start, end), _)| *start..*end)
    }
}

fn reads_column(expr: &Expr) -> bool {
    parts(expr)
        .iter()
        .any(|part| matches!(part.kind, ExprKind::Column(_)))
}
