//! What a rule's query reads and compares: the columns of each table, the values that stand beside them in
//! predicates, the numbers and spans in it, and where its predicates are.
//!
//! Logs are generated from this, so that both outcomes of each comparison are reached. What is not
//! understood only makes the generator blinder, never the proof wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use kql_analysis::plan::{Expr, ExprKind, Haystack, Node, Plan, Query, ScalarSource};
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use crate::paths::{Path, path_of};
use crate::walk::Walk;

/// Cells of one column of a written table that are looked at.
const MAX_CELLS: usize = 24;

/// A column of a table that is given from outside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Name of the table.
    pub table: String,
    /// Name of the column.
    pub column: String,
}

/// Columns that a value is made of.
pub type Sources = BTreeSet<Source>;

/// What is known of a column.
#[derive(Clone, Debug, Default)]
pub struct Interest {
    /// Constants that stand beside it, in order of appearance.
    pub values: Vec<Value>,
    /// Whether it decides anything: stands in a predicate, a key or an aggregate.
    pub decides: bool,
    /// Whether it stands beside a constant, in a predicate or in a key.
    pub is_strong: bool,
}

/// A part of a predicate that is no `and`, `or` or `not`.
#[derive(Clone, Debug)]
pub struct Atom {
    /// Columns that it reads.
    pub sources: Sources,
    /// Constants in it.
    pub values: Vec<Value>,
}

/// What a query reads.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Columns by table and name.
    pub columns: BTreeMap<Source, Interest>,
    /// Columns whose values meet in a join or in a membership test.
    pub joined: Vec<(Source, Source)>,
    /// The parts of each predicate.
    pub predicates: Vec<Vec<Atom>>,
    /// Whole numbers in the query.
    pub numbers: BTreeSet<i64>,
    /// Spans of time in the query, in ticks.
    pub spans: BTreeSet<i64>,
    /// Properties that are read out of the bags of a column.
    pub paths: BTreeMap<Source, BTreeSet<Path>>,
    /// Whether rows are counted per bin of time.
    pub has_series: bool,
    /// Whether rows of several tables are put below one another.
    pub has_arms: bool,
    /// What each column of the result is made of.
    pub made_of: BTreeMap<String, Sources>,
    /// What stands at each place of the query, innermost expressions only.
    places: Vec<Spot>,
    /// Operators with the columns that they keep, group or join rows by.
    operators: Vec<Spot>,
    /// Columns of tables that are written in the query, with their texts.
    written: BTreeMap<Source, Vec<Value>>,
    /// Such tables, by their place.
    tables: Vec<(Range<usize>, String)>,
}

/// A place of a query.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    /// The place, in UTF-8 bytes.
    pub range: Range<usize>,
    /// Columns that it reads.
    pub sources: Sources,
    /// Constants in it.
    pub values: Vec<Value>,
    /// Texts of other columns with which it alone decides its predicate.
    pub context: Vec<(Source, Value)>,
}

impl Reading {
    /// Reads the plan of a query.
    pub fn of(query: &Query) -> Self {
        let mut walk = Walk::new(query);
        for plan in &query.statements {
            let shown = walk.plan(plan);
            let names = plan.schema.columns.iter().map(|column| column.name.clone());
            walk.reading
                .made_of
                .extend(names.zip(shown.iter().cloned()));
            walk.reading.show(shown.into_iter().flatten());
        }
        for scalar in &query.scalars {
            match &scalar.source {
                ScalarSource::Expr(expr) => {
                    walk.reading.constants(expr);
                    walk.reading
                        .spot(&expr.range, &Sources::new(), constants_of(expr));
                }
                ScalarSource::FirstCell(plan) => drop(walk.plan(plan)),
            }
        }
        walk.reading.spot_tables();
        walk.reading
    }

    /// Notes a table that is written in the query: its columns are sources that no log has.
    pub(crate) fn table(&mut self, range: &Range<usize>, schema: &Schema, rows: &[Vec<Value>]) {
        let name = written_table(range);
        for (at, column) in schema.columns.iter().enumerate() {
            let source = Source {
                table: name.clone(),
                column: column.name.clone(),
            };
            let cells = rows.iter().filter_map(|row| row.get(at)).cloned();
            self.written.insert(source, cells.take(MAX_CELLS).collect());
        }
        self.tables.push((range.clone(), name));
    }

    /// Whether a source is a column of a table that is written in the query.
    fn is_written(&self, source: &Source) -> bool {
        self.written.contains_key(source)
    }

