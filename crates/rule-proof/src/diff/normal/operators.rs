//! Normal form of operators: what parts they have, and in which spelling.

use std::collections::BTreeMap;

use kql_syntax::ast::{Expr, Name, Operator, Ordered};
use kql_syntax::{SyntaxKind, SyntaxNode};

use super::{Names, Part, Step};
use crate::diff::forms::two_sides;
use crate::diff::reorder::Flow;

impl Names {
    pub(super) fn source(&self, expr: &Expr) -> Step {
        Step {
            kind: "source".to_owned(),
            parts: vec![self.part("source", expr)],
            is_ordered: true,
            inner: Vec::new(),
            range: expr.range(),
        }
    }

    pub(super) fn part(&self, role: &'static str, expr: &Expr) -> Part {
        Part {
            role,
            normal: self.normal(expr),
            about: self.about(expr),
            range: expr.range(),
            flow: Flow::of(expr),
        }
    }

    /// What an expression is about: the name that it is given, or the left side of a comparison.
    pub(super) fn about(&self, expr: &Expr) -> String {
        match expr.without_parentheses() {
            Expr::Named(named) => match named.name() {
                Some(name) => format!("={}", name.text()),
                None => named
                    .tuple()
                    .iter()
                    .map(Name::text)
                    .collect::<Vec<_>>()
                    .join(","),
            },
            Expr::Binary(binary) => {
                let sides = [binary.left(), binary.right()].into_iter().flatten();
                let column =
                    sides.filter(|side| !matches!(side.without_parentheses(), Expr::Literal(_)));
                column
                    .map(|side| self.normal(&side))
                    .next()
                    .unwrap_or_default()
            }
            Expr::In(list) => list
                .needle()
                .map(|needle| self.normal(&needle))
                .unwrap_or_default(),
            Expr::Between(between) => between
                .operands()
                .first()
                .map(|value| self.normal(value))
                .unwrap_or_default(),
            Expr::Call(call) if call.name().is_some_and(|name| name.text() == "not") => call
                .arguments()
                .first()
                .map(|inner| self.about(inner))
                .unwrap_or_default(),
            other => self.normal(&other),
        }
    }

    pub(super) fn step(&self, operator: &Operator) -> Step {
        let keyword = operator.keyword();
        let kind = match keyword.as_str() {
            "filter" => "where",
            "order" => "sort",
            "limit" => "take",
            "mvexpand" => "mv-expand",
            "mvapply" => "mv-apply",
            other => other,
        };
        let mut step = Step {
            kind: kind.to_owned(),
            parts: Vec::new(),
            is_ordered: false,
            inner: Vec::new(),
            range: operator.range(),
        };
        match operator.kind() {
            SyntaxKind::WhereOperator => {
                let predicate = operator.expression();
                let parts = predicate.iter().flat_map(conjuncts);
                step.parts = parts.map(|part| self.part("filter", &part)).collect();
            }
            SyntaxKind::ProjectAwayOperator | SyntaxKind::ProjectKeepOperator => {
                let parts = operator.list().into_iter();
                step.parts = parts.map(|part| self.part("column", &part)).collect();
            }
            SyntaxKind::ExtendOperator
            | SyntaxKind::ProjectOperator
            | SyntaxKind::ProjectRenameOperator
            | SyntaxKind::DistinctOperator => {
                let parts = operator.list().into_iter();
                step.parts = parts.map(|part| self.part("column", &part)).collect();
                number_unnamed(&operator.list(), &mut step.parts);
            }
            SyntaxKind::SummarizeOperator => {
                let values = operator.list().into_iter();
                step.parts = values.map(|part| self.part("aggregate", &part)).collect();
                number_unnamed(&operator.list(), &mut step.parts);
                let keys = operator.by().into_iter();
                step.parts
                    .extend(keys.map(|part| self.part("group key", &part)));
            }
            SyntaxKind::SortOperator => {
                step.is_ordered = true;
                step.parts = operator
                    .ordered()
                    .iter()
                    .map(|key| self.sort_key(key))
                    .collect();
            }
            SyntaxKind::JoinOperator | SyntaxKind::LookupOperator => self.join(operator, &mut step),
            SyntaxKind::UnionOperator => self.union(operator, &mut step),
            _ => {
                step.is_ordered = true;
                let normal = format!("{kind} {}", self.written_after_keyword(operator.syntax()));
                step.parts = vec![Part {
                    role: "operator",
                    about: step.kind.clone(),
                    normal,
                    range: operator.range(),
                    flow: Flow::default(),
                }];
            }
        }
        step
    }

