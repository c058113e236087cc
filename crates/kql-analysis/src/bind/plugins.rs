//! Plugins of `evaluate` with columns of their own.

use kql_syntax::ast::Operator;

use super::Binder;
use super::names::ColumnNames;
use super::plugin_arguments::PluginArguments;
use super::refused_plugins::REFUSED;
use super::scope::Row;
use super::tabular::plan;
use crate::catalog::nearest;
use crate::plan::{Evaluate, Expr, ExprKind, NamedExpr, Node, Plan, Plugin};
use crate::types::{ColumnSchema, ScalarType, Schema};

/// Plugins that are evaluated.
const EVALUATED: [&str; 11] = [
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
    "sliding_window_counts",
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
            "sliding_window_counts" => self.sliding_counts(input, operator, arguments),
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
                let near = nearest(name, known).map(str::to_owned);
                let message = format!("there is no plugin `{name}`");
                let place = operator.call().and_then(|call| call.name());
                let place = place.map_or(operator.range(), |name| name.range());
                self.misspelt("RS2012", &message, near, operator.range(), place);
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
        if self.is_checker() {
            let message = "the service's checker does not know the plugin `schema_merge`";
            self.object(message, operator.range());
            self.lost = true;
        }
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

/// The input of a plugin over an axis: dimensions, the start of a row's bin, and a value.
pub(crate) struct Series {
    /// Columns that tell series apart.
    pub dimensions: Vec<usize>,
    /// Start of a row's bin, under the name of the axis.
    pub bin: NamedExpr,
    /// Column of the values.
    pub value: usize,
}

impl Series {
    /// The columns of the result: the bin, the dimensions, and what the plugin computes.
    pub fn schema(
        &self,
        input: &Schema,
        computed: impl IntoIterator<Item = ColumnSchema>,
    ) -> Schema {
        let mut columns = vec![ColumnSchema {
            name: self.bin.name.clone(),
            ty: self.bin.expr.ty,
        }];
        let dimensions = self.dimensions.iter();
        columns.extend(dimensions.map(|index| input.columns[*index].clone()));
        columns.extend(computed);
        columns.into()
    }

    /// The input with these columns alone.
    pub fn over(self, input: Plan, operator: &Operator) -> Plan {
        let dimensions = self.dimensions.iter();
        let mut columns: Vec<NamedExpr> = dimensions
            .map(|index| column_of(&input.schema, *index, operator))
            .collect();
        columns.push(self.bin);
        columns.push(column_of(&input.schema, self.value, operator));
        super::project::projected(input, columns, operator.range())
    }
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
