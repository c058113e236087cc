//! The conditions of `join` and `lookup`, and the keys that they name.

use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use crate::plan::Expr;
use crate::types::{ColumnSchema, ScalarType, Schema};

impl Binder<'_> {
    /// The keys of both sides, in pairs: expressions over the columns of the left side and of the right.
    pub(super) fn join_keys(
        &mut self,
        left: &Schema,
        right: &Schema,
        operator: &Operator,
    ) -> Option<Vec<(Expr, Expr)>> {
        let conditions = operator.on();
        if conditions.is_empty() {
            let hint = "name the key columns behind `on`".to_owned();
            let message = "the join has no condition";
            self.error("RS2022", message, Some(hint), operator.range());
            return None;
        }
        let mut keys = Vec::new();
        for condition in &conditions {
            self.join_condition(left, right, condition, &mut keys)?;
        }
        Some(keys)
    }

    /// `name`, `$left.a == $right.b`, or several of them joined by `and`.
    fn join_condition(
        &mut self,
        left: &Schema,
        right: &Schema,
        condition: &Syntax,
        keys: &mut Vec<(Expr, Expr)>,
    ) -> Option<()> {
        match condition.without_parentheses() {
            Syntax::Logical(logical) if logical.is_and() => {
                for operand in logical.operands() {
                    self.join_condition(left, right, &operand, keys)?;
                }
                Some(())
            }
            Syntax::Binary(binary) if binary.operator() == "==" => {
                let first = self.side(left, right, &binary.left()?)?;
                let second = self.side(left, right, &binary.right()?)?;
                let (a, b) = self.left_and_right(first, second, condition)?;
                self.join_key(a, b, condition, keys)
            }
            name @ Syntax::Name(_) => {
                let row = self.row(left);
                let a = self.expression(&name, &row)?;
                let row = self.row(right);
                let b = self.expression(&name, &row)?;
                self.join_key(a, b, condition, keys)
            }
            _ => {
                let hint = "join on columns or on `$left.a == $right.b`".to_owned();
                let message = "this is no condition of a join";
                self.error("RS2022", message, Some(hint), condition.range());
                None
            }
        }
    }

    /// The operands of a comparison in the order of the sides.
    fn left_and_right(
        &mut self,
        first: (bool, Expr),
        second: (bool, Expr),
        condition: &Syntax,
    ) -> Option<(Expr, Expr)> {
        match (first, second) {
            ((false, left), (true, right)) => Some((left, right)),
            ((true, right), (false, left)) => {
                let message = "the column of `$left` stands first";
                self.object(message, condition.range());
                Some((left, right))
            }
            _ => {
                let hint = "compare a column of `$left` with one of `$right`".to_owned();
                let message = "both sides are of one table";
                self.error("RS2022", message, Some(hint), condition.range());
                None
            }
        }
    }

    /// Adds a pair of keys, which must be of one type that tells rows apart.
    fn join_key(
        &mut self,
        left: Expr,
        right: Expr,
        condition: &Syntax,
        keys: &mut Vec<(Expr, Expr)>,
    ) -> Option<()> {
        let integer = |ty| matches!(ty, ScalarType::Int | ScalarType::Long);
        let same = left.ty == right.ty || (integer(left.ty) && integer(right.ty));
        let known = left.ty != ScalarType::Unknown && right.ty != ScalarType::Unknown;
        if known && !same {
            let message = format!(
                "the keys are of types {} and {}",
                left.ty.name(),
                right.ty.name()
            );
            let hint = "convert one in an `extend` before the join".to_owned();
            self.error("RS2022", &message, Some(hint), condition.range());
            return Some(());
        }
        if left.ty == ScalarType::Dynamic {
            let hint = "convert the keys with `tostring(…)` before the join".to_owned();
            let message = "a dynamic value cannot be a key";
            self.error("RS2022", message, Some(hint), condition.range());
            return Some(());
        }
        keys.push((left, right));
        Some(())
    }

    /// Whether a path is of the right table, and its column.
    fn side(&mut self, left: &Schema, right: &Schema, path: &Syntax) -> Option<(bool, Expr)> {
        let path = path.without_parentheses();
        let (base, name) = match &path {
            Syntax::Member(member) => (member.base(), member.member()),
            Syntax::Index(index) => (index.base(), index.index()),
            _ => (None, None),
        };
        if let (Some(Syntax::Name(base)), Some(name)) = (base, name) {
            let is_right = match base.text().as_str() {
                "$left" => Some(false),
                "$right" => Some(true),
                _ => None,
            };
            if let Some(is_right) = is_right {
                let schema = if is_right { right } else { left };
                return Some((is_right, self.key_column(schema, &name)?));
            }
        }
        let hint = "write `$left.column == $right.column`".to_owned();
        let message = "this does not say of which table it is";
        self.error("RS2022", message, Some(hint), path.range());
        None
    }

    /// A column of one side, as a name or as its text in brackets.
    fn key_column(&mut self, schema: &Schema, name: &Syntax) -> Option<Expr> {
        let row = self.row(schema);
        match name.string() {
            Some(text) => self.name(&text, &row, name.range()),
            None => self.expression(name, &row),
        }
    }
}

/// An open table has the columns that the conditions name of it; the checker counts them among its own.
pub(super) fn infer_keys(schema: &mut Schema, side: &str, operator: &Operator) {
    if !schema.open {
        return;
    }
    let mut names = Vec::new();
    for condition in operator.on() {
        key_names(&condition, side, &mut names);
    }
    for name in names {
        if schema.index_of(&name).is_none() {
            let ty = ScalarType::Unknown;
            schema.columns.push(ColumnSchema { name, ty });
        }
    }
}

/// The columns of a side that a condition names.
fn key_names(condition: &Syntax, side: &str, names: &mut Vec<String>) {
    let text = |name: Option<Syntax>| match name {
        Some(Syntax::Name(name)) => Some(name.text()),
        other => other.and_then(|other| other.string()),
    };
    let is_side = |base: Option<Syntax>| text(base).is_some_and(|base| base == side);
    match condition.without_parentheses() {
        Syntax::Logical(logical) => {
            for operand in logical.operands() {
                key_names(&operand, side, names);
            }
        }
        Syntax::Binary(binary) => {
            for path in [binary.left(), binary.right()].into_iter().flatten() {
                match path.without_parentheses() {
                    Syntax::Member(member) if is_side(member.base()) => {
                        names.extend(text(member.member()));
                    }
                    Syntax::Index(index) if is_side(index.base()) => {
                        names.extend(text(index.index()));
                    }
                    _ => {}
                }
            }
        }
        Syntax::Name(name) => names.push(name.text()),
        _ => {}
    }
}
