//! Membership: `in`, `!in`, `in~`, `has_any`, `has_all`.

use std::ops::Range;

use kql_syntax::ast::{Expr as Syntax, In};

use super::Binder;
use super::conversions::as_text;
use super::operators::truths_as_numbers;
use super::scope::Row;
use super::tabular::plan;
use crate::plan::{AggregateCall, Expr, ExprKind, Haystack, InList, NamedExpr, Node, Plan};
use crate::registry::{aggregate_signatures, function_signatures};
use crate::types::{ScalarType, Schema};

impl Binder<'_> {
    pub(crate) fn membership(&mut self, membership: &In, row: &Row<'_>) -> Option<Expr> {
        let range = membership.range();
        let needle = self.expression(&membership.needle()?, row)?;
        let operator = membership.operator();
        let haystack = self.haystack(&membership.values(), row)?;
        let textual = operator.ends_with('~') || operator.contains("has");
        if textual && !crate::registry::Class::Text.fits(needle.ty) {
            let message = format!("`{operator}` does not apply to {}", needle.ty.name());
            let hint = "convert it with `tostring(…)`".to_owned();
            self.error("RS2009", &message, Some(hint), needle.range.clone());
        }
        if let Some(word) = operator
            .strip_prefix('!')
            .filter(|word| word.starts_with("has"))
        {
            let inner = self.terms(word, needle, haystack, range.clone())?;
            let not = function_signatures("not").first()?;
            return Some(Expr {
                kind: ExprKind::Call(not.declared, vec![inner]),
                ty: ScalarType::Bool,
                range,
            });
        }
        if operator.starts_with("has") {
            return self.terms(&operator, needle, haystack, range);
        }
        let (needle, haystack) = alike(needle, haystack)?;
        let list = InList {
            needle,
            haystack,
            ignore_case: operator.ends_with('~'),
            negated: operator.starts_with('!'),
        };
        Some(Expr {
            kind: ExprKind::In(Box::new(list)),
            ty: ScalarType::Bool,
            range,
        })
    }

    /// `has_any` and `has_all`: the terms are arguments; those of a table are listed once.
    fn terms(
        &mut self,
        operator: &str,
        needle: Expr,
        haystack: Haystack,
        range: Range<usize>,
    ) -> Option<Expr> {
        let terms = match haystack {
            Haystack::Values(terms) => terms,
            Haystack::Table(table) => vec![self.listed(*table, range.clone())?],
        };
        let signature = function_signatures(operator).first()?;
        let mut arguments = vec![as_text(needle)];
        arguments.extend(terms);
        Some(Expr {
            kind: ExprKind::Call(signature.declared, arguments),
            ty: ScalarType::Bool,
            range,
        })
    }

    /// The first column of a table as an array.
    fn listed(&mut self, table: Plan, range: Range<usize>) -> Option<Expr> {
        let ty = table.schema.columns.first()?.ty;
        let list = aggregate_signatures("make_list").first()?;
        let value = |ty| Expr {
            kind: ExprKind::Column(0),
            ty,
            range: range.clone(),
        };
        let call = AggregateCall {
            names: vec!["list".to_owned()],
            types: vec![ScalarType::Dynamic],
            aggregate: list.declared,
            args: vec![value(ty)],
            range: range.clone(),
        };
        let output = NamedExpr {
            name: "list".to_owned(),
            expr: value(ScalarType::Dynamic),
        };
        let node = Node::Summarize {
            input: Box::new(table),
            keys: Vec::new(),
            aggregates: vec![call],
            outputs: vec![output],
        };
        let schema = Schema::new([("list", ScalarType::Dynamic)]);
        self.first_cell_of(plan(node, schema, range.clone()), range)
    }

    fn haystack(&mut self, values: &[Syntax], row: &Row<'_>) -> Option<Haystack> {
        if let [only] = values
            && self.is_tabular(only)
        {
            let plan = self.inner_table(only)?;
            return Some(Haystack::Table(Box::new(self.outside_parts(plan)?)));
        }
        let bound: Vec<Option<Expr>> = values
            .iter()
            .map(|value| self.expression(value, row))
            .collect();
        let bound: Option<Vec<Expr>> = bound.into_iter().collect();
        bound.map(Haystack::Values)
    }
}

/// A value and the list that it is sought in, truth values as numbers when both occur.
fn alike(needle: Expr, haystack: Haystack) -> Option<(Expr, Haystack)> {
    let Haystack::Values(values) = haystack else {
        return Some((needle, haystack));
    };
    let mut all = vec![needle];
    all.extend(values);
    let mut all = truths_as_numbers(all).into_iter();
    Some((all.next()?, Haystack::Values(all.collect())))
}
