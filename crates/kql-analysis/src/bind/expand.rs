//! `mv-expand`, and the expansion that `mv-apply` begins with.

use kql_syntax::SyntaxKind;
use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::names::{ColumnNames, derived};
use super::scope::Row;
use super::tabular::plan;
use crate::plan::{ExpandColumn, Expansion, Expr, Node, Plan};
use crate::types::{ColumnSchema, ScalarType, Schema};
use crate::value::Value;

/// Rows that the older spelling `mvexpand` makes of one row unless it has a limit.
const OLDER_LIMIT: i64 = 128;

impl Binder<'_> {
    pub(crate) fn mv_expand(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let expansion = self.expansion(&input.schema, operator)?;
        let schema = expansion.schema.clone();
        let node = Node::MvExpand {
            input: Box::new(input),
            expansion,
        };
        Some(plan(node, schema, operator.range()))
    }

    /// The columns that an operator spreads, over columns of the input.
    pub(crate) fn expansion(&mut self, input: &Schema, operator: &Operator) -> Option<Expansion> {
        let mut names = ColumnNames::of(input);
        let mut spread = Spread {
            columns: Vec::new(),
            schema: input.clone(),
        };
        for expanded in operator.expanded() {
            let Some(item) = expanded.expression else {
                self.unsupported("an expansion of the whole row", operator.range());
                return None;
            };
            let expr = self.expanded(input, &item)?;
            let name = derived(&item).unwrap_or_else(|| names.next());
            let ty = match expanded.to {
                Some(written) => self.declared_type(&written.type_name()?, written.range())?,
                None => expr.ty,
            };
            spread.add(name, expr, ty);
        }
        let item_index = operator
            .parameter("with_itemindex")
            .map(|name| spread.add_index(&name));
        let bags = operator
            .parameter("bagexpansion")
            .or_else(|| operator.parameter("kind"));
        Some(Expansion {
            columns: spread.columns,
            item_index,
            limit: self.expansion_limit(operator)?,
            bag_as_array: bags.is_some_and(|value| value == "array"),
            schema: spread.schema,
        })
    }

    fn expanded(&mut self, input: &Schema, item: &Syntax) -> Option<Expr> {
        let row = self.row(input);
        let expr = self.expression(item, &row)?;
        if matches!(expr.ty, ScalarType::Dynamic | ScalarType::Unknown) {
            return Some(expr);
        }
        let message = format!("only dynamic values expand, not {}", expr.ty.name());
        let hint = "convert it with `parse_json(…)`";
        self.error("RS2011", &message, Some(hint.to_owned()), item.range());
        Some(self.erroneous(item.range()))
    }

    fn expansion_limit(&mut self, operator: &Operator) -> Option<Option<Expr>> {
        if let Some(limit) = operator.clause(SyntaxKind::LimitClause) {
            return Some(Some(self.expression(&limit, &Row::none())?));
        }
        let older = operator.keyword() == "mvexpand";
        Some(older.then(|| {
            let limit = Value::Long(OLDER_LIMIT);
            super::literals::constant(limit, ScalarType::Long, operator.range())
        }))
    }
}

/// The columns spread so far, and the columns of the result.
struct Spread {
    columns: Vec<ExpandColumn>,
    schema: Schema,
}

impl Spread {
    /// A column of the input's name takes its place.
    fn add(&mut self, name: String, expr: Expr, ty: ScalarType) {
        let target = match self.schema.index_of(&name) {
            Some(index) => index,
            None => {
                self.schema.columns.push(ColumnSchema { name, ty });
                self.schema.len() - 1
            }
        };
        self.schema.columns[target].ty = ty;
        self.columns.push(ExpandColumn { expr, target, ty });
    }

    fn add_index(&mut self, name: &str) -> usize {
        let name = ColumnNames::of(&self.schema).take(name);
        let ty = ScalarType::Long;
        self.schema.columns.push(ColumnSchema { name, ty });
        self.schema.len() - 1
    }
}
