//! Walks a plan from its tables upwards and tells of each column which given columns it is made of.

use std::collections::BTreeMap;

use kql_analysis::plan::{AggregateCall, Expr, ExprKind, JoinColumn, NamedExpr, Node, Plan, Query};
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use crate::context::{Around, around, around_branches, value_for};
use crate::generate::pattern_of;
use crate::reading::{
    Atom, Reading, Source, Sources, atoms, constants_of, is_series, member_tables, parts,
    written_table,
};

/// Deepest nesting of operators that is followed; deeper ones are left unread.
const MAX_DEPTH: usize = 200;

/// The walk over one query.
pub(crate) struct Walk<'q> {
    query: &'q Query,
    pub reading: Reading,
    shared: BTreeMap<usize, Vec<Sources>>,
    parts: Vec<Vec<Sources>>,
    depth: usize,
}

impl<'q> Walk<'q> {
    pub fn new(query: &'q Query) -> Self {
        Self {
            query,
            reading: Reading::default(),
            shared: BTreeMap::new(),
            parts: Vec::new(),
            depth: 0,
        }
    }

    /// The given columns behind each column of a plan.
    pub fn plan(&mut self, plan: &'q Plan) -> Vec<Sources> {
        if self.depth >= MAX_DEPTH {
            return nothing(&plan.schema);
        }
        self.depth += 1;
        self.reading.has_series |= is_series(&plan.node);
        self.reading.has_arms |= matches!(plan.node, Node::Union { .. });
        let mut sources = self.node(plan);
        self.depth -= 1;
        sources.resize(plan.schema.len(), Sources::new());
        sources
    }

