//! Scalar expressions: names, operators, paths; calls are in `calls`.

use std::ops::Range;

use kql_syntax::ast::{Between, Expr as Syntax, Index, Lambda, Logical, Member, Named, Unary};
use kql_syntax::{Repair, SyntaxKind};

use super::scope::{Binding, Row};
use super::{Binder, literals};
use crate::catalog::nearest;
use crate::plan::{Expr, ExprKind, Haystack};
use crate::types::ScalarType;
use crate::value::Value;

/// Code of a column that only running the query can tell to exist.
pub(crate) const UNDECLARED: &str = "RS3003";

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

/// Whether a user function can be called by its name alone.
fn needs_no_argument(lambda: &Lambda) -> bool {
    let parameters = lambda.parameters();
    parameters
        .iter()
        .all(|parameter| parameter.default().is_some())
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
        literals::constant(Value::Null, ScalarType::Unknown, range)
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
                let hint = "put it into `toscalar(…)` to use its first value";
                self.error(
                    "RS2004",
                    "a table stands where a value is expected",
                    Some(hint.to_owned()),
                    range,
                );
                None
            }
            Syntax::Star(_) | Syntax::Wildcard(_) => {
                self.error(
                    "RS2004",
                    "`*` stands where a value is expected",
                    None,
                    range,
                );
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

    pub(crate) fn column(
        &self,
        schema: &crate::types::Schema,
        index: usize,
        range: Range<usize>,
    ) -> Expr {
        let ty = schema
            .columns
            .get(index)
            .map_or(ScalarType::Unknown, |column| column.ty);
        Expr {
            kind: ExprKind::Column(index),
            ty,
            range,
        }
    }

    pub(crate) fn name(&mut self, name: &str, row: &Row<'_>, range: Range<usize>) -> Option<Expr> {
        if let Some(schema) = row.schema
            && let Some(index) = schema.index_of(name)
        {
            return Some(self.column(schema, index, range));
        }
        match self.lookup(name) {
            Some(Binding::Scalar { expr, row: owner }) => {
                let (expr, owner) = (expr.as_ref().clone(), *owner);
                self.argument_of_row(expr, owner, row, range)
            }
            Some(Binding::Table(_)) => {
                let hint = format!("use `toscalar({name})` for its first value");
                self.error(
                    "RS2004",
                    &format!("`{name}` is a table, not a value"),
                    Some(hint),
                    range,
                );
                None
            }
            Some(Binding::Lambda { lambda, .. }) if needs_no_argument(lambda) => {
                self.call_lambda(name, &[], row, range)
            }
            Some(Binding::Lambda { .. }) => {
                let hint = format!("call it: `{name}()`");
                self.error(
                    "RS2004",
                    &format!("`{name}` is a function, not a value"),
                    Some(hint),
                    range,
                );
                None
            }
            Some(Binding::Erroneous) => None,
            Some(Binding::Element(_)) => {
                Some(literals::constant(Value::Null, ScalarType::Dynamic, range))
            }
            None => self.unknown_name(name, row, range),
        }
    }

    /// A lambda's argument; one with columns belongs to the row of the call alone.
    fn argument_of_row(
        &mut self,
        expr: Expr,
        owner: usize,
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Expr> {
        if owner != row.id && has_column(&expr) {
            let message =
                "a value that differs from row to row cannot be used inside a table of its own";
            self.error(
                "RS3002",
                message,
                Some("join the tables instead".to_owned()),
                range,
            );
            return None;
        }
        Some(Expr { range, ..expr })
    }

    fn unknown_name(&mut self, name: &str, row: &Row<'_>, range: Range<usize>) -> Option<Expr> {
        if row.schema.is_some_and(|schema| schema.open) {
            return self.inferred_column(name, range);
        }
        if let Some(context) = &self.aggregation
            && row.schema.is_none()
            && context.input.index_of(name).is_some()
        {
            let hint = "put it behind `by`, or inside an aggregate such as `take_any(…)`";
            let message = format!("`{name}` is a column, not an aggregate");
            self.error("RS2020", &message, Some(hint.to_owned()), range);
            return None;
        }
        let columns = row
            .schema
            .iter()
            .flat_map(|schema| schema.columns.iter().map(|column| column.name.as_str()));
        let near = nearest(name, columns.chain(self.declared())).map(str::to_owned);
        let message = format!("there is no column or value `{name}`");
        self.misspelt("RS2006", &message, near, range.clone(), range);
        None
    }

    /// A column that an open table is believed to have.
    pub(crate) fn inferred_column(&mut self, name: &str, range: Range<usize>) -> Option<Expr> {
        if !self.inferred.iter().any(|known| known == name) {
            self.inferred.push(name.to_owned());
        }
        // One such column is enough to tell that the query cannot be run.
        if !self
            .diagnostics
            .iter()
            .any(|found| found.code == UNDECLARED)
        {
            let message = format!("reading `{name}`, which no table is known to have,");
            self.refuse(UNDECLARED, &message, None, range);
        }
        None
    }

    fn member(&mut self, member: &Member, row: &Row<'_>) -> Option<Expr> {
        let range = member.range();
        let Some(Syntax::Name(name)) = member.member() else {
            self.unsupported("this path", range);
            return None;
        };
        if let Some(column) = self.element_column(member) {
            return column;
        }
        if let Some(column) = self.step_column(member, row) {
            return column;
        }
        let base = self.expression(&member.base()?, row)?;
        let key = literals::constant(
            Value::String(name.text().into()),
            ScalarType::String,
            name.range(),
        );
        self.element(base, key, range)
    }

    fn index(&mut self, index: &Index, row: &Row<'_>) -> Option<Expr> {
        let base = self.expression(&index.base()?, row)?;
        let key = self.expression(&index.index()?, row)?;
        self.element(base, key, index.range())
    }

    fn element(&mut self, base: Expr, key: Expr, range: Range<usize>) -> Option<Expr> {
        if !matches!(base.ty, ScalarType::Dynamic | ScalarType::Unknown) {
            let message = format!("a value of type {} has no members", base.ty.name());
            let hint = "convert it with `parse_json(…)` when it holds JSON text";
            self.error("RS2007", &message, Some(hint.to_owned()), range);
            return None;
        }
        let ty = base.ty;
        let kind = ExprKind::Index(Box::new(base), Box::new(key));
        Some(Expr { kind, ty, range })
    }

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
        let bound: Vec<Option<Expr>> = logical
            .operands()
            .iter()
            .map(|operand| self.predicate(operand, row))
            .collect();
        let operands: Option<Vec<Expr>> = bound.into_iter().collect();
        let mut chain = self.balanced(operator, operands?)?;
        // The parentheses of its first and last operand are a part of it.
        chain.range = logical.range();
        Some(chain)
    }

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
        let operator = if between.is_negated() {
            "!between"
        } else {
            "between"
        };
        self.operation(operator, operands, between.range())
    }

    /// The name of a type as a text constant, which is how functions such as `extract` take it.
    pub(crate) fn type_name(&mut self, name: &str, range: Range<usize>) -> Option<Expr> {
        match ScalarType::from_name(name) {
            Some(ty) => Some(literals::constant(
                Value::String(ty.name().into()),
                ScalarType::String,
                range,
            )),
            None => {
                self.error("RS2008", &format!("`{name}` is not a type"), None, range);
                None
            }
        }
    }
}
