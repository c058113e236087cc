//! `project` and its relatives, and `extend`.

use std::ops::Range;

use kql_syntax::ast::{Expr as Syntax, Operator, Ordered, range_of};

use super::Binder;
use super::names::{ColumnNames, derived};
use super::tabular::plan;
use crate::plan::{Expr, ExprKind, NamedExpr, Node, Plan};
use crate::types::{ColumnSchema, ScalarType, Schema};

/// Columns of named expressions.
pub(crate) fn schema_of(columns: &[NamedExpr]) -> Schema {
    Schema::new(
        columns
            .iter()
            .map(|column| (column.name.clone(), column.expr.ty)),
    )
}

/// A projection of bound columns.
pub(crate) fn projected(input: Plan, columns: Vec<NamedExpr>, range: Range<usize>) -> Plan {
    let schema = schema_of(&columns);
    plan(
        Node::Project {
            input: Box::new(input),
            columns,
        },
        schema,
        range,
    )
}

/// A projection of columns of the input, by index.
fn selected(input: Plan, indexes: &[usize], range: Range<usize>) -> Plan {
    let columns = indexes
        .iter()
        .map(|&index| kept(&input.schema, index, range.clone()))
        .collect();
    projected(input, columns, range)
}

/// A column of the input under its own name.
fn kept(schema: &Schema, index: usize, range: Range<usize>) -> NamedExpr {
    let column = &schema.columns[index];
    let expr = Expr {
        kind: ExprKind::Column(index),
        ty: column.ty,
        range,
    };
    NamedExpr {
        name: column.name.clone(),
        expr,
    }
}

