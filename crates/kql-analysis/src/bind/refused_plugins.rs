//! Plugins of `evaluate` that are refused by name, and the columns that they would give.

use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::address_lookup::{looked_up, schema_of};
use super::plugin_arguments::PluginArguments;
use crate::types::{ColumnSchema, Columns, ScalarType, Schema};

/// Plugins that Rulesmith does not evaluate. The columns of their result are unknown unless
/// [`Binder::refused_schema`] tells them.
pub(crate) const REFUSED: [&str; 30] = [
    "active_users_count",
    "activity_engagement",
    "activity_metrics",
    "ai_chat_completion",
    "ai_chat_completion_prompt",
    "ai_embed_text",
    "ai_embeddings",
    "autocluster",
    "azure_digital_twins_query_request",
    "basket",
    "cosmosdb_sql_request",
    "diffpatterns",
    "diffpatterns_text",
    "funnel_sequence",
    "funnel_sequence_completion",
    "geo_line_lookup",
    "geo_polygon_lookup",
    "http_request",
    "http_request_post",
    "infer_storage_schema",
    "infer_storage_schema_with_suggestions",
    "mysql_request",
    "new_activity_metrics",
    "postgresql_request",
    "preview",
    "python",
    "r",
    "sequence_detect",
    "session_count",
    "sql_request",
];

impl Binder<'_> {
    /// The columns of the result of a plugin that is not evaluated, as far as they are known.
    pub(crate) fn refused_schema(
        &mut self,
        input: &Schema,
        name: &str,
        operator: &Operator,
        arguments: &PluginArguments,
    ) -> Schema {
        let declared = self.declared_of_refused(operator);
        if !declared.is_empty() {
            return declared.into();
        }
        // The columns that stand in front of a plugin's own: those at some places, and those from a place on.
        let (places, rest): (&[usize], usize) = match name {
            "active_users_count" => (&[1], 8),
            "funnel_sequence" => (&[1], usize::MAX),
            "activity_metrics" => (&[1], 5),
            "activity_engagement" | "session_count" => (&[1], 6),
            "funnel_sequence_completion" => (&[1, 5], usize::MAX),
            _ => (&[], usize::MAX),
        };
        let mut columns = self.named_columns(input, operator, arguments, places, rest);
        match name {
            "autocluster" | "basket" | "diffpatterns" => {
                columns.extend(own_columns(name));
                columns.extend(input.columns.iter().cloned());
            }
            "ai_embeddings" | "ai_embed_text" => {
                return extended(input, arguments, "embeddings", ScalarType::Dynamic);
            }
            "ai_chat_completion" | "ai_chat_completion_prompt" => {
                return extended(input, arguments, "completion", ScalarType::String);
            }
            "new_activity_metrics" => {
                for column in self.named_columns(input, operator, arguments, &[1], usize::MAX) {
                    columns.extend(["from", "to"].map(|prefix| ColumnSchema {
                        name: format!("{prefix}_{}", column.name),
                        ty: column.ty,
                    }));
                }
                columns.extend(own_columns(name));
            }
            "sequence_detect" => return self.detected_sequence(input, operator, arguments),
            "geo_line_lookup" | "geo_polygon_lookup" => return self.geo_lookup(input, arguments),
            "python" | "r" => return typed_result(input, arguments),
            _ => {
                let own = own_columns(name);
                if own.is_empty() {
                    return Schema::unknown();
                }
                columns.extend(own);
            }
        }
        columns.into()
    }

    fn declared_of_refused(&mut self, operator: &Operator) -> Vec<ColumnSchema> {
        let mut columns = Vec::new();
        for declaration in operator.columns() {
            let (Some(name), Some(written)) = (declaration.name(), declaration.type_name()) else {
                continue;
            };
            let ty = self.declared_type(&written, declaration.range());
            columns.push(ColumnSchema {
                name: name.text(),
                ty: ty.unwrap_or(ScalarType::Unknown),
            });
        }
        columns
    }

    /// The columns named at some places, and at all places from `rest` on.
    fn named_columns(
        &mut self,
        input: &Schema,
        operator: &Operator,
        arguments: &PluginArguments,
        places: &[usize],
        rest: usize,
    ) -> Vec<ColumnSchema> {
        let count = arguments.placed.len();
        let places = places.iter().copied().filter(|place| *place < count);
        let places: Vec<usize> = places.chain(rest.min(count)..count).collect();
        let indexes = places.into_iter().filter_map(|place| {
            self.column_argument(input, arguments, place, operator)
                .flatten()
        });
        indexes.map(|index| input.columns[index].clone()).collect()
    }

    /// `sequence_detect`: the columns of the dimensions, a time for each event, and the duration.
    fn detected_sequence(
        &mut self,
        input: &Schema,
        operator: &Operator,
        arguments: &PluginArguments,
    ) -> Schema {
        let mut columns = self.named_columns(input, operator, arguments, &[], 3);
        let timeline = arguments.placed.first();
        let timeline = timeline.and_then(super::names::derived).unwrap_or_default();
        for (event, _) in &arguments.named {
            columns.push(ColumnSchema {
                name: format!("{event}_{timeline}"),
                ty: ScalarType::DateTime,
            });
        }
        columns.extend(Schema::new([("Duration", ScalarType::TimeSpan)]).columns);
        columns.into()
    }

    /// The columns of both tables, without the one of shapes.
    fn geo_lookup(&mut self, input: &Schema, arguments: &PluginArguments) -> Schema {
        let table = arguments.placed.first().cloned();
        let Some(table) = table.and_then(|table| self.tabular(&table)) else {
            return Schema::unknown();
        };
        let outputs = looked_up(input, &table.schema, &[], false);
        schema_of(&outputs, input, &table.schema)
    }
}