    /// The value of a column of the log with which a column of such a table has a value; of a column of the log
    /// the value itself.
    pub(crate) fn through_table(&self, source: Source, value: Value) -> Option<(Source, Value)> {
        let Some(cells) = self.written.get(&source) else {
            return Some((source, value));
        };
        let row = cells.iter().position(|cell| *cell == value)?;
        let pairs = self.joined.iter();
        let mut pairs = pairs.flat_map(|(one, other)| [(one, other), (other, one)]);
        pairs.find_map(|(key, met)| {
            let is_key = key.table == source.table && !self.is_written(met);
            match self.written.get(key)?.get(row)? {
                key @ Value::String(_) if is_key => Some((met.clone(), key.clone())),
                _ => None,
            }
        })
    }

    /// What such a table says is about the columns that meet it.
    fn spot_tables(&mut self) {
        for (range, name) in std::mem::take(&mut self.tables) {
            let of_table = |source: &Source| source.table == name;
            let pairs = self.joined.iter();
            let met = pairs.filter_map(|(one, other)| match (of_table(one), of_table(other)) {
                (true, false) => Some(other.clone()),
                (false, true) => Some(one.clone()),
                _ => None,
            });
            let sources: Sources = met.filter(|source| !self.is_written(source)).collect();
            let cells = self.written.iter().filter(|(source, _)| of_table(source));
            let mut values = Vec::new();
            for value in cells.flat_map(|(_, cells)| cells) {
                add(&mut values, value.clone());
            }
            self.spot(&range, &sources, values);
        }
    }

    /// What two queries read together.
    pub fn and(mut self, other: Self) -> Self {
        for (source, interest) in other.columns {
            let known = self.columns.entry(source).or_default();
            known.decides |= interest.decides;
            known.is_strong |= interest.is_strong;
            for value in interest.values {
                add(&mut known.values, value);
            }
        }
        self.joined.extend(other.joined);
        self.predicates.extend(other.predicates);
        self.numbers.extend(other.numbers);
        self.spans.extend(other.spans);
        self.has_series |= other.has_series;
        self.has_arms |= other.has_arms;
        for (column, sources) in other.made_of {
            self.made_of.entry(column).or_default().extend(sources);
        }
        for (source, paths) in other.paths {
            self.paths.entry(source).or_default().extend(paths);
        }
        self
    }

    /// The columns and constants at a place of the query: of the expressions there, or else of the operator
    /// that it is a part of.
    pub(crate) fn at(&self, range: &Range<usize>) -> Vec<&Spot> {
        let meets = |spot: &&Spot| crate::focus::meets(&spot.range, range);
        let mut found: Vec<&Spot> = self.places.iter().filter(meets).collect();
        found.extend(self.operators.iter().filter(|operator| {
            range.start <= operator.range.start && operator.range.end <= range.end
        }));
        if found.is_empty() {
            let around = self.operators.iter().filter(meets);
            found.extend(around.min_by_key(|operator| operator.range.len()));
        }
        found
    }

    /// Notes what stands at a place.
    pub(crate) fn spot(&mut self, range: &Range<usize>, sources: &Sources, values: Vec<Value>) {
        self.places.push(Spot {
            range: range.clone(),
            sources: sources.clone(),
            values,
            context: Vec::new(),
        });
    }

    /// Notes with which values of other columns a part of a predicate alone decides.
    pub(crate) fn surround(&mut self, range: &Range<usize>, context: Vec<(Source, Value)>) {
        let spots = self.places.iter_mut().filter(|spot| spot.range == *range);
        spots.for_each(|spot| spot.context.clone_from(&context));
    }

    /// Notes what an operator keeps, groups or joins rows by.
    pub(crate) fn operator(&mut self, range: &Range<usize>, sources: Sources) {
        self.operators.push(Spot {
            range: range.clone(),
            sources,
            values: Vec::new(),
            context: Vec::new(),
        });
    }

    /// Notes columns that reach the result.
    pub(crate) fn show(&mut self, sources: impl Iterator<Item = Source>) {
        for source in sources {
            if !self.is_written(&source) {
                self.columns.entry(source).or_default();
            }
        }
    }

    /// Notes columns that decide something, with the constants beside them.
    pub(crate) fn decide(&mut self, sources: &Sources, values: &[Value]) {
        for source in sources {
            if self.is_written(source) {
                continue;
            }
            let known = self.columns.entry(source.clone()).or_default();
            known.decides = true;
            known.is_strong |= !values.is_empty();
            for value in values {
                add(&mut known.values, value.clone());
            }
        }
    }

