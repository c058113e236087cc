//! `mv-expand`.

use kql_syntax::SyntaxKind;
use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::names::derived;
use super::scope::Row;
use super::tabular::plan;
use crate::plan::{ExpandColumn, Node, Plan};
use crate::types::{ColumnSchema, ScalarType};

impl Binder<'_> {
    pub(crate) fn mv_expand(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let mut schema = input.schema.clone();
        let mut columns: Vec<ExpandColumn> = Vec::new();
        for node in operator.items() {
            if node.kind() == SyntaxKind::ToTypeClause {
                let written = node.children().find_map(Syntax::cast);
                let ty = self.type_clause(written)?;
                if let Some(column) = columns.last_mut() {
                    column.ty = ty;
                    schema.columns[column.target].ty = ty;
                }
                continue;
            }
            let item = Syntax::cast(node)?;
            let row = self.row(&input.schema);
            let expr = self.expression(&item, &row)?;
            if !matches!(expr.ty, ScalarType::Dynamic | ScalarType::Unknown) {
                let message = format!("`mv-expand` takes dynamic values, not {}", expr.ty.name());
                self.error(
                    "RS2011",
                    &message,
                    Some("convert it with `parse_json(…)`".to_owned()),
                    item.range(),
                );
                return None;
            }
            let name = derived(&item).unwrap_or_else(|| format!("Column{}", columns.len() + 1));
            let target = match schema.index_of(&name) {
                Some(index) => index,
                None => {
                    schema.columns.push(ColumnSchema {
                        name,
                        ty: ScalarType::Dynamic,
                    });
                    schema.len() - 1
                }
            };
            schema.columns[target].ty = ScalarType::Dynamic;
            columns.push(ExpandColumn {
                expr,
                target,
                ty: ScalarType::Dynamic,
            });
        }
        let item_index = operator.parameter("with_itemindex").map(|name| {
            schema.columns.push(ColumnSchema {
                name,
                ty: ScalarType::Long,
            });
            schema.len() - 1
        });
        let limit = match operator.clause(SyntaxKind::LimitClause) {
            Some(limit) => Some(self.expression(&limit, &Row::none())?),
            None => None,
        };
        let bag_as_array = operator
            .parameter("bagexpansion")
            .is_some_and(|value| value == "array")
            || operator
                .parameter("kind")
                .is_some_and(|value| value == "array");
        let node = Node::MvExpand {
            input: Box::new(input),
            columns,
            item_index,
            limit,
            bag_as_array,
        };
        Some(plan(node, schema, operator.range()))
    }

    fn type_clause(&mut self, written: Option<Syntax>) -> Option<ScalarType> {
        let Some(Syntax::TypeOf(ty)) = written else {
            return None;
        };
        let name = ty.type_name()?;
        let found = ScalarType::from_name(&name);
        if found.is_none() {
            self.error(
                "RS2008",
                &format!("`{name}` is not a type"),
                None,
                ty.range(),
            );
        }
        found
    }
}