    fn node(&mut self, plan: &'q Plan) -> Vec<Sources> {
        match &plan.node {
            Node::Table { name, .. } => given(name, &plan.schema),
            Node::Rows { rows } => {
                self.reading.table(&plan.range, &plan.schema, rows);
                given(&written_table(&plan.range), &plan.schema)
            }
            Node::Shared { index } => self.shared(*index),
            Node::Part { level } => self.parts.get(*level).cloned().unwrap_or_default(),
            Node::Where { input, predicate } => {
                let input = self.plan(input);
                self.predicate(predicate, &input);
                input
            }
            Node::Project { input, columns } => {
                let input = self.plan(input);
                self.named(columns, &input)
            }
            Node::Extend { input, columns } => {
                let mut sources = self.plan(input);
                let before = sources.clone();
                for (target, expr) in columns {
                    let made = self.value(expr, &before);
                    // What a column was before it is written over is part of what the place is about.
                    let lost = at(&before, *target);
                    self.reading.spot(&expr.range, &lost, Vec::new());
                    put(&mut sources, *target, made);
                }
                sources
            }
            Node::ExtendTuple {
                input,
                targets,
                expr,
            } => {
                let mut sources = self.plan(input);
                let made = self.value(expr, &sources.clone());
                for target in targets {
                    put(&mut sources, *target, made.clone());
                }
                sources
            }
            Node::Summarize {
                input,
                keys,
                aggregates,
                outputs,
            } => {
                let input = self.plan(input);
                let mut grouped = self.named(keys, &input);
                grouped.iter().for_each(|key| self.reading.key(key));
                let all = grouped.iter().flatten().cloned().collect();
                self.reading.operator(&plan.range, all);
                for call in aggregates {
                    grouped.extend(self.aggregate(call, &input));
                }
                self.named(outputs, &grouped)
            }
            Node::Distinct { input } => {
                let input = self.plan(input);
                input.iter().for_each(|key| self.reading.decide(key, &[]));
                let all = input.iter().flatten().cloned().collect();
                self.reading.operator(&plan.range, all);
                input
            }
            Node::Sort { input, keys } => {
                let input = self.plan(input);
                for key in keys {
                    self.deciding(&key.expr, &input);
                }
                input
            }
            Node::Top { input, count, keys } => {
                self.reading.constants(count);
                self.reading
                    .spot(&count.range, &Sources::new(), constants_of(count));
                let input = self.plan(input);
                for key in keys {
                    self.deciding(&key.expr, &input);
                }
                input
            }
            Node::Take { input, count } => {
                self.reading.constants(count);
                self.reading
                    .spot(&count.range, &Sources::new(), constants_of(count));
                self.plan(input)
            }
            Node::Count { input } => {
                self.plan(input);
                Vec::new()
            }
            Node::Join {
                left,
                right,
                keys,
                outputs,
                ..
            } => {
                let sides = (self.plan(left), self.plan(right));
                let mut all = Sources::new();
                for (left_key, right_key) in keys {
                    let left_key = self.deciding(left_key, &sides.0);
                    let right_key = self.deciding(right_key, &sides.1);
                    self.reading.key(&left_key);
                    self.reading.key(&right_key);
                    self.reading.join(&left_key, &right_key);
                    all.extend(left_key.into_iter().chain(right_key));
                }
                self.reading.operator(&plan.range, all);
                let output = |column: &JoinColumn| match column {
                    JoinColumn::Left(index) => at(&sides.0, *index),
                    JoinColumn::Right(index) => at(&sides.1, *index),
                };
                outputs.iter().map(output).collect()
            }
            Node::Union { inputs, .. } => {
                let mut merged = nothing(&plan.schema);
                for (input, columns) in inputs {
                    let sources = self.plan(input);
                    for (slot, column) in merged.iter_mut().zip(columns) {
                        slot.extend(column.iter().flat_map(|index| at(&sources, *index)));
                    }
                }
                merged
            }
            Node::MvExpand { input, expansion } => {
                let inner = self.plan(input);
                let mut sources = by_name(&plan.schema, &input.schema, &inner);
                for column in &expansion.columns {
                    let made = self.value(&column.expr, &inner);
                    put(&mut sources, column.target, made);
                }
                sources
            }
            Node::MakeSeries(series) => {
                let inner = self.plan(&series.input);
                let mut sources = by_name(&plan.schema, &series.input.schema, &inner);
                let mut all = self.deciding(&series.axis.expr, &inner);
                for bound in series.from.iter().chain(&series.to).chain([&series.step]) {
                    self.deciding(bound, &inner);
                }
                for call in series.values.iter().flat_map(|value| &value.aggregates) {
                    all.extend(self.aggregate(call, &inner).into_iter().flatten());
                }
                for key in &series.keys {
                    let made = self.deciding(&key.expr, &inner);
                    if let Some(index) = plan.schema.index_of(&key.name) {
                        put(&mut sources, index, made);
                    }
                }
                let empty = sources.iter_mut().filter(|slot| slot.is_empty());
                empty.for_each(|slot| slot.clone_from(&all));
                sources
            }
            Node::Each(each) => {
                let inner = self.plan(&each.input);
                self.parts.push(inner.clone());
                self.plan(&each.body);
                self.parts.pop();
                by_name(&plan.schema, &each.input.schema, &inner)
            }
            Node::As { input, index } => {
                let sources = self.plan(input);
                self.shared.insert(*index, sources.clone());
                sources
            }
            Node::Parse(parse) => {
                let inner = self.plan(&parse.input);
                let made = self.deciding(&parse.source, &inner);
                let pattern = vec![Value::String(pattern_of(parse).into())];
                self.reading.decide(&made, &pattern);
                self.reading.spot(&plan.range, &made, pattern);
                spread(by_name(&plan.schema, &parse.input.schema, &inner), &made)
            }
            Node::ParseKv(parse) => {
                let inner = self.plan(&parse.input);
                let made = self.deciding(&parse.source, &inner);
                spread(by_name(&plan.schema, &parse.input.schema, &inner), &made)
            }
            Node::Pass { input } => self.plan(input),
            Node::Evaluate(evaluate) => self.whole(&evaluate.input, &plan.schema),
            Node::TopNested { input, .. } => self.whole(input, &plan.schema),
            Node::Reduce(reduce) => self.whole(&reduce.input, &plan.schema),
            Node::Scan(scan) => {
                let sources = self.whole(&scan.input, &plan.schema);
                let inner = self.plan(&scan.input);
                for step in &scan.steps {
                    self.predicate(&step.condition, &inner);
                }
                sources
            }
            _ => nothing(&plan.schema),
        }
    }

    /// An operator whose result may depend on every column of its input.
    fn whole(&mut self, input: &'q Plan, schema: &Schema) -> Vec<Sources> {
        let inner = self.plan(input);
        for sources in &inner {
            self.reading.decide(sources, &[]);
        }
        by_name(schema, &input.schema, &inner)
    }

    fn shared(&mut self, index: usize) -> Vec<Sources> {
        if let Some(known) = self.shared.get(&index) {
            return known.clone();
        }
        let shared = self.query.shared.get(index);
        let sources = match shared.and_then(|shared| shared.plan.as_ref()) {
            Some(plan) => self.plan(plan),
            None => Vec::new(),
        };
        self.shared.insert(index, sources.clone());
        sources
    }

    fn named(&mut self, columns: &'q [NamedExpr], input: &[Sources]) -> Vec<Sources> {
        let values = columns.iter().map(|column| self.value(&column.expr, input));
        values.collect()
    }

