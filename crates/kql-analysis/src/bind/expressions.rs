//! Scalar expressions: names, operators, paths; calls are in `calls`.

use std::ops::Range;

use kql_syntax::ast::{Between, Expr as Syntax, Logical, Named, Unary};
use kql_syntax::{Repair, SyntaxKind};

use super::Binder;
use super::literals::constant;
use super::scope::Row;
use crate::plan::{Expr, ExprKind, Haystack};
use crate::types::ScalarType;
use crate::value::Value;

/// Whether an expression reads a column.
pub(crate) fn has_column(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Scalar(_) => false,
        ExprKind::Column(_) => true,
        ExprKind::Call(_, args) | ExprKind::Array(args) => args.iter().any(has_column),
        ExprKind::Index(base, index) => has_column(base) || has_column(index),
        ExprKind::In(list) => {
            has_column(&list.needle)
                || matches!(&list.haystack, Haystack::Values(values) if values.iter().any(has_column))
        }
    }
}

/// The `==` that a `=` in the condition of `where` is likely to stand for.
fn comparison_meant(condition: &Syntax) -> Option<Repair> {
    let mut around = condition.syntax().ancestors();
    let named = around.find(|node| node.kind() == SyntaxKind::NamedExpression)?;
    if named.parent()?.kind() != SyntaxKind::WhereOperator {
        return None;
    }
    let mut tokens = named.children_with_tokens();
    let equal = tokens.find(|token| token.kind() == SyntaxKind::Equal)?;
    let range = equal.text_range();
    Some(Repair {
        range: range.start().into()..range.end().into(),
        text: "==".to_owned(),
    })
}

