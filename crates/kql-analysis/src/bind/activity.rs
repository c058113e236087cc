//! `activity_counts_metrics` and `sliding_window_counts`: rows and values for each window of time.

use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::plugin_arguments::PluginArguments;
use super::plugins::{Series, column_of, evaluated};
use super::scope::Row;
use super::tabular::plan;
use crate::plan::{Expr, ExprKind, NamedExpr, Node, Plan, Plugin, SlidingCounts};
use crate::registry::function_signatures;
use crate::types::{ColumnSchema, ScalarType, Schema};

/// The columns behind the window's start and the dimensions.
const COUNTS: [&str; 4] = ["count", "dcount", "new_dcount", "aggregated_dcount"];

impl Binder<'_> {
    /// The plugin reads the dimensions, the start of a row's window, and the value that is counted.
    pub(crate) fn activity_counts(
        &mut self,
        input: Plan,
        operator: &Operator,
        arguments: &PluginArguments,
    ) -> Option<Plan> {
        let [_, _, start, end, step, ..] = arguments.placed.as_slice() else {
            let message = "`activity_counts_metrics` takes a column of values, one of times, start, end and width of a window";
            self.error("RS2010", message, None, operator.range());
            return None;
        };
        let value = self.column_argument(&input.schema, arguments, 0, operator)?;
        let time = self.column_argument(&input.schema, arguments, 1, operator)?;
        let dimensions = self.columns_from(&input.schema, arguments, 5, operator)?;
        let (Some(value), Some(time)) = (value, time) else {
            return Some(self.unknown_table(Schema::unknown(), operator.range()));
        };
        let start = self.expression(start, &Row::none())?;
        let end = self.expression(end, &Row::none())?;
        let series = Series {
            bin: self.window_start(&input.schema, time, start.clone(), step, operator)?,
            dimensions,
            value,
        };
        let counts = COUNTS.map(|name| ColumnSchema {
            name: name.to_owned(),
            ty: ScalarType::Long,
        });
        let schema = series.schema(&input.schema, counts);
        let within = self.within(input, time, [start, end], operator)?;
        let input = series.over(within, operator);
        Some(evaluated(input, Plugin::ActivityCounts, schema, operator))
    }

    /// The plugin reads the dimensions, the start of a row's bin, and the value that is counted; rows of the
    /// lookback before the start are counted too.
    pub(crate) fn sliding_counts(
        &mut self,
        input: Plan,
        operator: &Operator,
        arguments: &PluginArguments,
    ) -> Option<Plan> {
        let [_, _, start, end, lookback, step, ..] = arguments.placed.as_slice() else {
            let message = "`sliding_window_counts` takes a column of values, one of times, start, end, length of the window and width of a bin";
            self.error("RS2010", message, None, operator.range());
            return None;
        };
        let value = self.column_argument(&input.schema, arguments, 0, operator)?;
        let time = self.column_argument(&input.schema, arguments, 1, operator)?;
        let dimensions = self.columns_from(&input.schema, arguments, 6, operator)?;
        let (Some(value), Some(time)) = (value, time) else {
            return Some(self.unknown_table(Schema::unknown(), operator.range()));
        };
        let mut constant = |syntax: &Syntax| self.expression(syntax, &Row::none());
        let sliding = SlidingCounts {
            start: constant(start)?,
            end: constant(end)?,
            lookback: constant(lookback)?,
            step: constant(step)?,
        };
        if step.string().is_some() {
            self.unsupported(
                "a bin of the calendar in `sliding_window_counts`",
                step.range(),
            );
        }
        let start = sliding.start.clone();
        let series = Series {
            bin: self.window_start(&input.schema, time, start.clone(), step, operator)?,
            dimensions,
            value,
        };
        let counts = ["Count", "Dcount"].map(|name| ColumnSchema {
            name: name.to_owned(),
            ty: ScalarType::Long,
        });
        let schema = series.schema(&input.schema, counts);
        let operands = vec![start, sliding.lookback.clone()];
        let from = self.operation("-", operands, operator.range())?;
        let within = self.within(input, time, [from, sliding.end.clone()], operator)?;
        let input = series.over(within, operator);
        let plugin = Plugin::SlidingCounts(sliding);
        Some(evaluated(input, plugin, schema, operator))
    }

    /// The rows from the start to the end.
    fn within(
        &mut self,
        input: Plan,
        time: usize,
        [start, end]: [Expr; 2],
        operator: &Operator,
    ) -> Option<Plan> {
        let column = self.column(&input.schema, time, operator.range());
        let predicate = self.operation("between", vec![column, start, end], operator.range())?;
        let schema = input.schema.clone();
        let node = Node::Where {
            input: Box::new(input),
            predicate,
        };
        Some(plan(node, schema, operator.range()))
    }

    /// The start of the window that a row belongs to: windows of a width from the start on, or weeks,
    /// months and years of the calendar.
    fn window_start(
        &mut self,
        schema: &Schema,
        time: usize,
        start: Expr,
        step: &Syntax,
        operator: &Operator,
    ) -> Option<NamedExpr> {
        let column = column_of(schema, time, operator);
        let ty = column.expr.ty;
        let (function, args) = match step.string() {
            Some(period) => {
                let Some(function) = start_of(&period) else {
                    let message = format!("`{period}` is no period");
                    let hint = "use `week`, `month`, `year` or a width such as `1d`";
                    self.error("RS2031", &message, Some(hint.to_owned()), step.range());
                    return None;
                };
                (function, vec![column.expr])
            }
            None => {
                let width = self.expression(step, &Row::none())?;
                ("bin_at", vec![column.expr, width, start])
            }
        };
        let signature = function_signatures(function).first()?;
        Some(NamedExpr {
            name: column.name,
            expr: Expr {
                kind: ExprKind::Call(signature.declared, args),
                ty,
                range: operator.range(),
            },
        })
    }
}

fn start_of(period: &str) -> Option<&'static str> {
    match period {
        "week" => Some("startofweek"),
        "month" => Some("startofmonth"),
        "year" => Some("startofyear"),
        _ => None,
    }
}
