//! `summarize`: keys, aggregates, and expressions around them; `distinct`, which has keys alone.

use std::ops::Range;

use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::aggregates::Aggregation;
use super::names::ColumnNames;
use super::project::{projected, schema_of};
use super::scope::Row;
use super::tabular::{plan, same_columns};
use crate::plan::{AggregateCall, Expr, ExprKind, NamedExpr, Node, Plan};
use crate::types::{ColumnSchema, ScalarType};

impl Binder<'_> {
    pub(crate) fn summarize(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let mut names = ColumnNames::beside(&input.schema);
        let keys = self.named_expressions(&input.schema, &operator.by(), &mut names)?;
        self.check_keys(&keys);
        let (calls, mut outputs) = self.aggregates(&input, &keys, &operator.list(), &mut names)?;
        let mut columns: Vec<NamedExpr> = keys
            .iter()
            .enumerate()
            .map(|(index, key)| key_column(index, key))
            .collect();
        columns.append(&mut outputs);
        let open = input.schema.open && operator.list().iter().any(takes_all);
        let schema = schema_of(&columns).opened(open);
        let node = Node::Summarize {
            input: Box::new(input),
            keys,
            aggregates: calls,
            outputs: columns,
        };
        Some(plan(node, schema, operator.range()))
    }

    pub(crate) fn distinct(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let items = operator.list();
        let columns = match items.as_slice() {
            [Syntax::Wildcard(_) | Syntax::Star(_)] => None,
            _ => Some(self.named_expressions(
                &input.schema,
                &items,
                &mut ColumnNames::beside(&input.schema),
            )?),
        };
        let range = operator.range();
        let input = match columns {
            None => input,
            Some(columns) => projected(input, columns, range.clone()),
        };
        let dynamic = |column: &&ColumnSchema| column.ty == ScalarType::Dynamic;
        if let Some(column) = input.schema.columns.iter().find(dynamic) {
            self.dynamic_key(&column.name, range);
        }
        Some(same_columns(input, operator, |input| Node::Distinct {
            input,
        }))
    }

    /// Kusto does not group by dynamic values.
    pub(crate) fn check_keys(&mut self, keys: &[NamedExpr]) {
        let dynamic = |key: &&NamedExpr| key.expr.ty == ScalarType::Dynamic;
        for key in keys.iter().filter(dynamic) {
            self.dynamic_key(&key.name, key.expr.range.clone());
        }
    }

    pub(crate) fn dynamic_key(&mut self, name: &str, range: Range<usize>) {
        let hint = "convert it, for example with `tostring(…)`".to_owned();
        let message = format!("`{name}` is dynamic and cannot tell rows apart");
        self.error("RS2011", &message, Some(hint), range);
    }

    /// Binds the aggregates of an operator: the calls, and the columns made from them.
    pub(crate) fn aggregates(
        &mut self,
        input: &Plan,
        keys: &[NamedExpr],
        items: &[Syntax],
        names: &mut ColumnNames,
    ) -> Option<(Vec<AggregateCall>, Vec<NamedExpr>)> {
        self.rows += 1;
        let outer = self.aggregation.replace(Aggregation {
            input: input.schema.clone(),
            row: self.rows,
            keys: keys.iter().filter_map(plain_column).collect(),
            offset: keys.len(),
            calls: Vec::new(),
        });
        let bound: Vec<Option<Vec<NamedExpr>>> = items
            .iter()
            .map(|item| self.aggregate_item(item, names))
            .collect();
        let context = std::mem::replace(&mut self.aggregation, outer)?;
        let outputs: Option<Vec<Vec<NamedExpr>>> = bound.into_iter().collect();
        Some((context.calls, outputs?.concat()))
    }

    /// One item: an aggregate, which may give several columns, or an expression around aggregates.
    fn aggregate_item(&mut self, item: &Syntax, names: &mut ColumnNames) -> Option<Vec<NamedExpr>> {
        let before = self.aggregation.as_ref()?.calls.len();
        // Without an aggregate it is a constant: names of columns are not known here.
        let expr = self.expression(item, &Row::none())?;
        let calls = &self.aggregation.as_ref()?.calls;
        let is_call = calls.len() == before + 1 && matches!(expr.kind, ExprKind::Column(_));
        let multiple = calls
            .last()
            .filter(|call| is_call && (call.names.len() > 1 || !is_empty(call)))
            .cloned();
        match multiple {
            Some(call) => Some(spread(item, &expr, &call, names)),
            None if matches!(item, Syntax::Named(_)) && self.repeats(item, &expr, names) => {
                Some(Vec::new())
            }
            None => Some(vec![NamedExpr {
                name: names.derive(item),
                expr,
            }]),
        }
    }
}

/// Whether an item such as `arg_max(x, *)` gives all columns.
fn takes_all(item: &Syntax) -> bool {
    let value = match item {
        Syntax::Named(named) => named.value(),
        other => Some(other.clone()),
    };
    let star = |argument: &Syntax| matches!(argument, Syntax::Star(_) | Syntax::Wildcard(_));
    match value {
        Some(Syntax::Call(call)) => call.arguments().iter().any(star),
        _ => false,
    }
}

/// The column that a key is, when it is no more than that.
fn plain_column(key: &NamedExpr) -> Option<usize> {
    match key.expr.kind {
        ExprKind::Column(index) => Some(index),
        _ => None,
    }
}

fn is_empty(call: &AggregateCall) -> bool {
    call.names.iter().all(String::is_empty)
}

/// The columns of an aggregate that gives several, with the names the item gives to the first ones.
fn spread(
    item: &Syntax,
    first: &Expr,
    call: &AggregateCall,
    names: &mut ColumnNames,
) -> Vec<NamedExpr> {
    let ExprKind::Column(start) = first.kind else {
        return Vec::new();
    };
    let given: Vec<String> = match item {
        Syntax::Named(named) => match named.name() {
            Some(name) => vec![name.text()],
            None => named.tuple().iter().map(|name| name.text()).collect(),
        },
        _ => Vec::new(),
    };
    let columns = call
        .names
        .iter()
        .zip(&call.types)
        .enumerate()
        .map(|(index, (own, ty))| {
            let name = match given.get(index) {
                Some(given) => names.take(given),
                None => names.take(own),
            };
            let expr = Expr {
                kind: ExprKind::Column(start + index),
                ty: *ty,
                range: call.range.clone(),
            };
            NamedExpr { name, expr }
        });
    columns.collect()
}

fn key_column(index: usize, key: &NamedExpr) -> NamedExpr {
    let expr = Expr {
        kind: ExprKind::Column(index),
        ty: key.expr.ty,
        range: key.expr.range.clone(),
    };
    NamedExpr {
        name: key.name.clone(),
        expr,
    }
}
