//! Aggregate calls inside of `summarize` and `make-series`.

use std::ops::Range;

use kql_syntax::ast::{Expr as Syntax, Name};

use super::Binder;
use super::calls::{result_type, undecided};
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
    /// Columns of the input that `*` leaves out: those that are keys as they are.
    pub keys: Vec<usize>,
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
        let ty = match undecided(aggregate_signatures(name), &args, |one| one.returns) {
            true => ScalarType::Unknown,
            false => result_type(signature.declared.returns, &args).unwrap_or(ScalarType::Unknown),
        };
        let (names, types) = result_columns(name, names, ty, &args, self.is_checker());
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
        let is_star = |argument: &Syntax| matches!(argument, Syntax::Star(_) | Syntax::Wildcard(_));
        let starred = is_multiple(name) && arguments.iter().any(is_star);
        for argument in arguments {
            let repeated = |name: &Name| starred && names.contains(&name.text());
            if matches!(argument, Syntax::Name(name) if repeated(name)) {
                continue;
            }
            if starred && is_star(argument) {
                for (index, column) in context.input.columns.iter().enumerate() {
                    if !context.keys.contains(&index) && !names.contains(&column.name) {
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

/// Names and types of the result columns, as the engine or the checker has them. An empty name is filled in
/// by the operator.
fn result_columns(
    name: &str,
    names: Vec<String>,
    ty: ScalarType,
    args: &[Expr],
    checker: bool,
) -> (Vec<String>, Vec<ScalarType>) {
    let types: Vec<ScalarType> = args.iter().map(|arg| arg.ty).collect();
    match name {
        "arg_max" | "arg_min" | "argmax" | "argmin" | "take_any" | "any" => {
            let first = names.first().map_or("", String::as_str);
            let each = names.iter().enumerate();
            let parts = each.map(|(index, own)| part_name(name, first, index, own));
            (parts.collect(), types)
        }
        "percentile" | "percentiles" | "percentilew" | "percentilesw" => {
            percentile_columns(name, &names, ty, args)
        }
        // The checker names it after the first column alone.
        "covariance" | "covarianceif" | "covariancep" | "covariancepif" if !checker => {
            let both = names.iter().take(2).map(String::as_str);
            let both = both.collect::<Vec<_>>().join("_");
            (vec![format!("{name}_{both}")], vec![ty])
        }
        _ => (vec![String::new()], vec![ty]),
    }
}

/// The name of a column of an aggregate that gives one per argument, from the names of the first
/// argument and of its own.
fn part_name(aggregate: &str, first: &str, index: usize, own: &str) -> String {
    let prefix = match aggregate {
        "arg_max" | "argmax" => "max",
        "arg_min" | "argmin" => "min",
        _ => "any",
    };
    match (aggregate, index, own) {
        ("take_any" | "any", _, "") => format!("any_arg{index}"),
        ("any", _, own) => format!("any_{own}"),
        (_, 0, "") => format!("{prefix}_"),
        (_, _, "") => format!("{prefix}_{first}_arg{index}"),
        ("argmax" | "argmin", 0, own) => format!("{prefix}_{own}"),
        ("argmax" | "argmin", _, own) => format!("{prefix}_{first}_{own}"),
        (_, _, own) => own.to_owned(),
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
