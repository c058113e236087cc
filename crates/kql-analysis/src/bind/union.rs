//! `union`, at the head of a query or behind a pipe.

use std::ops::Range;

use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::names::ColumnNames;
use super::tabular::plan;
use crate::diagnostic::Severity;
use crate::plan::{Node, Plan};
use crate::types::{ColumnSchema, ScalarType, Schema};

/// An input of a union and the name under which `withsource` shows it.
type Input = (String, Plan);

impl Binder<'_> {
    /// `T | union …`.
    pub(crate) fn union_with(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let mut inputs = vec![("union_arg0".to_owned(), input)];
        self.union_inputs(operator, &mut inputs)?;
        self.united(inputs, Some(operator), operator.range())
    }

    /// `union …` at the head, or a wildcard table name.
    pub(crate) fn union_of(&mut self, items: &[Syntax], range: Range<usize>) -> Option<Plan> {
        let mut inputs = Vec::new();
        if let [Syntax::Source(operator)] = items {
            self.union_inputs(operator, &mut inputs)?;
            return self.united(inputs, Some(operator), range);
        }
        for item in items {
            self.union_input(item, false, &mut inputs)?;
        }
        self.united(inputs, None, range)
    }

    fn union_inputs(&mut self, operator: &Operator, inputs: &mut Vec<Input>) -> Option<()> {
        let fuzzy = operator
            .parameter("isfuzzy")
            .is_some_and(|value| value == "true");
        for item in operator.list() {
            self.union_input(&item, fuzzy, inputs)?;
        }
        Some(())
    }

    fn union_input(&mut self, item: &Syntax, fuzzy: bool, inputs: &mut Vec<Input>) -> Option<()> {
        let position = inputs.len();
        match item {
            Syntax::Wildcard(wildcard) => {
                let names: Vec<String> = self
                    .catalog
                    .tables
                    .keys()
                    .filter(|name| wildcard.matches(name))
                    .cloned()
                    .collect();
                for name in names {
                    let input = self.table(&name, item.range())?;
                    inputs.push((name, input));
                }
                Some(())
            }
            _ => {
                let before = self.diagnostics.len();
                let input = match item {
                    Syntax::Name(name) => self.table(&name.text(), item.range()),
                    _ => self.tabular(item),
                };
                match input {
                    Some(input) => {
                        let name = match item {
                            Syntax::Name(name) => name.text(),
                            _ => format!("union_arg{position}"),
                        };
                        inputs.push((name, input));
                        Some(())
                    }
                    None if fuzzy => self.leave_out(before),
                    None => None,
                }
            }
        }
    }

    /// A fuzzy union leaves out what reads a table or function that does not exist, and says so. Other
    /// errors stay: a part that is not supported must not be missing in silence.
    fn leave_out(&mut self, before: usize) -> Option<()> {
        let mut found = self.diagnostics.iter_mut().skip(before).peekable();
        found.peek()?;
        let absent = |code: &str| matches!(code, "RS2017" | "RS2012");
        if !found.all(|diagnostic| absent(diagnostic.code)) {
            return None;
        }
        for diagnostic in self.diagnostics.iter_mut().skip(before) {
            diagnostic.severity = Severity::Warning;
            diagnostic.message += ": the union leaves this part out";
        }
        Some(())
    }

    fn united(
        &mut self,
        inputs: Vec<Input>,
        operator: Option<&Operator>,
        range: Range<usize>,
    ) -> Option<Plan> {
        if inputs.is_empty() {
            self.error(
                "RS2017",
                "the union has no table",
                Some("name at least one that exists".to_owned()),
                range,
            );
            return None;
        }
        let parameter = |name: &str| operator.and_then(|operator| operator.parameter(name));
        let source = parameter("withsource").or_else(|| parameter("with_source"));
        let inner = parameter("kind").is_some_and(|kind| kind == "inner");
        let mut columns = united_columns(&inputs, inner);
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
        let offset = usize::from(source.is_some());
        let mapped = inputs.into_iter().map(|(_, input)| {
            let sources = columns
                .iter()
                .enumerate()
                .map(|(index, column)| match index < offset {
                    true => None,
                    false => source_of(&input.schema, column),
                });
            let sources = sources.collect();
            (input, sources)
        });
        let inputs = mapped.collect();
        let source_column = source.map(|_| (0, names));
        Some(plan(
            Node::Union {
                inputs,
                source_column,
            },
            Schema {
                columns: renamed(columns),
            },
            range,
        ))
    }
}

/// Columns of all inputs in order of appearance, or with `inner` those that all have. Two types under
/// one name give two columns, `name_type` each.
fn united_columns(inputs: &[Input], inner: bool) -> Vec<ColumnSchema> {
    let mut columns: Vec<ColumnSchema> = Vec::new();
    for (_, input) in inputs {
        for column in &input.schema.columns {
            if columns.contains(column) {
                continue;
            }
            // Columns of one name stand side by side.
            let namesake = columns.iter().rposition(|known| known.name == column.name);
            let place = namesake.map_or(columns.len(), |index| index + 1);
            columns.insert(place, column.clone());
        }
    }
    if inner {
        columns.retain(|column| {
            inputs
                .iter()
                .all(|(_, input)| input.schema.columns.contains(column))
        });
    }
    columns
}

fn source_of(schema: &Schema, column: &ColumnSchema) -> Option<usize> {
    schema
        .columns
        .iter()
        .position(|candidate| candidate == column)
}

/// Tells columns of one name and several types apart. A name that is taken
/// gets a number.
fn renamed(columns: Vec<ColumnSchema>) -> Vec<ColumnSchema> {
    let ambiguous = |name: &str| columns.iter().filter(|column| column.name == name).count() > 1;
    let (typed, plain): (Vec<_>, Vec<_>) = columns
        .iter()
        .enumerate()
        .partition(|(_, column)| ambiguous(&column.name));
    let mut names = ColumnNames::default();
    let mut renamed = columns.clone();
    for (index, column) in plain {
        renamed[index].name = names.take(&column.name);
    }
    for (index, column) in typed {
        renamed[index].name = names.take(&format!("{}_{}", column.name, column.ty.name()));
    }
    renamed
}
