//! Subqueries that run once for each part of the rows: `mv-apply` and `partition`.

use kql_syntax::SyntaxKind;
use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::scope::{Binding, Scope};
use super::tabular::plan;
use crate::plan::{
    Each, EachColumn, Expr, ExprKind, NamedExpr, Node, Plan, Scalar, ScalarSource, Split,
};
use crate::types::Schema;

/// Most parts of `partition` unless its strategy is `native` or `shuffle`.
pub const LEGACY_PARTITIONS: usize = 64;

impl Binder<'_> {
    /// `mv-apply`: the result has the input's columns, without those that are spread under their own
    /// name, and then the subquery's. A column that both have is the subquery's.
    pub(crate) fn mv_apply(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let expansion = self.expansion(&input.schema, operator)?;
        let part = self.part(expansion.schema.clone(), operator);
        self.in_order = true;
        let body = self.subquery(operator, part, Scope::default())?;
        let spread = spread_columns(&input.schema, operator);
        let (outputs, schema) = applied_columns(&input.schema, &body.schema, &spread);
        let each = Each {
            input,
            split: Split::Expansion(expansion),
            body,
            outputs,
        };
        Some(plan(Node::Each(Box::new(each)), schema, operator.range()))
    }

    /// `partition by column (…)` or `{ … }`: the result has the subquery's columns.
    pub(crate) fn partition(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let key = self.partition_key(&input.schema, operator)?;
        let part = self.part(input.schema.clone(), operator);
        let scope = self.key_scope(&key, &part)?;
        let body = self.subquery(operator, part, scope)?;
        let schema = body.schema.clone();
        let each = Each {
            input,
            split: Split::Key {
                key: key.expr,
                most: self.most_partitions(operator)?,
            },
            outputs: (0..schema.len()).map(EachColumn::Body).collect(),
            body,
        };
        Some(plan(Node::Each(Box::new(each)), schema, operator.range()))
    }

    fn partition_key(&mut self, schema: &Schema, operator: &Operator) -> Option<NamedExpr> {
        let syntax = operator.expression()?;
        let row = self.row(schema);
        let expr = self.expression(&syntax, &row)?;
        if let ExprKind::Column(index) = expr.kind {
            let name = schema.columns.get(index)?.name.clone();
            return Some(NamedExpr { name, expr });
        }
        let hint = "compute the value in an `extend` before";
        self.error(
            "RS2019",
            "`partition` takes a column",
            Some(hint.to_owned()),
            syntax.range(),
        );
        None
    }

    fn most_partitions(&mut self, operator: &Operator) -> Option<Option<usize>> {
        match operator.parameter("hint.strategy").as_deref() {
            None | Some("legacy") => Some(Some(LEGACY_PARTITIONS)),
            Some("native" | "shuffle") => Some(None),
            Some(other) => {
                let message = format!("`{other}` is not a strategy of `partition`");
                let hint = "use `native`, `shuffle` or `legacy`";
                self.error("RS2021", &message, Some(hint.to_owned()), operator.range());
                None
            }
        }
    }

    /// Inside of the subquery the key's name stands for its value, where no column has that name.
    fn key_scope(&mut self, key: &NamedExpr, part: &Plan) -> Option<Scope> {
        let range = key.expr.range.clone();
        let only = super::project::projected(part.clone(), vec![key.clone()], range.clone());
        let ty = key.expr.ty;
        let scalar = Scalar {
            name: key.name.clone(),
            source: ScalarSource::FirstCell(Box::new(only)),
            ty,
        };
        let kind = ExprKind::Scalar(self.add_scalar(scalar, range.clone())?);
        let mut scope = Scope::default();
        let value = Binding::from(Expr { kind, ty, range });
        scope.names.insert(key.name.clone(), value);
        Some(scope)
    }

    fn part(&self, schema: Schema, operator: &Operator) -> Plan {
        let level = self.parts;
        plan(Node::Part { level }, schema, operator.range())
    }

    /// Binds an operator's subquery over the rows around it, or its query in braces. Names that it
    /// declares end with it.
    fn subquery(&mut self, operator: &Operator, part: Plan, scope: Scope) -> Option<Plan> {
        self.scopes.push(scope);
        self.parts += 1;
        let body = match operator.braced_query() {
            Some(query) => self.tabular(&query),
            None => self.piped_subquery(operator, part),
        };
        self.parts -= 1;
        self.scopes.pop();
        body
    }

    fn piped_subquery(&mut self, operator: &Operator, part: Plan) -> Option<Plan> {
        let operators = operator.subquery()?.operators();
        match operators.first() {
            Some(first) if !is_source(first.kind()) => Some(self.operators(part, &operators)),
            _ => {
                let message = format!(
                    "the subquery of `{}` reads the rows around it, not another table",
                    operator.keyword()
                );
                let hint = "begin with an operator such as `where`";
                self.error("RS2027", &message, Some(hint.to_owned()), operator.range());
                None
            }
        }
    }

    /// A table of a subquery, run once when it does not depend on the part.
    pub(crate) fn outside_parts(&mut self, table: Plan) -> Option<Plan> {
        if self.parts == 0 || matches!(table.node, Node::Shared { .. }) {
            return Some(table);
        }
        let (schema, range) = (table.schema.clone(), table.range.clone());
        let index = self.share(String::new(), Some(table), schema.clone(), range.clone())?;
        Some(plan(Node::Shared { index }, schema, range))
    }
}

/// Whether an operator stands at the head of a pipeline only.
fn is_source(operator: SyntaxKind) -> bool {
    use SyntaxKind::*;
    matches!(
        operator,
        PrintOperator | RangeOperator | DatatableOperator | ExternalDataOperator
    )
}

/// Columns of the input that are spread under their own name.
fn spread_columns(input: &Schema, operator: &Operator) -> Vec<usize> {
    let expanded = operator.expanded().into_iter();
    expanded
        .filter_map(|item| match item.expression? {
            Syntax::Name(name) => input.index_of(&name.text()),
            _ => None,
        })
        .collect()
}

fn applied_columns(input: &Schema, body: &Schema, spread: &[usize]) -> (Vec<EachColumn>, Schema) {
    let mut outputs = Vec::new();
    let mut schema = Schema::default().opened(input.open || body.open);
    for (index, column) in input.columns.iter().enumerate() {
        if !spread.contains(&index) {
            outputs.push(EachColumn::Outer(index));
            schema.columns.push(column.clone());
        }
    }
    for (index, column) in body.columns.iter().enumerate() {
        match schema.index_of(&column.name) {
            Some(place) => {
                outputs[place] = EachColumn::Body(index);
                schema.columns[place].ty = column.ty;
            }
            None => {
                outputs.push(EachColumn::Body(index));
                schema.columns.push(column.clone());
            }
        }
    }
    (outputs, schema)
}
