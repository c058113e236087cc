//! `extend`: columns that are added, or replaced in place.

use std::ops::Range;

use kql_syntax::ast::Operator;

use super::Binder;
use super::names::{ColumnNames, derived};
use super::parts::{PartColumn, Spread, first_part, spread, typed};
use super::project::{kept, projected};
use super::tabular::plan;
use crate::plan::{Expr, ExprKind, NamedExpr, Node, Plan};
use crate::types::{ColumnSchema, ScalarType, Schema};

impl Binder<'_> {
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
