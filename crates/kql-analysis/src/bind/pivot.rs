//! `pivot`: an aggregate turned round, a column for each value of a column.

use std::ops::Range;

use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::names::ColumnNames;
use super::plugin_arguments::PluginArguments;
use super::tabular::plan;
use crate::plan::{AggregateCall, Expr, ExprKind, NamedExpr, Node, Plan, Plugin};
use crate::registry::aggregate_signatures;
use crate::types::{ColumnSchema, ScalarType, Schema};

impl Binder<'_> {
    pub(crate) fn pivot(
        &mut self,
        input: Plan,
        operator: &Operator,
        arguments: &PluginArguments,
    ) -> Option<Plan> {
        let pivot = self.column_argument(&input.schema, arguments, 0, operator)?;
        let aggregated = arguments.placed.get(1);
        let named = self.pivot_keys(&input.schema, arguments, operator)?;
        let known = named.iter().map(|(index, _)| *index);
        let known: Option<Vec<usize>> = known.collect();
        let (Some(pivot), Some(mut keys)) = (pivot, known) else {
            let kept = named.into_iter().map(|(_, column)| column);
            let kept = Schema::from(kept.collect::<Vec<_>>());
            return Some(self.unknown_table(kept, operator.range()));
        };
        let (call, read) = self.pivoted(&input, aggregated, operator.range())?;
        if arguments.placed.len() < 3 {
            let others = (0..input.schema.len()).filter(|index| *index != pivot);
            keys = others.filter(|index| !read.contains(index)).collect();
        }
        let natural = keys.iter().map(|key| input.schema.columns[*key].clone());
        let natural = Schema::from(natural.collect::<Vec<_>>()).opened(true);
        keys.push(pivot);
        let grouped = grouped(input, &keys, call.clone(), operator.range());
        self.data_dependent(grouped, Plugin::Pivot(call), natural, operator)
    }

    /// The columns that stay as they are; without an index where only running the query tells.
    fn pivot_keys(
        &mut self,
        schema: &Schema,
        arguments: &PluginArguments,
        operator: &Operator,
    ) -> Option<Vec<(Option<usize>, ColumnSchema)>> {
        let mut keys = Vec::new();
        for (place, argument) in arguments.placed.iter().enumerate().skip(2) {
            let index = self.column_argument(schema, arguments, place, operator)?;
            let column = match index {
                Some(index) => schema.columns[index].clone(),
                None => ColumnSchema {
                    name: super::names::derived(argument).unwrap_or_default(),
                    ty: ScalarType::Unknown,
                },
            };
            keys.push((index, column));
        }
        Some(keys)
    }

    /// The aggregate of a `pivot`, and the columns that it reads.
    fn pivoted(
        &mut self,
        input: &Plan,
        item: Option<&Syntax>,
        range: Range<usize>,
    ) -> Option<(AggregateCall, Vec<usize>)> {
        let Some(item) = item else {
            let count = aggregate_signatures("count").first()?;
            let call = AggregateCall {
                names: vec!["count_".to_owned()],
                types: vec![ScalarType::Long],
                aggregate: count.declared,
                args: Vec::new(),
                range,
            };
            return Some((call, Vec::new()));
        };
        let mut names = ColumnNames::default();
        let (calls, _) = self.aggregates(input, &[], std::slice::from_ref(item), &mut names)?;
        match <[AggregateCall; 1]>::try_from(calls) {
            Ok([call]) if call.names.len() == 1 => {
                let mut read = Vec::new();
                call.args.iter().for_each(|arg| columns_of(arg, &mut read));
                Some((call, read))
            }
            _ => {
                let hint = "write one call, such as `count()` or `sum(x)`";
                self.error(
                    "RS2031",
                    "`pivot` takes one aggregate",
                    Some(hint.to_owned()),
                    item.range(),
                );
                None
            }
        }
    }
}

/// The columns that an expression reads.
fn columns_of(expr: &Expr, read: &mut Vec<usize>) {
    match &expr.kind {
        ExprKind::Column(index) => read.push(*index),
        ExprKind::Call(_, args) | ExprKind::Array(args) => {
            args.iter().for_each(|arg| columns_of(arg, read));
        }
        ExprKind::Index(base, index) => {
            columns_of(base, read);
            columns_of(index, read);
        }
        ExprKind::In(list) => columns_of(&list.needle, read),
        ExprKind::Literal(_) | ExprKind::Scalar(_) => {}
    }
}

/// The input with one row per value of the key columns, and an aggregate behind them.
fn grouped(input: Plan, keys: &[usize], call: AggregateCall, range: Range<usize>) -> Plan {
    let column = |index: usize, ty| Expr {
        kind: ExprKind::Column(index),
        ty,
        range: range.clone(),
    };
    let named = |place: usize, index: usize| {
        let column_schema = &input.schema.columns[index];
        NamedExpr {
            name: column_schema.name.clone(),
            expr: column(place, column_schema.ty),
        }
    };
    let key_exprs = keys.iter().map(|index| named(*index, *index)).collect();
    let outputs = keys.iter().enumerate();
    let mut outputs: Vec<NamedExpr> = outputs.map(|(place, index)| named(place, *index)).collect();
    let ty = call.types.first().copied().unwrap_or(ScalarType::Unknown);
    outputs.push(NamedExpr {
        name: String::new(),
        expr: column(keys.len(), ty),
    });
    let schema = super::project::schema_of(&outputs);
    let node = Node::Summarize {
        input: Box::new(input),
        keys: key_exprs,
        aggregates: vec![call],
        outputs,
    };
    plan(node, schema, range)
}
