//! Plugins of `evaluate` with columns of their own.

use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::evaluate::PluginArguments;
use super::names::ColumnNames;
use super::refused_plugins::REFUSED;
use super::scope::Row;
use super::tabular::plan;
use crate::catalog::nearest;
use crate::plan::{Evaluate, Expr, ExprKind, NamedExpr, Node, Plan, Plugin, RollingPercentile};
use crate::registry::function_signatures;
use crate::types::{ColumnSchema, ScalarType, Schema};
use crate::value::Value;

/// Plugins that are evaluated.
const EVALUATED: [&str; 10] = [
    "activity_counts_metrics",
    "bag_unpack",
    "dcount_intersect",
    "ipv4_lookup",
    "ipv6_lookup",
    "narrow",
    "pivot",
    "rolling_percentile",
    "rows_near",
    "schema_merge",
];

impl Binder<'_> {
    /// A plugin whose columns follow from its call and its input.
    pub(crate) fn fixed_plugin(
        &mut self,
        input: Plan,
        operator: &Operator,
        name: &str,
        arguments: &PluginArguments,
    ) -> Option<Plan> {
        match name {
            "narrow" => Some(evaluated(input, Plugin::Narrow, narrow_schema(), operator)),
            "schema_merge" => self.schema_merge(input, operator, arguments),
            "activity_counts_metrics" => self.activity_counts(input, operator, arguments),
            "rows_near" => self.rows_near(input, operator, arguments),
            "dcount_intersect" => self.common_values(input, operator, arguments),
            "rolling_percentile" => self.rolling_percentile(input, operator, arguments),
            "ipv4_lookup" => self.address_lookup(input, operator, arguments, false),
            "ipv6_lookup" => self.address_lookup(input, operator, arguments, true),
            _ if REFUSED.contains(&name) => {
                self.unsupported(&format!("the plugin `{name}`"), operator.range());
                let schema = self.refused_schema(&input.schema, name, operator, arguments);
                self.broken = true;
                Some(plan(
                    Node::Rows { rows: Vec::new() },
                    schema,
                    operator.range(),
                ))
            }
            _ => {
                let known = REFUSED.iter().chain(&EVALUATED).copied();
                let hint = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
                let message = format!("there is no plugin `{name}`");
                self.error("RS2012", &message, hint, operator.range());
                None
            }
        }
    }

    fn schema_merge(
        &mut self,
        input: Plan,
        operator: &Operator,
        arguments: &PluginArguments,
    ) -> Option<Plan> {
        let keep_order = match arguments.get("PreserveOrder", 0) {
            Some(keep) => self.constant_bool(&keep)?,
            None => true,
        };
        let expected = ["ColumnName", "ColumnOrdinal", "DataType", "ColumnType"];
        if expected
            .iter()
            .any(|name| input.schema.index_of(name).is_none())
        {
            let hint = "put `getschema` before it";
            self.error(
                "RS2031",
                "`schema_merge` reads the rows of `getschema`",
                Some(hint.to_owned()),
                operator.range(),
            );
            return None;
        }
        let [name, ordinal, data_type, column_type] = expected;
        let schema = Schema::new([
            (name, ScalarType::String),
            (ordinal, ScalarType::Long),
            (data_type, ScalarType::String),
            (column_type, ScalarType::String),
        ]);
        Some(evaluated(
            input,
            Plugin::SchemaMerge { keep_order },
            schema,
            operator,
        ))
    }

    fn rows_near(
        &mut self,
        input: Plan,
        operator: &Operator,
        arguments: &PluginArguments,
    ) -> Option<Plan> {
        let (condition, before, after) = match arguments.placed.as_slice() {
            [condition, rows] => (condition, rows, rows),
            [condition, before, after] => (condition, before, after),
            _ => {
                let message = "`rows_near` takes a condition, a number of rows and perhaps another";
                self.error("RS2010", message, None, operator.range());
                return None;
            }
        };
        let row = self.row(&input.schema);
        let plugin = Plugin::RowsNear {
            condition: self.predicate(condition, &row)?,
            before: self.expression(before, &Row::none())?,
            after: self.expression(after, &Row::none())?,
        };
        let schema = input.schema.clone();
        Some(evaluated(input, plugin, schema, operator))
    }

    fn common_values(
        &mut self,
        input: Plan,
        operator: &Operator,
        arguments: &PluginArguments,
    ) -> Option<Plan> {
        if arguments.placed.len() < 2 {
            let message = "`dcount_intersect` takes two or more results of `hll`";
            self.error("RS2010", message, None, operator.range());
            return None;
        }
        let row = self.row(&input.schema);
        let mut names = ColumnNames::of(&input.schema);
        let mut schema = input.schema.clone();
        let mut sketches = Vec::new();
        for (place, argument) in arguments.placed.iter().enumerate() {
            sketches.push(self.expression(argument, &row)?);
            schema.columns.push(ColumnSchema {
                name: names.take(&format!("s{place}")),
                ty: ScalarType::Long,
            });
        }
        let plugin = Plugin::CommonValues(sketches);
        Some(evaluated(input, plugin, schema, operator))
    }

    fn rolling_percentile(
        &mut self,
        input: Plan,
        operator: &Operator,
        arguments: &PluginArguments,
    ) -> Option<Plan> {
        let value = self.column_argument(&input.schema, arguments, 0, operator)?;
        let index = self.column_argument(&input.schema, arguments, 2, operator)?;
        let mut places = Vec::new();
        for place in 5..arguments.placed.len() {
            places.extend(self.column_argument(&input.schema, arguments, place, operator)?);
        }
        let [percent, step, window] = [1, 3, 4].map(|place| arguments.placed.get(place));
        let (Some(percent), Some(step), Some(window)) = (percent, step, window) else {
            let message = "`rolling_percentile` takes a column, a percentile, an index column, the width of a bin and the number of bins";
            self.error("RS2010", message, None, operator.range());
            return None;
        };
        let row = Row::none();
        let percentile = self.expression(percent, &row)?;
        let width = self.expression(step, &row)?;
        let bins = self.expression(window, &row)?;
        let (Some(value), Some(index)) = (value, index) else {
            return Some(self.unknown_table(Schema::unknown(), operator.range()));
        };
        let name = format!(
            "rolling_{}_percentile_{}_{}",
            written(&bins, window),
            input.schema.columns[value].name,
            written(&percentile, percent)
        );
        let bin = self.binned(&input.schema, index, width.clone(), operator)?;
        let mut columns: Vec<NamedExpr> = places
            .iter()
            .map(|place| column_of(&input.schema, *place, operator))
            .collect();
        let mut schema = vec![input.schema.columns[index].clone()];
        schema.extend(
            places
                .iter()
                .map(|place| input.schema.columns[*place].clone()),
        );
        schema.push(ColumnSchema {
            name,
            ty: input.schema.columns[value].ty,
        });
        columns.push(bin);
        columns.push(column_of(&input.schema, value, operator));
        let input = super::project::projected(input, columns, operator.range());
        let rolling = RollingPercentile {
            percent: percentile,
            step: width,
            window: bins,
        };
        let plugin = Plugin::RollingPercentile(rolling);
        Some(evaluated(input, plugin, schema.into(), operator))
    }

    fn binned(
        &mut self,
        schema: &Schema,
        index: usize,
        width: Expr,
        operator: &Operator,
    ) -> Option<NamedExpr> {
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
}

fn narrow_schema() -> Schema {
    Schema::new([
        ("Row", ScalarType::Long),
        ("Column", ScalarType::String),
        ("Value", ScalarType::String),
    ])
}

/// A plugin on its input.
pub(crate) fn evaluated(input: Plan, plugin: Plugin, schema: Schema, operator: &Operator) -> Plan {
    let evaluate = Evaluate {
        input,
        plugin,
        declared: false,
    };
    plan(Node::Evaluate(Box::new(evaluate)), schema, operator.range())
}

/// A column of the input under its own name.
pub(crate) fn column_of(schema: &Schema, index: usize, operator: &Operator) -> NamedExpr {
    let column = &schema.columns[index];
    NamedExpr {
        name: column.name.clone(),
        expr: Expr {
            kind: ExprKind::Column(index),
            ty: column.ty,
            range: operator.range(),
        },
    }
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
