//! `project` and its relatives, and `extend`.

use std::ops::Range;

use kql_syntax::ast::{Expr as Syntax, Named, Operator, Ordered, range_of};

use super::Binder;
use super::names::{ColumnNames, derived};
use super::parts::{PartColumn, part, part_columns, typed};
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
pub(crate) fn selected(input: Plan, indexes: &[usize], range: Range<usize>) -> Plan {
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
                Some(expr) if self.repeats(item, &expr, names) => {}
                Some(expr) => {
                    columns.extend(spread_item(item, expr, names, self.is_checker(), |names| {
                        names.derive(item)
                    }));
                }
                None => sound = false,
            }
        }
        sound.then_some(columns)
    }

    /// Whether an item names a column that an item before has named. The checker objects and leaves it
    /// out; the engine numbers it.
    pub(crate) fn repeats(&mut self, item: &Syntax, expr: &Expr, names: &mut ColumnNames) -> bool {
        let named = match item {
            Syntax::Named(named) => named.name().map(|name| name.text()),
            _ if matches!(expr.kind, ExprKind::Column(_)) => derived(item),
            _ => None,
        };
        let repeated = named.filter(|name| !names.declare(name));
        if let Some(name) = &repeated {
            let message = format!("a column `{name}` is there already");
            self.object(&message, item.range());
        }
        repeated.is_some() && self.is_checker()
    }

    pub(crate) fn project(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let columns = self.named_expressions(
            &input.schema,
            &operator.list(),
            &mut ColumnNames::beside(&input.schema),
        )?;
        Some(projected(input, columns, operator.range()))
    }

    /// `extend`: an item with the name of a column replaces it in place.
    pub(crate) fn extend(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let mut extension = Extension::of(&input.schema);
        let mut names = ColumnNames::of(&input.schema);
        let mut sound = true;
        let row = self.row(&input.schema);
        for item in operator.list() {
            let Some(expr) = self.expression(&item, &row) else {
                sound = false;
                continue;
            };
            if self.repeats(&item, &expr, &mut names) {
                continue;
            }
            match spread(&item, &expr, self.is_checker()) {
                Spread::One(ty) => {
                    let name = derived(&item).unwrap_or_else(|| names.next());
                    extension.add(name, first_part(expr, ty));
                }
                Spread::Many(columns) => extension.add_parts(columns, expr),
            }
        }
        sound.then(|| extension.over(input, operator.range()))
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
            indexes.extend(self.matching_one(schema, item).unwrap_or_default());
        }
        Some(indexes)
    }

    fn matching_one(&mut self, schema: &Schema, item: &Syntax) -> Option<Vec<usize>> {
        if let Syntax::Wildcard(wildcard) = item {
            let fits = |index: &usize| wildcard.matches(&schema.columns[*index].name);
            let found: Vec<usize> = (0..schema.len()).filter(fits).collect();
            if found.is_empty() && !schema.open {
                let message = format!("no column fits `{}`", item.syntax().text());
                self.object(message.trim(), item.range());
            }
            return Some(found);
        }
        let row = self.row(schema);
        let found = self.expression(item, &row)?;
        match found.kind {
            ExprKind::Column(index) => Some(vec![index]),
            _ if found.ty == ScalarType::Unknown => Some(Vec::new()),
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
                continue;
            };
            let matched = self.matching_one(&input.schema, &named.value()?);
            let Some(index) = matched.and_then(|matched| matched.first().copied()) else {
                self.rename_inferred(named);
                continue;
            };
            let name = named.name()?.text();
            if schema.columns[index].name == name {
                self.object(
                    &format!("the column is named `{name}` already"),
                    item.range(),
                );
            }
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

    /// A column that an open table is believed to have gets another name.
    fn rename_inferred(&mut self, named: &Named) {
        let (Some(Syntax::Name(old)), Some(new)) = (named.value(), named.name()) else {
            return;
        };
        let old = old.text();
        if let Some(inferred) = self.inferred.iter_mut().find(|name| **name == old) {
            *inferred = new.text();
        }
    }

    /// The checker gives a column that does not exist, or that an open table may have, its place.
    fn missing_column(&mut self, schema: &mut Schema, item: &Syntax) -> Option<usize> {
        let Syntax::Name(name) = item else {
            return None;
        };
        let (name, ty) = (name.text(), ScalarType::Unknown);
        if !self.is_checker() {
            return None;
        }
        self.inferred.retain(|inferred| *inferred != name);
        schema.columns.push(ColumnSchema { name, ty });
        Some(schema.len() - 1)
    }

    pub(crate) fn project_reorder(&mut self, mut input: Plan, operator: &Operator) -> Option<Plan> {
        let mut indexes: Vec<usize> = Vec::new();
        for node in operator.items() {
            let ordered = Ordered::cast(node.clone());
            let item = match &ordered {
                Some(ordered) => ordered.expression(),
                None => Syntax::cast(node.clone()),
            };
            let item = item?;
            let mut matched = self.matching_one(&input.schema, &item)?;
            if matched.is_empty() {
                matched.extend(self.missing_column(&mut input.schema, &item));
            }
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

/// The columns of a bound item; `single` names the column of an item that has only one.
pub(crate) fn spread_item(
    item: &Syntax,
    expr: Expr,
    names: &mut ColumnNames,
    whole: bool,
    single: impl FnOnce(&mut ColumnNames) -> String,
) -> Vec<NamedExpr> {
    match spread(item, &expr, whole) {
        Spread::One(ty) => vec![NamedExpr {
            name: single(names),
            expr: first_part(expr, ty),
        }],
        Spread::Many(columns) => columns
            .into_iter()
            .enumerate()
            .map(|(position, (name, ty))| NamedExpr {
                name: names.take(&name),
                expr: part(expr.clone(), position, ty),
            })
            .collect(),
    }
}

/// The columns that an item gives.
enum Spread {
    /// One, which is the first part of the result when that has several.
    One(Option<ScalarType>),
    /// One per part of the result.
    Many(Vec<PartColumn>),
}

///
/// `whole` keeps the parts that an item does not name, as the checker does.
fn spread(item: &Syntax, expr: &Expr, whole: bool) -> Spread {
    let parts = part_columns(item, expr);
    let Syntax::Named(named) = item else {
        return match parts.is_empty() {
            true => Spread::One(None),
            false => Spread::Many(parts),
        };
    };
    let tuple = named.tuple();
    if tuple.is_empty() && !(whole && parts.len() > 1) {
        return Spread::One(parts.first().map(|(_, ty)| *ty));
    }
    let given = match tuple.is_empty() {
        true => named.name().into_iter().collect(),
        false => tuple,
    };
    if whole && given.len() < parts.len() {
        let names = given.iter().map(|name| name.text());
        let names = names.chain(parts.iter().skip(given.len()).map(|(name, _)| name.clone()));
        let types = parts.iter().map(|(_, ty)| *ty);
        return Spread::Many(names.zip(types).collect());
    }
    let tuple = given;
    let types = parts.iter().map(|(_, ty)| *ty);
    let types = types.chain(std::iter::repeat(ScalarType::Dynamic));
    let names = tuple.iter().map(|name| name.text());
    Spread::Many(names.zip(types).collect())
}

fn first_part(expr: Expr, ty: Option<ScalarType>) -> Expr {
    match ty {
        Some(ty) => part(expr, 0, ty),
        None => expr,
    }
}

/// The columns of an `extend`, all of which read the input.
struct Extension {
    /// Number of columns of the input.
    width: usize,
    /// Columns of the result.
    schema: Schema,
    /// Values by result column.
    columns: Vec<(usize, Expr)>,
    /// Calls with several parts. Their values stand behind the input's columns until the end.
    calls: Vec<(Vec<String>, Expr)>,
}

impl Extension {
    fn of(input: &Schema) -> Self {
        Self {
            width: input.len(),
            schema: input.clone(),
            columns: Vec::new(),
            calls: Vec::new(),
        }
    }

    fn add(&mut self, name: String, expr: Expr) {
        let index = self.place(name, expr.ty);
        self.columns.retain(|(written, _)| *written != index);
        self.columns.push((index, expr));
    }

    fn add_parts(&mut self, parts: Vec<PartColumn>, call: Expr) {
        let behind: usize = self.calls.iter().map(|(names, _)| names.len()).sum();
        let names = parts.iter().map(|(name, _)| name.clone()).collect();
        let range = call.range.clone();
        self.calls.push((names, call));
        for (position, (name, ty)) in parts.into_iter().enumerate() {
            let value = Expr {
                kind: ExprKind::Column(self.width + behind + position),
                ty: ScalarType::Dynamic,
                range: range.clone(),
            };
            self.add(name, typed(value, ty));
        }
    }

    /// Index of the column of a name in the result.
    fn place(&mut self, name: String, ty: ScalarType) -> usize {
        match self.schema.index_of(&name) {
            Some(index) => {
                self.schema.columns[index].ty = ty;
                index
            }
            None => {
                self.schema.columns.push(ColumnSchema { name, ty });
                self.schema.len() - 1
            }
        }
    }

    fn over(mut self, input: Plan, range: Range<usize>) -> Plan {
        if self.calls.is_empty() {
            let node = Node::Extend {
                input: Box::new(input),
                columns: self.columns,
            };
            return plan(node, self.schema, range);
        }
        let mut columns: Vec<NamedExpr> = (0..self.width)
            .map(|index| kept(&input.schema, index, range.clone()))
            .collect();
        self.columns.sort_by_key(|(index, _)| *index);
        for (index, expr) in self.columns {
            let name = self.schema.columns[index].name.clone();
            let column = NamedExpr { name, expr };
            match columns.get_mut(index) {
                Some(replaced) => *replaced = column,
                None => columns.push(column),
            }
        }
        projected(with_parts(input, self.calls, &range), columns, range)
    }
}

/// Appends the parts of each call as columns.
fn with_parts(input: Plan, calls: Vec<(Vec<String>, Expr)>, range: &Range<usize>) -> Plan {
    let mut names = ColumnNames::of(&input.schema);
    let mut result = input;
    for (parts, expr) in calls {
        let mut schema = result.schema.clone();
        let first = schema.len();
        schema.columns.extend(parts.iter().map(|part| ColumnSchema {
            name: names.take(part),
            ty: ScalarType::Dynamic,
        }));
        let targets = (first..schema.len()).collect();
        let node = Node::ExtendTuple {
            input: Box::new(result),
            targets,
            expr,
        };
        result = plan(node, schema, range.clone());
    }
    result
}