    pub(super) fn sort_key(&self, key: &Ordered) -> Part {
        let expression = key.expression();
        let normal = expression
            .as_ref()
            .map(|key| self.normal(key))
            .unwrap_or_default();
        let direction = if key.has("asc") { "asc" } else { "desc" };
        // Unless said otherwise, nulls are the least.
        let nulls = match (key.has("first"), key.has("last")) {
            (true, _) => "first",
            (_, true) => "last",
            _ if direction == "asc" => "first",
            _ => "last",
        };
        Part {
            role: "sort key",
            about: normal.clone(),
            normal: format!("{normal} {direction} nulls {nulls}"),
            range: key.range(),
            flow: Flow::default(),
        }
    }

    pub(super) fn join(&self, operator: &Operator, step: &mut Step) {
        let parameters = operator.parameters();
        let kind = parameters
            .iter()
            .find(|parameter| parameter.name() == "kind");
        let default = match operator.kind() {
            SyntaxKind::LookupOperator => "leftouter",
            _ => "innerunique",
        };
        step.parts.push(Part {
            role: "kind of join",
            about: "kind".to_owned(),
            normal: kind.map_or_else(|| default.to_owned(), |kind| kind.value()),
            range: kind.map_or(operator.range(), |kind| kind.range()),
            flow: Flow::default(),
        });
        let key = |expr: &Expr| {
            let mut part = self.part("join key", expr);
            if let Expr::Name(name) = expr.without_parentheses() {
                let name = name.text();
                part.normal = two_sides("==", format!("$left.{name}"), format!("$right.{name}"));
            }
            part
        };
        step.parts.extend(
            operator
                .on()
                .iter()
                .flat_map(conjuncts)
                .map(|expr| key(&expr)),
        );
        step.inner
            .extend(operator.expression().map(|right| self.steps(&right)));
    }

    pub(super) fn union(&self, operator: &Operator, step: &mut Step) {
        let parameters = operator.parameters().into_iter();
        step.parts = parameters
            .filter(|parameter| {
                let (name, value) = (parameter.name(), parameter.value());
                let default = [("kind", "outer"), ("isfuzzy", "false")];
                !name.starts_with("hint.") && !default.contains(&(name.as_str(), value.as_str()))
            })
            .map(|parameter| Part {
                role: "parameter",
                about: parameter.name(),
                normal: format!("{}={}", parameter.name(), parameter.value()),
                range: parameter.range(),
                flow: Flow::default(),
            })
            .collect();
        // A union that nothing is piped into is an expression itself.
        let below = operator.syntax().descendants().skip(1);
        let tables = below.filter_map(Expr::cast);
        let outermost = tables.filter(|expr| is_outermost(expr.syntax(), operator.syntax()));
        for table in outermost {
            match table.without_parentheses() {
                inner @ (Expr::Pipeline(_) | Expr::Source(_)) => {
                    step.inner.push(self.steps(&inner))
                }
                other => match self.table(&other) {
                    Some(steps) => step.inner.push(steps.clone()),
                    None => step.parts.push(self.part("table", &other)),
                },
            }
        }
    }
}

/// Columns without a name are numbered in their order where no column that they read names them: the number
/// is then a part of what they say.
fn number_unnamed(items: &[Expr], parts: &mut [Part]) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (item, part) in items.iter().zip(parts) {
        let named_by = match item.without_parentheses() {
            Expr::Named(_) | Expr::Name(_) | Expr::Member(_) => continue,
            Expr::Call(call) => {
                let reads_column = call
                    .arguments()
                    .first()
                    .is_some_and(|first| matches!(first.without_parentheses(), Expr::Name(_)));
                let name = call.name().map(|name| name.text()).unwrap_or_default();
                if reads_column && name != "countif" {
                    continue;
                }
                name
            }
            _ => String::new(),
        };
        let count = counts.entry(named_by).or_default();
        if *count > 0 {
            part.normal.push_str(&format!(" #{count}"));
        }
        *count += 1;
    }
}

/// The operands of `and`, or the expression itself.
fn conjuncts(expr: &Expr) -> Vec<Expr> {
    match expr.without_parentheses() {
        Expr::Logical(logical) if logical.is_and() => {
            logical.operands().iter().flat_map(conjuncts).collect()
        }
        other => vec![other],
    }
}

/// Whether no expression lies between a node and the operator around it.
fn is_outermost(node: &SyntaxNode, operator: &SyntaxNode) -> bool {
    let mut between = node
        .ancestors()
        .skip(1)
        .take_while(|ancestor| ancestor != operator);
    let is_part = |kind: SyntaxKind| kind == SyntaxKind::OperatorParameter;
    !between.any(|ancestor| is_part(ancestor.kind()) || Expr::cast(ancestor.clone()).is_some())
}