impl Binder<'_> {
    /// Named expressions over a table's columns. A tuple of names spreads an array over columns.
    pub(crate) fn named_expressions(
        &mut self,
        schema: &Schema,
        items: &[Syntax],
        names: &mut ColumnNames,
    ) -> Option<Vec<NamedExpr>> {
        let row = self.row(schema);
        let mut columns = Vec::new();
        let mut sound = true;
        for item in items {
            match self.expression(item, &row) {
                Some(expr) => columns.extend(self.name_item(item, expr, names)),
                None => sound = false,
            }
        }
        sound.then_some(columns)
    }

    fn name_item(&mut self, item: &Syntax, expr: Expr, names: &mut ColumnNames) -> Vec<NamedExpr> {
        let tuple = match item {
            Syntax::Named(named) => named.tuple(),
            _ => Vec::new(),
        };
        if tuple.is_empty() {
            return vec![NamedExpr {
                name: names.derive(item),
                expr,
            }];
        }
        let elements = tuple.iter().enumerate().map(|(position, name)| {
            let range = name.range();
            let index = super::literals::constant(
                crate::value::Value::Long(i64::try_from(position).unwrap_or(i64::MAX)),
                ScalarType::Long,
                range.clone(),
            );
            let kind = ExprKind::Index(Box::new(expr.clone()), Box::new(index));
            NamedExpr {
                name: names.take(&name.text()),
                expr: Expr {
                    kind,
                    ty: ScalarType::Dynamic,
                    range,
                },
            }
        });
        elements.collect()
    }

    pub(crate) fn project(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let columns =
            self.named_expressions(&input.schema, &operator.list(), &mut ColumnNames::default())?;
        Some(projected(input, columns, operator.range()))
    }

    /// `extend`: an item with the name of a column replaces it in place.
    pub(crate) fn extend(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let mut schema = input.schema.clone();
        let mut names = ColumnNames::of(&schema);
        let mut columns = Vec::new();
        let mut tuples = Vec::new();
        let mut sound = true;
        let row = self.row(&input.schema);
        for item in operator.list() {
            let Some(expr) = self.expression(&item, &row) else {
                sound = false;
                continue;
            };
            let tuple = match &item {
                Syntax::Named(named) => named.tuple(),
                _ => Vec::new(),
            };
            if tuple.is_empty() {
                let name = derived(&item).unwrap_or_else(|| names.next());
                columns.push((place(&mut schema, name, expr.ty), expr));
            } else {
                let targets = tuple
                    .iter()
                    .map(|name| place(&mut schema, name.text(), ScalarType::Dynamic))
                    .collect();
                tuples.push((targets, expr));
            }
        }
        if !sound {
            return None;
        }
        Some(extended(input, schema, columns, tuples, operator.range()))
    }

    pub(crate) fn project_away(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let away = self.matching(&input.schema, &operator.list())?;
        let indexes: Vec<usize> = (0..input.schema.len())
            .filter(|index| !away.contains(index))
            .collect();
        Some(selected(input, &indexes, operator.range()))
    }

    pub(crate) fn project_keep(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let mut indexes = self.matching(&input.schema, &operator.list())?;
        indexes.sort_unstable();
        indexes.dedup();
        Some(selected(input, &indexes, operator.range()))
    }

    /// Indexes of the columns that names and wildcards stand for, in their order.
    fn matching(&mut self, schema: &Schema, items: &[Syntax]) -> Option<Vec<usize>> {
        let mut indexes = Vec::new();
        for item in items {
            indexes.extend(self.matching_one(schema, item)?);
        }
        Some(indexes)
    }

    fn matching_one(&mut self, schema: &Schema, item: &Syntax) -> Option<Vec<usize>> {
        if let Syntax::Wildcard(wildcard) = item {
            let fits = |index: &usize| wildcard.matches(&schema.columns[*index].name);
            return Some((0..schema.len()).filter(fits).collect());
        }
        let row = self.row(schema);
        match self.expression(item, &row)?.kind {
            ExprKind::Column(index) => Some(vec![index]),
            _ => {
                self.error(
                    "RS2019",
                    "only names of columns stand here",
                    None,
                    item.range(),
                );
                None
            }
        }
    }

    pub(crate) fn project_rename(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let mut schema = input.schema.clone();
        for item in operator.list() {
            let Syntax::Named(named) = &item else {
                self.error("RS2019", "write `new = old`", None, item.range());
                return None;
            };
            let index = self
                .matching_one(&input.schema, &named.value()?)?
                .first()
                .copied()?;
            let name = named.name()?.text();
            if schema.index_of(&name).is_some_and(|other| other != index) {
                self.error(
                    "RS2019",
                    &format!("there is a column `{name}` already"),
                    None,
                    item.range(),
                );
                return None;
            }
            schema.columns[index].name = name;
        }
        let range = operator.range();
        let columns = (0..schema.len())
            .map(|index| kept(&schema, index, range.clone()))
            .collect();
        Some(projected(input, columns, range))
    }

    pub(crate) fn project_reorder(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let mut indexes: Vec<usize> = Vec::new();
        for node in operator.items() {
            let ordered = Ordered::cast(node.clone());
            let item = match &ordered {
                Some(ordered) => ordered.expression(),
                None => Syntax::cast(node.clone()),
            };
            let mut matched = self.matching_one(&input.schema, &item?)?;
            if let Some(ordered) = ordered {
                if ordered.has("granny-asc") || ordered.has("granny-desc") {
                    self.unsupported("the order `granny-…`", range_of(&node));
                    return None;
                }
                matched.sort_by(|a, b| {
                    input.schema.columns[*a]
                        .name
                        .cmp(&input.schema.columns[*b].name)
                });
                if ordered.has("desc") {
                    matched.reverse();
                }
            }
            indexes.extend(
                matched
                    .into_iter()
                    .filter(|index| !indexes.contains(index))
                    .collect::<Vec<_>>(),
            );
        }
        let rest: Vec<usize> = (0..input.schema.len())
            .filter(|index| !indexes.contains(index))
            .collect();
        indexes.extend(rest);
        Some(selected(input, &indexes, operator.range()))
    }
}

/// Index of the column that an item of `extend` writes.
fn place(schema: &mut Schema, name: String, ty: ScalarType) -> usize {
    match schema.index_of(&name) {
        Some(index) => {
            schema.columns[index].ty = ty;
            index
        }
        None => {
            schema.columns.push(ColumnSchema { name, ty });
            schema.len() - 1
        }
    }
}

/// An `extend`, with one further step for each tuple. Tuples come first, because they read the input.
fn extended(
    input: Plan,
    schema: Schema,
    columns: Vec<(usize, Expr)>,
    tuples: Vec<(Vec<usize>, Expr)>,
    range: Range<usize>,
) -> Plan {
    let mut result = input;
    if !columns.is_empty() || tuples.is_empty() {
        result = plan(
            Node::Extend {
                input: Box::new(result),
                columns,
            },
            schema.clone(),
            range.clone(),
        );
    }
    for (targets, expr) in tuples {
        result = plan(
            Node::ExtendTuple {
                input: Box::new(result),
                targets,
                expr,
            },
            schema.clone(),
            range.clone(),
        );
    }
    result
}
