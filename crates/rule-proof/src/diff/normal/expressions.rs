//! Normal form of expressions.

use kql_syntax::ast::{Expr, Json, Name, Ordered};
use kql_syntax::{SyntaxElement, SyntaxNode};

use super::{MAX_DEPTH, Names, normal_of};
use crate::diff::forms::{alias, binary_form, json_form, literal_form};

impl Names {
    /// Normal form of an expression.
    pub fn normal(&self, expr: &Expr) -> String {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            return expr.syntax().text().to_string();
        }
        self.depth.set(depth + 1);
        let form = self.form(expr);
        self.depth.set(depth);
        form
    }

    pub(super) fn form(&self, expr: &Expr) -> String {
        match expr.without_parentheses() {
            Expr::Literal(literal) => literal_form(&literal),
            Expr::Dynamic(dynamic) => dynamic
                .value()
                .map(|json| json_form(&json))
                .unwrap_or_default(),
            Expr::Name(name) => self.name(&name),
            Expr::Call(call) => {
                let name = call.name().map(|name| name.text()).unwrap_or_default();
                let args = call.arguments();
                match (name.as_str(), args.as_slice()) {
                    ("not", [only]) => self.negated(only),
                    _ => {
                        let name = self
                            .known
                            .get(&name)
                            .cloned()
                            .unwrap_or_else(|| alias(&name).to_owned());
                        let args: Vec<String> = args.iter().map(|arg| self.normal(arg)).collect();
                        format!("{name}({})", args.join(", "))
                    }
                }
            }
            Expr::Binary(binary) => {
                let side =
                    |side: Option<Expr>| side.map(|side| self.normal(&side)).unwrap_or_default();
                binary_form(
                    &binary.operator(),
                    side(binary.left()),
                    side(binary.right()),
                )
            }
            Expr::Logical(logical) => {
                let word = if logical.is_and() { " and " } else { " or " };
                let mut operands = self.operands(expr, logical.is_and());
                operands.sort();
                operands.dedup();
                format!("({})", operands.join(word))
            }
            Expr::In(list) => {
                let needle = list
                    .needle()
                    .map(|needle| self.normal(&needle))
                    .unwrap_or_default();
                let values = self.members_of(&list.values());
                format!("({needle} {} ({}))", list.operator(), values.join(", "))
            }
            Expr::Between(between) => {
                let parts: Vec<String> = between
                    .operands()
                    .iter()
                    .map(|part| self.normal(part))
                    .collect();
                format!(
                    "{}between({})",
                    if between.is_negated() { "!" } else { "" },
                    parts.join(", ")
                )
            }
            Expr::Named(named) => {
                let names = named.name().map(|name| name.text());
                let names = names.unwrap_or_else(|| {
                    named
                        .tuple()
                        .iter()
                        .map(Name::text)
                        .collect::<Vec<_>>()
                        .join(", ")
                });
                let value = named
                    .value()
                    .map(|value| self.normal(&value))
                    .unwrap_or_default();
                // Only without a name do the columns of both have different ones.
                match value.strip_prefix("any(") {
                    Some(rest) => format!("{names} = take_any({rest}"),
                    None => format!("{names} = {value}"),
                }
            }
            Expr::Pipeline(_) | Expr::Source(_) => normal_of(&self.steps(expr)),
            Expr::Member(member) => {
                let base = member.base().map(|base| self.normal(&base));
                let name = member.member().map(|name| match name {
                    Expr::Name(name) => name.text(),
                    other => self.written(other.syntax()),
                });
                format!("{}.{}", base.unwrap_or_default(), name.unwrap_or_default())
            }
            other => self.written(other.syntax()),
        }
    }

    /// `not(…)` of an expression; twice is not at all.
    pub(super) fn negated(&self, expr: &Expr) -> String {
        let form = self.normal(expr);
        match form
            .strip_prefix("not(")
            .and_then(|rest| rest.strip_suffix(')'))
        {
            Some(inner) => inner.to_owned(),
            None => format!("not({form})"),
        }
    }

    /// Operands of nested `and`s, or of nested `or`s.
    pub(super) fn operands(&self, expr: &Expr, is_and: bool) -> Vec<String> {
        match expr.without_parentheses() {
            Expr::Logical(logical) if logical.is_and() == is_and => logical
                .operands()
                .iter()
                .flat_map(|operand| self.operands(operand, is_and))
                .collect(),
            other => vec![self.normal(&other)],
        }
    }

    /// The different members of lists, in an order of their own.
    pub fn members_of(&self, values: &[Expr]) -> Vec<String> {
        let mut members: Vec<String> = values
            .iter()
            .flat_map(|value| self.members(value))
            .collect();
        members.sort();
        members.dedup();
        members
    }

    /// The members of a list; a dynamic array counts as its elements.
    pub(super) fn members(&self, value: &Expr) -> Vec<String> {
        match value.without_parentheses() {
            Expr::Dynamic(dynamic) => match dynamic.value() {
                Some(Json::Array(items)) => items.iter().map(json_form).collect(),
                other => other.iter().map(json_form).collect(),
            },
            Expr::Name(name) if self.lists.contains_key(&name.text()) => {
                self.lists.get(&name.text()).cloned().unwrap_or_default()
            }
            other => vec![self.normal(&other)],
        }
    }

    pub(super) fn name(&self, name: &Name) -> String {
        let text = name.text();
        self.known.get(&text).cloned().unwrap_or(text)
    }

    /// The tokens of a node one by one, with expressions in normal form.
    pub(super) fn written(&self, node: &SyntaxNode) -> String {
        let elements = node.children_with_tokens();
        let parts = elements.filter_map(|element| self.written_element(node, element));
        parts.collect::<Vec<_>>().join(" ")
    }

    /// As [`Self::written`], without the first token.
    pub(super) fn written_after_keyword(&self, node: &SyntaxNode) -> String {
        let elements = node.children_with_tokens();
        let parts = elements.filter_map(|element| self.written_element(node, element));
        parts.skip(1).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn written_element(
        &self,
        node: &SyntaxNode,
        element: SyntaxElement,
    ) -> Option<String> {
        match element {
            SyntaxElement::Token(token) if token.kind().is_trivia() => None,
            SyntaxElement::Token(token) => Some(token.text().to_owned()),
            SyntaxElement::Node(child) => Some(match Expr::cast(child.clone()) {
                Some(expr) if expr.syntax() != node => self.normal(&expr),
                _ => match Ordered::cast(child.clone()) {
                    Some(key) => self.sort_key(&key).normal,
                    None => self.written(&child),
                },
            }),
        }
    }
}