    fn aggregate(&mut self, call: &'q AggregateCall, input: &[Sources]) -> Vec<Sources> {
        let args: Vec<Sources> = call
            .args
            .iter()
            .map(|arg| self.deciding(arg, input))
            .collect();
        let all: Sources = args.iter().flatten().cloned().collect();
        self.reading.spot(&call.range, &all, Vec::new());
        let one_each = args.len() == call.names.len();
        let of = |index: usize| match one_each {
            true => at(&args, index),
            false => all.clone(),
        };
        (0..call.names.len()).map(of).collect()
    }

    /// Notes an expression; a plain column decides nothing.
    fn value(&mut self, expr: &'q Expr, input: &[Sources]) -> Sources {
        match &expr.kind {
            ExprKind::Column(index) => {
                let sources = at(input, *index);
                self.reading.show(sources.iter().cloned());
                self.reading.spot(&expr.range, &sources, Vec::new());
                sources
            }
            _ => self.deciding(expr, input),
        }
    }

    /// Notes an expression that decides something, and the constants beside its columns.
    fn deciding(&mut self, expr: &'q Expr, input: &[Sources]) -> Sources {
        self.reading.constants(expr);
        for part in parts(expr) {
            self.reading.property(part, input);
        }
        self.memberships(expr, input);
        let sources = sources_of(expr, input);
        match &expr.kind {
            ExprKind::Call(function, args)
                if matches!(
                    function.name,
                    "and" | "or" | "not" | "iff" | "iif" | "case" | "coalesce"
                ) =>
            {
                for arg in args {
                    self.deciding(arg, input);
                }
                self.reading.decide(&sources, &[]);
                self.surround(around_branches(expr), input);
            }
            _ => {
                let values = constants_of(expr);
                self.reading.decide(&sources, &values);
                self.reading.spot(&expr.range, &sources, values);
            }
        }
        sources
    }

    fn memberships(&mut self, expr: &'q Expr, input: &[Sources]) {
        for (needle, table) in member_tables(expr) {
            let list = self.plan(table);
            let needle = sources_of(needle, input);
            self.reading.join(&needle, &at(&list, 0));
            self.reading.key(&needle);
            self.reading.key(&at(&list, 0));
        }
    }

    fn predicate(&mut self, predicate: &'q Expr, input: &[Sources]) {
        self.deciding(predicate, input);
        let parts = atoms(predicate).into_iter().map(|atom| Atom {
            sources: sources_of(atom, input),
            values: constants_of(atom),
        });
        let parts: Vec<Atom> = parts.collect();
        parts
            .iter()
            .for_each(|atom| self.reading.key(&atom.sources));
        self.reading.predicates.push(parts);
        self.surround(around(predicate), input);
    }

    /// Notes of parts of conditions with which values of other columns they alone decide.
    fn surround(&mut self, parts: Vec<Around<'_>>, input: &[Sources]) {
        for (part, others) in parts {
            let own = sources_of(part, input);
            let values = others.into_iter().filter_map(|(other, wanted)| {
                let source = sources_of(other, input).into_iter().next()?;
                let value = value_for(other, wanted)?;
                let (source, value) = self.reading.through_table(source, value)?;
                (!own.contains(&source)).then_some((source, value))
            });
            let values = values.collect();
            self.reading.surround(&part.range, values);
        }
    }
}

fn sources_of(expr: &Expr, input: &[Sources]) -> Sources {
    let columns = parts(expr).into_iter().filter_map(|part| match part.kind {
        ExprKind::Column(index) => Some(at(input, index)),
        _ => None,
    });
    columns.flatten().collect()
}

fn given(name: &str, schema: &Schema) -> Vec<Sources> {
    let source = |column: &str| Source {
        table: name.to_owned(),
        column: column.to_owned(),
    };
    let columns = schema.columns.iter();
    columns
        .map(|column| Sources::from([source(&column.name)]))
        .collect()
}

fn nothing(schema: &Schema) -> Vec<Sources> {
    vec![Sources::new(); schema.len()]
}

fn at(sources: &[Sources], index: usize) -> Sources {
    sources.get(index).cloned().unwrap_or_default()
}

fn put(sources: &mut Vec<Sources>, index: usize, value: Sources) {
    if sources.len() <= index {
        sources.resize(index + 1, Sources::new());
    }
    sources[index] = value;
}

/// Columns of a result that have the name of a column of the input.
fn by_name(schema: &Schema, input: &Schema, sources: &[Sources]) -> Vec<Sources> {
    let columns = schema.columns.iter();
    let found = columns.map(|column| match input.index_of(&column.name) {
        Some(index) => at(sources, index),
        None => Sources::new(),
    });
    found.collect()
}

/// Columns that come from nothing yet are made of these.
fn spread(mut sources: Vec<Sources>, made: &Sources) -> Vec<Sources> {
    let empty = sources.iter_mut().filter(|slot| slot.is_empty());
    empty.for_each(|slot| slot.clone_from(made));
    sources
}
