//! `project-by-names`: columns by names that are values, with wildcards.

use kql_syntax::ast::{Expr as Syntax, Operator, Wildcard};

use super::Binder;
use super::scope::Row;
use crate::plan::{ExprKind, Plan};
use crate::types::Schema;
use crate::value::Value;

impl Binder<'_> {
    /// The columns that have one of the names, in the order of the names; names that no column has do not
    /// count.
    pub(crate) fn project_by_names(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let mut indexes: Vec<usize> = Vec::new();
        for item in operator.list() {
            for pattern in self.names_of(&item)? {
                let fitting = fitting(&input.schema, &pattern);
                let new: Vec<usize> = fitting.filter(|index| !indexes.contains(index)).collect();
                indexes.extend(new);
            }
        }
        let open = input.schema.open;
        let mut plan = super::project::selected(input, &indexes, operator.range());
        plan.schema.open |= open;
        Some(plan)
    }

    /// The names that an item stands for: a text, or an array of texts.
    fn names_of(&mut self, item: &Syntax) -> Option<Vec<String>> {
        let found = self.expression(item, &Row::none())?;
        let values = match &found.kind {
            ExprKind::Literal(Value::Array(items)) => items.to_vec(),
            ExprKind::Literal(value) => vec![value.clone()],
            _ => Vec::new(),
        };
        let names = values.iter().map(|value| match value {
            Value::String(name) => Some(name.to_string()),
            _ => None,
        });
        match names.collect::<Option<Vec<String>>>() {
            Some(names) if !values.is_empty() || is_empty_array(&found.kind) => Some(names),
            _ => {
                let hint = "write a text, `dynamic([…])` or `column_names_of(…)`";
                self.error(
                    "RS2019",
                    "only constant names of columns stand here",
                    Some(hint.to_owned()),
                    item.range(),
                );
                None
            }
        }
    }
}

fn is_empty_array(kind: &ExprKind) -> bool {
    matches!(kind, ExprKind::Literal(Value::Array(items)) if items.is_empty())
}

/// The columns whose names fit a pattern, in their order.
fn fitting<'s>(schema: &'s Schema, pattern: &'s str) -> impl Iterator<Item = usize> + 's {
    let columns = schema.columns.iter().enumerate();
    columns
        .filter(move |(_, column)| Wildcard::fits(pattern, &column.name))
        .map(|(index, _)| index)
}
