//! `union`, at the head of a query or behind a pipe.

use std::collections::BTreeMap;
use std::ops::Range;

use indexmap::IndexMap;
use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::names::ColumnNames;
use super::references::UNDECLARED;
use super::scope::Binding;
use super::tabular::plan;
use crate::diagnostic::{Diagnostic, Severity};
use crate::plan::{Node, Plan};
use crate::types::{ColumnSchema, ScalarType, Schema};

/// A table that is read and the name that tells where its rows come from.
pub(crate) type Input = (String, Plan);

/// What a union or a search reads.
#[derive(Default)]
pub(crate) struct Inputs {
    pub tables: Vec<Input>,
    /// Whether a part is left out, because what it reads does not exist.
    pub incomplete: bool,
    /// What the names of tables without one begin with.
    pub prefix: &'static str,
}

impl Inputs {
    pub fn named(prefix: &'static str) -> Self {
        Self {
            prefix,
            ..Self::default()
        }
    }

    fn add(&mut self, name: Option<String>, input: Plan) {
        let position = self.tables.len();
        let name = name.unwrap_or_else(|| format!("{}{position}", self.prefix));
        self.tables.push((name, input));
    }
}

/// How tables are united.
#[derive(Default)]
pub(crate) struct Uniting {
    /// Name of the column that says where a row comes from.
    pub source: Option<String>,
    /// Keep the columns that all tables have.
    pub inner: bool,
}

impl Uniting {
    fn of(operator: &Operator) -> Self {
        let parameter = |name: &str| operator.parameter(name);
        Self {
            source: parameter("withsource").or_else(|| parameter("with_source")),
            inner: parameter("kind").is_some_and(|kind| kind == "inner"),
        }
    }
}

