//! Scalar expressions: what flows into them.

use std::ops::Range;

use kql_syntax::SyntaxKind;
use kql_syntax::ast::{Expr, Member, Paren, range_of};

use super::value::{Flow, Kinds, Scope};
use super::walker::Walker;

/// A part of an expression: its place in bytes, and what flows into it.
pub(super) type Part = (Range<usize>, Flow);

impl Walker<'_> {
    /// What flows into a scalar expression.
    pub fn expression(&mut self, expression: &Expr, scope: &Scope) -> Flow {
        if !self.step() {
            return Flow::default();
        }
        match expression {
            Expr::Literal(_) | Expr::Dynamic(_) => self.constant(expression.syntax()),
            Expr::Name(name) => self.named(name, scope),
            Expr::Paren(paren) => self.parenthesised(paren, scope),
            Expr::Named(named) => match named.value() {
                Some(value) => self.value(&value, scope).scalar(),
                None => Flow::default(),
            },
            Expr::Call(call) => self.function(call, scope),
            Expr::Binary(binary) => self.binary(binary, scope),
            Expr::Logical(logical) => self.logical(logical, scope),
            Expr::In(list) => self.list(list, scope),
            Expr::Between(between) => self.between(between, scope),
            Expr::Unary(unary) => match unary.operand() {
                Some(operand) => {
                    let flow = self.expression(&operand, scope);
                    self.compose(unary.syntax(), &[(operand.range(), flow)])
                }
                None => Flow::default(),
            },
            Expr::Index(index) => self.element(index.base(), index.index(), expression, scope),
            Expr::Member(member) => self.member(member, scope),
            Expr::Star(_) | Expr::Wildcard(_) => Flow {
                kinds: Kinds::RESOURCE,
                doubtful: true,
                ..Flow::default()
            },
            Expr::Pipeline(_) | Expr::Source(_) => self.table(expression, scope).first(),
            Expr::TypeOf(_) => Flow::default(),
        }
    }

    /// What stands in parentheses, with them when its text is known.
    fn parenthesised(&mut self, paren: &Paren, scope: &Scope) -> Flow {
        let Some(inner) = paren.inner() else {
            return Flow::default();
        };
        let flow = self.value(&inner, scope).scalar();
        match (&flow.worlds, flow.constant) {
            (Some(_), false) => self.compose(paren.syntax(), &[(inner.range(), flow)]),
            _ => flow,
        }
    }

    /// What flows into each of the expressions that another one is made of.
    pub(super) fn parts(&mut self, expressions: &[Expr], scope: &Scope) -> Vec<Part> {
        expressions
            .iter()
            .map(|part| (part.range(), self.value(part, scope).scalar()))
            .collect()
    }

    /// `base[index]`.
    fn element(
        &mut self,
        base: Option<Expr>,
        index: Option<Expr>,
        whole: &Expr,
        scope: &Scope,
    ) -> Flow {
        let (Some(base), Some(index)) = (base, index) else {
            return Flow::default();
        };
        if is_whole_row(&base)
            && let Some(name) = index.string()
        {
            return self.resolve(&name, scope);
        }
        let parts = self.parts(&[base, index], scope);
        self.meet(&parts[1].1, &parts[0].1, scope);
        let mut flow = self.compose(whole.syntax(), &parts);
        // The key says which value is taken, not what it is.
        flow.kinds = parts[0].1.kinds;
        flow
    }

    /// `base.name`: a column of a side of a join, of the whole row, or a member of a bag.
    fn member(&mut self, member: &Member, scope: &Scope) -> Flow {
        let (Some(base), Some(name)) = (member.base(), member.member()) else {
            return Flow::default();
        };
        let text = name.syntax().text().to_string();
        if let Expr::Name(side) = &base {
            let side = match side.text().as_str() {
                "$left" => scope.row.clone(),
                "$right" => scope.right.clone(),
                _ => None,
            };
            if let Some(side) = side {
                return self.column(&side, &text).unwrap_or(Flow {
                    column: Some(text),
                    ..Flow::default()
                });
            }
        }
        if is_whole_row(&base) {
            return self.resolve(&text, scope);
        }
        let base_flow = self.expression(&base, scope);
        self.made_member(&base_flow, range_of(name.syntax()), &text, scope);
        let mut flow = self.compose(member.syntax(), &[(base.range(), base_flow)]);
        flow.column = Some(text);
        flow
    }
}

fn is_whole_row(base: &Expr) -> bool {
    let Expr::Call(call) = base.without_parentheses() else {
        return false;
    };
    call.syntax().kind() == SyntaxKind::CallExpression
        && call.name().is_some_and(|name| name.text() == "pack_all")
}

/// The flows of parts.
pub(super) fn flows(parts: &[Part]) -> Vec<Flow> {
    parts.iter().map(|(_, flow)| flow.clone()).collect()
}