/// The input with a column named after the first argument.
fn extended(input: &Schema, arguments: &PluginArguments, suffix: &str, ty: ScalarType) -> Schema {
    let first = arguments.placed.first().and_then(super::names::derived);
    let name = format!("{}_{suffix}", first.unwrap_or_default());
    let mut schema = input.clone();
    schema.columns.push(ColumnSchema { name, ty });
    schema
}

/// The columns of a plugin that do not depend on its call.
fn own_columns(name: &str) -> Columns {
    use ScalarType::{Dynamic, Long, Real, String, TimeSpan};
    let columns: &[(&str, ScalarType)] = match name {
        "active_users_count" => &[("dcount", Long)],
        "activity_engagement" => &[
            ("dcount_activities_inner", Long),
            ("dcount_activities_outer", Long),
            ("activity_ratio", Real),
        ],
        "activity_metrics" => &[
            ("dcount_values", Long),
            ("dcount_newvalues", Long),
            ("retention_rate", Real),
            ("churn_rate", Real),
        ],
        "autocluster" | "basket" => &[("SegmentId", Long), ("Count", Long), ("Percent", Real)],
        "diffpatterns" => &[
            ("SegmentId", Long),
            ("CountA", Long),
            ("CountB", Long),
            ("PercentA", Real),
            ("PercentB", Real),
            ("PercentDiffAB", Real),
        ],
        "funnel_sequence" => &[
            ("prev", String),
            ("next", String),
            ("dcount", Long),
            ("samples", Dynamic),
        ],
        "funnel_sequence_completion" => &[("Period", TimeSpan), ("dcount", Long)],
        "http_request" | "http_request_post" => {
            &[("ResponseHeaders", Dynamic), ("ResponseBody", Dynamic)]
        }
        "infer_storage_schema" => &[("CslSchema", String)],
        "infer_storage_schema_with_suggestions" => &[("SuggestedTableSchema", String)],
        "new_activity_metrics" => &[
            ("dcount_new_values", Long),
            ("dcount_retained_values", Long),
            ("dcount_churn_values", Long),
            ("retention_rate", Real),
            ("churn_rate", Real),
        ],
        "session_count" => &[("count_sessions", Long)],
        _ => &[],
    };
    Schema::new(columns.iter().copied()).columns
}

/// `python(typeof(*, x: long), …)`: the columns of the type.
fn typed_result(input: &Schema, arguments: &PluginArguments) -> Schema {
    let Some(Syntax::TypeOf(ty)) = arguments.placed.first() else {
        return Schema::unknown();
    };
    let mut schema = match ty.is_open() {
        true => input.clone(),
        false => Schema::default(),
    };
    for declaration in ty.columns() {
        let ty = declaration.type_name();
        let ty = ty.and_then(|written| ScalarType::from_name(&written));
        let name = declaration.name().map(|name| name.text());
        let (Some(name), ty) = (name, ty.unwrap_or(ScalarType::Unknown)) else {
            continue;
        };
        match schema.index_of(&name) {
            Some(index) => schema.columns[index].ty = ty,
            None => schema.columns.push(ColumnSchema { name, ty }),
        }
    }
    schema
}
