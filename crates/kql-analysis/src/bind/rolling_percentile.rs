//! `rolling_percentile`: a percentile over the last bins of an axis.

use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::plugin_arguments::PluginArguments;
use super::plugins::{Series, column_of, evaluated};
use super::scope::Row;
use crate::plan::{Expr, ExprKind, NamedExpr, Plan, Plugin, RollingPercentile};
use crate::registry::function_signatures;
use crate::types::{ColumnSchema, Schema};
use crate::value::Value;

impl Binder<'_> {
    /// The plugin reads the dimensions, the start of a row's bin, and the value.
    pub(crate) fn rolling_percentile(
        &mut self,
        input: Plan,
        operator: &Operator,
        arguments: &PluginArguments,
    ) -> Option<Plan> {
        let [_, percent, _, step, window, ..] = arguments.placed.as_slice() else {
            let message = "`rolling_percentile` takes a column, a percentile, an index column, the width of a bin and the number of bins";
            self.error("RS2010", message, None, operator.range());
            return None;
        };
        let value = self.column_argument(&input.schema, arguments, 0, operator)?;
        let index = self.column_argument(&input.schema, arguments, 2, operator)?;
        let dimensions = self.columns_from(&input.schema, arguments, 5, operator)?;
        let rolling = RollingPercentile {
            percent: self.expression(percent, &Row::none())?,
            step: self.expression(step, &Row::none())?,
            window: self.expression(window, &Row::none())?,
        };
        let (Some(value), Some(index)) = (value, index) else {
            return Some(self.unknown_table(Schema::unknown(), operator.range()));
        };
        let result = ColumnSchema {
            name: format!(
                "rolling_{}_percentile_{}_{}",
                written(&rolling.window, window),
                input.schema.columns[value].name,
                written(&rolling.percent, percent)
            ),
            ty: input.schema.columns[value].ty,
        };
        let series = Series {
            bin: binned(&input.schema, index, rolling.step.clone(), operator)?,
            dimensions,
            value,
        };
        let schema = series.schema(&input.schema, [result]);
        let input = series.over(input, operator);
        let plugin = Plugin::RollingPercentile(rolling);
        Some(evaluated(input, plugin, schema, operator))
    }
}

fn binned(schema: &Schema, index: usize, width: Expr, operator: &Operator) -> Option<NamedExpr> {
    let bin = function_signatures("bin").first()?;
    let column = column_of(schema, index, operator);
    let ty = column.expr.ty;
    Some(NamedExpr {
        name: column.name,
        expr: Expr {
            kind: ExprKind::Call(bin.declared, vec![column.expr, width]),
            ty,
            range: operator.range(),
        },
    })
}

/// A number as it stands in a generated name.
fn written(expr: &Expr, syntax: &Syntax) -> String {
    match &expr.kind {
        ExprKind::Literal(Value::Long(number)) => number.to_string(),
        ExprKind::Literal(Value::Int(number)) => number.to_string(),
        ExprKind::Literal(Value::Real(number)) => crate::text::real_text(*number),
        _ => syntax.syntax().text().to_string(),
    }
}