impl Binder<'_> {
    /// Binds a scalar expression over a row. After an error, which has been reported, it is a value of
    /// unknown type, so that the rest of the query is checked as well.
    pub(crate) fn expression(&mut self, syntax: &Syntax, row: &Row<'_>) -> Option<Expr> {
        let bound = self.sound_expression(syntax, row);
        bound.or_else(|| Some(self.erroneous(syntax.range())))
    }

    /// Stands for an expression that has an error.
    pub(crate) fn erroneous(&mut self, range: Range<usize>) -> Expr {
        self.broken = true;
        constant(Value::Null, ScalarType::Unknown, range)
    }

    fn sound_expression(&mut self, syntax: &Syntax, row: &Row<'_>) -> Option<Expr> {
        let range = syntax.range();
        match syntax {
            Syntax::Literal(literal) => self.literal(literal),
            Syntax::Dynamic(literal) => self.dynamic_literal(literal),
            // Reported with the other settings of the text.
            Syntax::Name(name) if name.is_client_parameter() => None,
            Syntax::Name(name) => self.name(&name.text(), row, range),
            Syntax::Call(call) => self.call(call, row),
            Syntax::Member(member) => self.member(member, row),
            Syntax::Index(index) => self.index(index, row),
            Syntax::Unary(unary) => self.unary(unary, row),
            Syntax::Binary(binary) => self.binary(binary, row),
            Syntax::Logical(logical) => self.logical(logical, row),
            Syntax::In(membership) => self.membership(membership, row),
            Syntax::Between(between) => self.between(between, row),
            Syntax::Paren(paren) => self.expression(&paren.inner()?, row),
            Syntax::Named(named) => {
                self.check_name(named);
                self.expression(&named.value()?, row)
            }
            Syntax::TypeOf(ty) => self.type_name(&ty.type_name()?, range),
            Syntax::Pipeline(_) | Syntax::Source(_) => {
                let hint = "put it into `toscalar(…)` to use its first value".to_owned();
                let message = "a table stands where a value is expected";
                self.error("RS2004", message, Some(hint), range);
                None
            }
            Syntax::Star(_) | Syntax::Wildcard(_) => {
                let message = "`*` stands where a value is expected";
                self.error("RS2004", message, None, range);
                None
            }
        }
    }

    /// Reports a name that the service's engine reads as a keyword, although its checker takes it.
    fn check_name(&mut self, named: &Named) {
        let Some(name) = named.name() else {
            return;
        };
        let written = name.syntax().text().to_string();
        let written = written.trim();
        if matches!(written, "has" | "where") {
            let what = format!("the name `{written}` without brackets");
            let hint = format!("write `['{written}'] = …`");
            self.refuse("RS3008", &what, Some(&hint), name.range());
        }
    }

    /// A boolean expression.
    pub(crate) fn predicate(&mut self, syntax: &Syntax, row: &Row<'_>) -> Option<Expr> {
        let expr = self.expression(syntax, row)?;
        if matches!(
            expr.ty,
            ScalarType::Bool | ScalarType::Dynamic | ScalarType::Unknown
        ) {
            return Some(expr);
        }
        let message = format!("the condition is of type {}, not bool", expr.ty.name());
        let hint = match syntax {
            Syntax::Named(_) => "`=` gives a name: write `==` to compare",
            _ => "compare it with a value",
        };
        let known = self.diagnostics.len();
        self.error("RS2005", &message, Some(hint.to_owned()), syntax.range());
        if let Some(found) = self.diagnostics.get_mut(known) {
            found.repair = comparison_meant(syntax);
        }
        Some(self.erroneous(syntax.range()))
    }

    /// `-operand` or `+operand`.
    fn unary(&mut self, unary: &Unary, row: &Row<'_>) -> Option<Expr> {
        let operand = self.expression(&unary.operand()?, row)?;
        match unary.is_negative() {
            true => self.operation("-", vec![operand], unary.range()),
            false => Some(operand),
        }
    }

    /// A chain of `and` or `or` as a balanced tree, so that long chains stay shallow.
    fn logical(&mut self, logical: &Logical, row: &Row<'_>) -> Option<Expr> {
        let operator = if logical.is_and() { "and" } else { "or" };
        let operands = logical.operands();
        // All of them are bound, so that all of their errors are told.
        let bound = operands.iter().map(|operand| self.predicate(operand, row));
        let bound: Vec<Option<Expr>> = bound.collect();
        let operands: Option<Vec<Expr>> = bound.into_iter().collect();
        let mut chain = self.balanced(operator, operands?)?;
        // The parentheses of its first and last operand are a part of it.
        chain.range = logical.range();
        Some(chain)
    }

    /// Operands joined by an operator as a tree whose depth is the logarithm of their number.
    pub(crate) fn balanced(&mut self, operator: &str, mut operands: Vec<Expr>) -> Option<Expr> {
        if operands.len() < 2 {
            return operands.pop();
        }
        let right = operands.split_off(operands.len() / 2);
        let left = self.balanced(operator, operands)?;
        let right = self.balanced(operator, right)?;
        let range = left.range.start..right.range.end;
        self.operation(operator, vec![left, right], range)
    }

    /// `value between (low .. high)`.
    fn between(&mut self, between: &Between, row: &Row<'_>) -> Option<Expr> {
        let operands: Option<Vec<Expr>> = between
            .operands()
            .iter()
            .map(|operand| self.expression(operand, row))
            .collect();
        let mut operands = operands?;
        // The high end may be a duration, counted from the low end.
        if let [_, low, high] = operands.as_slice()
            && low.ty == ScalarType::DateTime
            && high.ty == ScalarType::TimeSpan
        {
            let range = high.range.clone();
            let end = self.operation("+", vec![low.clone(), high.clone()], range)?;
            operands[2] = end;
        }
        let operator = match between.is_negated() {
            true => "!between",
            false => "between",
        };
        self.operation(operator, operands, between.range())
    }

    /// The name of a type as a text constant, which is how functions such as `extract` take it.
    pub(crate) fn type_name(&mut self, name: &str, range: Range<usize>) -> Option<Expr> {
        match ScalarType::from_name(name) {
            Some(ty) => {
                let name = Value::String(ty.name().into());
                Some(constant(name, ScalarType::String, range))
            }
            None => {
                self.error("RS2008", &format!("`{name}` is not a type"), None, range);
                None
            }
        }
    }
}
