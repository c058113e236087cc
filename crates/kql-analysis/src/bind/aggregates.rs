//! Aggregate calls inside of `summarize` and `make-series`.

use std::ops::Range;

use kql_syntax::ast::Expr as Syntax;

use super::Binder;
use super::calls::result_type;
use super::names::derived;
use super::scope::Row;
use crate::plan::{AggregateCall, Expr, ExprKind};
use crate::registry::aggregate_signatures;
use crate::types::{ScalarType, Schema};

/// What is collected while aggregates are bound.
#[derive(Clone, Debug, Default)]
pub(crate) struct Aggregation {
    /// Columns that the arguments read.
    pub input: Schema,
    /// Identity of the row that they form.
    pub row: usize,
    /// Columns of the input that `*` leaves out: the keys.
    pub keys: Vec<String>,
    /// Number of columns before the first aggregate.
    pub offset: usize,
    /// Calls so far.
    pub calls: Vec<AggregateCall>,
}

impl Aggregation {
    /// Index of the first column of the next call.
    fn next_column(&self) -> usize {
        self.offset
            + self
                .calls
                .iter()
                .map(|call| call.names.len())
                .sum::<usize>()
    }
}

impl Binder<'_> {
    /// Binds an aggregate call and gives its first result column.
    pub(crate) fn aggregate_call(
        &mut self,
        name: &str,
        arguments: &[Syntax],
        range: Range<usize>,
    ) -> Option<Expr> {
        let context = self.aggregation.take()?;
        let bound = self.aggregate_arguments(name, arguments, &context, range.clone());
        self.aggregation = Some(context);
        let call = bound?;
        let context = self.aggregation.as_mut()?;
        let column = context.next_column();
        let ty = call.types.first().copied().unwrap_or(ScalarType::Unknown);
        context.calls.push(call);
        Some(Expr {
            kind: ExprKind::Column(column),
            ty,
            range,
        })
    }

    fn aggregate_arguments(
        &mut self,
        name: &str,
        arguments: &[Syntax],
        context: &Aggregation,
        range: Range<usize>,
    ) -> Option<AggregateCall> {
        let row = Row {
            schema: Some(&context.input),
            id: context.row,
        };
        let (args, names) = self.expand_arguments(name, arguments, context, &row)?;
        let signature = self.choose(aggregate_signatures(name), &args, range.clone())?;
        let ty = result_type(signature.declared.returns, &args).unwrap_or(ScalarType::Unknown);
        let (names, types) = result_columns(name, names, ty, &args);
        Some(AggregateCall {
            names,
            types,
            aggregate: signature.declared,
            args,
            range,
        })
    }

    /// Arguments with `*` as the columns that are not keys, and the names of the arguments.
    fn expand_arguments(
        &mut self,
        name: &str,
        arguments: &[Syntax],
        context: &Aggregation,
        row: &Row<'_>,
    ) -> Option<(Vec<Expr>, Vec<String>)> {
        let mut args = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for argument in arguments {
            let star = matches!(argument, Syntax::Star(_) | Syntax::Wildcard(_));
            if star && is_multiple(name) {
                for (index, column) in context.input.columns.iter().enumerate() {
                    if !context.keys.contains(&column.name) && !names.contains(&column.name) {
                        args.push(self.column(&context.input, index, argument.range()));
                        names.push(column.name.clone());
                    }
                }
            } else {
                args.push(self.expression(argument, row)?);
                names.push(derived(argument).unwrap_or_default());
            }
        }
        Some((args, names))
    }
}

/// Whether an aggregate gives one column per argument.
fn is_multiple(name: &str) -> bool {
    matches!(
        name,
        "arg_max" | "arg_min" | "argmax" | "argmin" | "take_any" | "any"
    )
}

/// Names and types of the result columns. An empty name is filled in by the operator.
fn result_columns(
    name: &str,
    names: Vec<String>,
    ty: ScalarType,
    args: &[Expr],
) -> (Vec<String>, Vec<ScalarType>) {
    let types: Vec<ScalarType> = args.iter().map(|arg| arg.ty).collect();
    match name {
        "argmax" | "argmin" => {
            let prefix = if name == "argmax" { "max" } else { "min" };
            let first = names.first().cloned().unwrap_or_default();
            let prefixed = names.iter().enumerate().map(|(index, other)| match index {
                0 => format!("{prefix}_{first}"),
                _ => format!("{prefix}_{first}_{other}"),
            });
            (prefixed.collect(), types)
        }
        "arg_max" | "arg_min" | "take_any" => (names, types),
        "any" => (
            names.iter().map(|name| format!("any_{name}")).collect(),
            types,
        ),
        "percentile" | "percentiles" | "percentilew" | "percentilesw" => {
            percentile_columns(name, &names, ty, args)
        }
        "covariance" | "covarianceif" | "covariancep" | "covariancepif" => {
            let both = names.iter().take(2).map(String::as_str);
            let both = both.collect::<Vec<_>>().join("_");
            (vec![format!("{name}_{both}")], vec![ty])
        }
        _ => (vec![String::new()], vec![ty]),
    }
}

fn percentile_columns(
    name: &str,
    names: &[String],
    ty: ScalarType,
    args: &[Expr],
) -> (Vec<String>, Vec<ScalarType>) {
    let first = if name.contains('w') { 2 } else { 1 };
    let base = names.first().cloned().unwrap_or_default();
    let columns: Vec<String> = args
        .iter()
        .skip(first)
        .map(|arg| match &arg.kind {
            ExprKind::Literal(value) => {
                let text = crate::text::value_text(value, arg.ty).replace('.', "_");
                format!("percentile_{base}_{}", text.trim_end_matches("_0"))
            }
            _ => format!("percentile_{base}"),
        })
        .collect();
    let types = vec![ty; columns.len()];
    (columns, types)
}