impl Binder<'_> {
    /// `T | union …`.
    pub(crate) fn union_with(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let mut inputs = Inputs::named("union_arg");
        self.add_input(input, &mut inputs);
        self.union_inputs(operator, &mut inputs)?;
        self.united(inputs, Uniting::of(operator), operator.range())
    }

    /// `union …` at the head, or a wildcard table name.
    pub(crate) fn union_of(&mut self, items: &[Syntax], range: Range<usize>) -> Option<Plan> {
        let mut inputs = Inputs::named("union_arg");
        if let [Syntax::Source(operator)] = items {
            self.union_inputs(operator, &mut inputs)?;
            return self.united(inputs, Uniting::of(operator), range);
        }
        for item in items {
            self.read_input(item, false, &mut inputs)?;
        }
        self.united(inputs, Uniting::default(), range)
    }

    /// Adds a table under the name that it has by itself.
    pub(crate) fn add_input(&self, input: Plan, inputs: &mut Inputs) {
        inputs.add(self.own_name(&input), input);
    }

    fn union_inputs(&mut self, operator: &Operator, inputs: &mut Inputs) -> Option<()> {
        let fuzzy = operator
            .parameter("isfuzzy")
            .is_some_and(|value| value == "true");
        for item in operator.list() {
            self.read_input(&item, fuzzy, inputs)?;
        }
        Some(())
    }

    /// Adds the tables that an item of a list stands for.
    pub(crate) fn read_input(
        &mut self,
        item: &Syntax,
        fuzzy: bool,
        inputs: &mut Inputs,
    ) -> Option<()> {
        if let Syntax::Wildcard(wildcard) = item {
            let names = self.tables_like(|name| wildcard.matches(name));
            if names.is_empty() {
                self.no_table_like(item, fuzzy);
                inputs.incomplete = true;
            }
            return self.read_tables(names, item.range(), inputs);
        }
        let (before, broken) = (self.diagnostics.len(), self.broken);
        let input = self.tabular(item)?;
        if fuzzy && self.leave_out(before) {
            self.broken = broken;
            inputs.incomplete = true;
            // The checker keeps the columns that the part would have.
            if !self.is_checker() {
                return Some(());
            }
        }
        let name = match item {
            Syntax::Name(name) if self.is_named_source(&name.text()) => Some(name.text()),
            _ => self.own_name(&input),
        };
        inputs.add(name, input);
        Some(())
    }

    /// Adds the tables of these names.
    pub(crate) fn read_tables(
        &mut self,
        names: Vec<String>,
        range: Range<usize>,
        inputs: &mut Inputs,
    ) -> Option<()> {
        for name in names {
            let input = self.table(&name, range.clone())?;
            inputs.add(Some(name), input);
        }
        Some(())
    }

    /// Names of the tables from outside and of the views that the query declares.
    pub(crate) fn tables_like(&self, fits: impl Fn(&str) -> bool) -> Vec<String> {
        let tables = self.all_outside();
        let views = self.declared().filter(|name| self.is_view(name));
        let mut names: Vec<String> = Vec::new();
        for name in tables.chain(views).filter(|name| fits(name)) {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    fn no_table_like(&mut self, item: &Syntax, fuzzy: bool) {
        let message = format!("no table fits `{}`", item.syntax().text());
        let hint = "load a log that fills one".to_owned();
        match fuzzy {
            true => self.object(&format!("{message}: the union leaves it out"), item.range()),
            false => self.error("RS2017", &message, Some(hint), item.range()),
        }
    }

    fn is_view(&self, name: &str) -> bool {
        matches!(self.lookup(name), Some(Binding::Lambda { lambda, .. }) if lambda.is_view())
    }

    /// Whether rows of what a name stands for carry the name. Those of a `let` that is no view do not.
    fn is_named_source(&self, name: &str) -> bool {
        match self.lookup(name) {
            None => true,
            Some(_) => self.is_view(name),
        }
    }

    /// The name that a table has by itself: that of a table from outside, or given by `as`.
    fn own_name(&self, input: &Plan) -> Option<String> {
        match &input.node {
            Node::Table { name, .. } => Some(name.clone()),
            Node::As { index, .. } => Some(self.shared.get(*index)?.name.clone()),
            _ => None,
        }
    }

    /// A fuzzy union leaves out what reads a table or function that does not exist, and says so. Other
    /// errors stay: a part that is not supported must not be missing in silence.
    fn leave_out(&mut self, before: usize) -> bool {
        let absent = |found: &Diagnostic| matches!(found.code, "RS2017" | "RS2012");
        let mut found = self.diagnostics.split_off(before);
        let left_out = found.iter().any(absent);
        for diagnostic in found.iter_mut().filter(|found| absent(found)) {
            diagnostic.severity = Severity::Warning;
            diagnostic.message += ": the union leaves this part out";
        }
        found.retain(|found| !(left_out && found.code == UNDECLARED));
        self.diagnostics.extend(found);
        left_out
    }

    /// The rows of all inputs.
    pub(crate) fn united(
        &mut self,
        inputs: Inputs,
        uniting: Uniting,
        range: Range<usize>,
    ) -> Option<Plan> {
        let Inputs {
            tables: inputs,
            incomplete,
            ..
        } = inputs;
        if inputs.is_empty() {
            self.refuse(
                "RS3004",
                "a union of tables that all are absent",
                None,
                range.clone(),
            );
            let source = uniting.source.map(|name| (name, ScalarType::String));
            return Some(self.unknown_table(Schema::new(source), range));
        }
        let Uniting { source, inner } = uniting;
        let mut columns = united_columns(&inputs, inner && !self.is_checker(), self.is_checker());
        if let Some(source) = &source {
            columns.insert(
                0,
                ColumnSchema {
                    name: source.clone(),
                    ty: ScalarType::String,
                },
            );
        }
        let names: Vec<String> = inputs.iter().map(|(name, _)| name.clone()).collect();
        let open = incomplete || inputs.iter().any(|(_, input)| input.schema.open);
        let offset = usize::from(source.is_some());
        let mapped = inputs.into_iter().map(|(_, input)| {
            let mut sources = vec![None; offset];
            sources.extend(sources_of(&input.schema, &columns[offset..]));
            (input, sources)
        });
        let inputs = mapped.collect();
        let source_column = source.map(|_| (0, names));
        Some(plan(
            Node::Union {
                inputs,
                source_column,
            },
            Schema::from(renamed(columns, self.is_checker())).opened(open),
            range,
        ))
    }
}

/// Columns of all inputs in order of appearance, or with `inner` those that all have. Two types under
/// one name give two columns, `name_type` each.
///
/// The checker misses a second type when the first two columns of the name agree.
fn united_columns(inputs: &[Input], inner: bool, checker: bool) -> Vec<ColumnSchema> {
    // Columns of one name stand side by side.
    let mut types: IndexMap<&str, (usize, Vec<ScalarType>)> = IndexMap::new();
    for column in inputs.iter().flat_map(|(_, input)| &input.schema.columns) {
        let (met, known) = types.entry(&column.name).or_default();
        *met += 1;
        let missed = checker && *met > 2 && known.len() == 1;
        if !known.contains(&column.ty) && !missed {
            known.push(column.ty);
        }
    }
    let mut columns: Vec<ColumnSchema> = types
        .into_iter()
        .flat_map(|(name, (_, types))| {
            types.into_iter().map(|ty| ColumnSchema {
                name: name.to_owned(),
                ty,
            })
        })
        .collect();
    // The service's checker takes a union of kind `inner` for any other.
    if inner && !checker {
        columns.retain(|column| {
            inputs
                .iter()
                .all(|(_, input)| input.schema.columns.contains(column))
        });
    }
    columns
}

/// The column of a table that fills each result column.
fn sources_of(schema: &Schema, columns: &[ColumnSchema]) -> Vec<Option<usize>> {
    let indexed = schema.columns.iter().enumerate();
    let places: BTreeMap<(&str, &str), usize> = indexed
        .map(|(index, column)| ((column.name.as_str(), column.ty.name()), index))
        .collect();
    columns
        .iter()
        .map(|column| {
            places
                .get(&(column.name.as_str(), column.ty.name()))
                .copied()
        })
        .collect()
}

/// Tells columns of one name and several types apart. A name that is taken gets a number; the checker
/// gives names out in order, the engine to the columns of one type first.
fn renamed(columns: Vec<ColumnSchema>, checker: bool) -> Vec<ColumnSchema> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for column in &columns {
        *counts.entry(&column.name).or_default() += 1;
    }
    let ambiguous = |name: &str| counts.get(name).is_some_and(|count| *count > 1);
    let (typed, plain): (Vec<_>, Vec<_>) = columns
        .iter()
        .enumerate()
        .partition(|(_, column)| ambiguous(&column.name));
    let suffixed = |column: &ColumnSchema| format!("{}_{}", column.name, column.ty.name());
    let plain = plain
        .into_iter()
        .map(|(index, column)| (index, column.name.clone()));
    let typed = typed
        .into_iter()
        .map(|(index, column)| (index, suffixed(column)));
    let mut wanted: Vec<(usize, String)> = plain.chain(typed).collect();
    if checker {
        wanted.sort_by_key(|(index, _)| *index);
    }
    let mut names = ColumnNames::default();
    let mut renamed = columns.clone();
    for (index, name) in wanted {
        renamed[index].name = names.take(&name);
    }
    renamed
}