    /// Notes columns that rows are kept, grouped or joined by.
    pub(crate) fn key(&mut self, sources: &Sources) {
        for source in sources {
            if self.is_written(source) {
                continue;
            }
            let known = self.columns.entry(source.clone()).or_default();
            known.decides = true;
            known.is_strong = true;
        }
    }

    /// Notes the property that an expression reads out of a column.
    pub(crate) fn property(&mut self, expr: &Expr, input: &[Sources]) {
        let Some((column, path)) = path_of(expr).filter(|(_, path)| !path.is_empty()) else {
            return;
        };
        for source in input.get(column).into_iter().flatten() {
            let known = self.paths.entry(source.clone()).or_default();
            known.insert(path.clone());
        }
    }

    /// Notes that values of two sets of columns meet; those of a written table are constants beside the
    /// other.
    pub(crate) fn join(&mut self, left: &Sources, right: &Sources) {
        for (one, other) in [(left, right), (right, left)] {
            let cells = other.iter().filter_map(|source| self.written.get(source));
            let cells: Vec<Value> = cells.flatten().cloned().collect();
            if !cells.is_empty() {
                self.decide(one, &cells);
            }
        }
        for one in left {
            for other in right.iter().filter(|other| *other != one) {
                self.joined.push((one.clone(), other.clone()));
            }
        }
    }

    /// Notes the numbers and spans of an expression.
    pub(crate) fn constants(&mut self, expr: &Expr) {
        for value in constants_of(expr) {
            match value {
                Value::Int(number) => drop(self.numbers.insert(i64::from(number))),
                Value::Long(number) => drop(self.numbers.insert(number)),
                Value::TimeSpan(ticks) if ticks > 0 => drop(self.spans.insert(ticks)),
                _ => {}
            }
        }
    }
}

/// What a table that is written in the query goes by.
pub(crate) fn written_table(range: &Range<usize>) -> String {
    format!("the table written at {}", range.start)
}

fn add(values: &mut Vec<Value>, value: Value) {
    if !values.contains(&value) {
        values.push(value);
    }
}

/// Sub-expressions of an expression, itself first; subqueries are not entered.
pub(crate) fn parts(expr: &Expr) -> Vec<&Expr> {
    let mut found = vec![expr];
    let mut next = 0;
    while let Some(expr) = found.get(next).copied() {
        next += 1;
        match &expr.kind {
            ExprKind::Call(_, args) | ExprKind::Array(args) => found.extend(args),
            ExprKind::Index(base, index) => found.extend([base.as_ref(), index.as_ref()]),
            ExprKind::In(list) => {
                found.push(&list.needle);
                if let Haystack::Values(values) = &list.haystack {
                    found.extend(values);
                }
            }
            ExprKind::Literal(_) | ExprKind::Column(_) | ExprKind::Scalar(_) => {}
        }
    }
    found
}

/// The constants in an expression; a list counts as its elements.
pub(crate) fn constants_of(expr: &Expr) -> Vec<Value> {
    let mut values = Vec::new();
    for part in parts(expr) {
        match &part.kind {
            ExprKind::Literal(Value::Array(items)) => {
                items.iter().for_each(|item| add(&mut values, item.clone()));
            }
            ExprKind::Literal(Value::Bag(_) | Value::Null) => {}
            ExprKind::Literal(value) => add(&mut values, value.clone()),
            _ => {}
        }
    }
    values
}

/// Tables of membership tests in an expression.
pub(crate) fn member_tables(expr: &Expr) -> Vec<(&Expr, &Plan)> {
    let tests = parts(expr).into_iter();
    let tests = tests.filter_map(|part| match &part.kind {
        ExprKind::In(list) => match &list.haystack {
            Haystack::Table(plan) => Some((&list.needle, plan.as_ref())),
            Haystack::Values(_) => None,
        },
        _ => None,
    });
    tests.collect()
}

/// The parts of a predicate that are no `and`, `or` or `not`.
pub(crate) fn atoms(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Call(function, args) if matches!(function.name, "and" | "or" | "not") => {
            args.iter().flat_map(atoms).collect()
        }
        _ => vec![expr],
    }
}

/// Whether an operator makes one bin of time after the other.
pub(crate) fn is_series(node: &Node) -> bool {
    matches!(node, Node::MakeSeries(_))
}
