//! `top-nested`, `top-hitters`, `sample` and `sample-distinct`.

use kql_syntax::SyntaxKind;
use kql_syntax::ast::{Expr as Syntax, Operator, TopNestedClause};

use super::Binder;
use super::calls::result_type;
use super::names::{ColumnNames, derived};
use super::project::{projected, schema_of};
use super::scope::Row;
use super::tabular::{plan, same_columns};
use crate::plan::{AggregateCall, Expr, ExprKind, NamedExpr, NestedLevel, Node, Plan, SortKey};
use crate::registry::aggregate_signatures;
use crate::types::{ScalarType, Schema};

impl Binder<'_> {
    pub(crate) fn top_nested(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let mut names = ColumnNames::default();
        let mut levels = Vec::new();
        for clause in operator.levels() {
            levels.push(self.nested_level(&input, &clause, &mut names)?);
        }
        let columns = levels.iter().flat_map(|level| {
            let (value, rank) = (&level.value, &level.rank);
            [
                (value.name.clone(), value.expr.ty),
                (rank.name.clone(), rank.expr.ty),
            ]
        });
        let schema = Schema::new(columns);
        let node = Node::TopNested {
            input: Box::new(input),
            levels,
        };
        Some(plan(node, schema, operator.range()))
    }

    fn nested_level(
        &mut self,
        input: &Plan,
        clause: &TopNestedClause,
        names: &mut ColumnNames,
    ) -> Option<NestedLevel> {
        let count = match clause.count() {
            Some(count) => Some(self.row_count(&count)?),
            None => None,
        };
        let of = clause.of()?;
        let row = self.row(&input.schema);
        let expr = self.expression(&of, &row)?;
        let name = match derived(&of) {
            Some(name) => names.take(&name),
            // The service's checker knows no name here, and numbers the second one.
            None if self.is_checker() => names.take(""),
            None => names.next(),
        };
        let value = NamedExpr { name, expr };
        let others = match clause.others() {
            Some(others) => Some(self.expression(&others, &Row::none())?),
            None => None,
        };
        let by = clause.by()?;
        let (aggregates, rank) = self.nested_rank(input, &by.expression()?, &value.name, names)?;
        let first = Expr {
            kind: ExprKind::Column(0),
            ..rank.expr.clone()
        };
        Some(NestedLevel {
            value,
            count,
            others,
            aggregates,
            rank,
            key: super::sort::sort_key(first, &by),
        })
    }

    fn nested_rank(
        &mut self,
        input: &Plan,
        item: &Syntax,
        value: &str,
        names: &mut ColumnNames,
    ) -> Option<(Vec<AggregateCall>, NamedExpr)> {
        let mut scratch = ColumnNames::default();
        let items = std::slice::from_ref(item);
        let (aggregates, mut outputs) = self.aggregates(input, &[], items, &mut scratch)?;
        let name = match item {
            Syntax::Named(named) => named.name()?.text(),
            _ => format!("aggregated_{value}"),
        };
        outputs.truncate(1);
        let expr = outputs.pop()?.expr;
        let name = names.take(&name);
        Some((aggregates, NamedExpr { name, expr }))
    }

    /// `top-hitters`: the values with most rows or the largest sum. Kusto estimates them; here they are
    /// exact.
    pub(crate) fn top_hitters(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let count = self.row_count(&operator.expression()?)?;
        let of = operator.clause(SyntaxKind::OfClause)?;
        self.expect_column(&of);
        let row = self.row(&input.schema);
        let key = NamedExpr {
            expr: self.expression(&of, &row)?,
            name: derived(&of).unwrap_or_else(|| "Column1".to_owned()),
        };
        let call = match operator.clause(SyntaxKind::ByClause) {
            Some(by) => {
                let sum = self.summed(&by, &row)?;
                let name = format!("approximate_sum_{}", derived(&by).unwrap_or_default());
                self.hitters_call("sum", vec![sum], name, operator)?
            }
            None => {
                let name = format!("approximate_count_{}", key.name);
                self.hitters_call("count", Vec::new(), name, operator)?
            }
        };
        Some(hitters(input, operator, key, call, count))
    }

    /// A number that `top-hitters` sums.
    fn summed(&mut self, by: &Syntax, row: &Row<'_>) -> Option<Expr> {
        let sum = self.expression(by, row)?;
        if sum.ty.is_numeric() || sum.ty == ScalarType::Unknown {
            return Some(sum);
        }
        let message = format!("`top-hitters` sums numbers, not {}", sum.ty.name());
        self.error("RS2011", &message, None, sum.range);
        None
    }

    fn hitters_call(
        &mut self,
        aggregate: &str,
        args: Vec<Expr>,
        name: String,
        operator: &Operator,
    ) -> Option<AggregateCall> {
        let aggregate = aggregate_signatures(aggregate).first()?.declared;
        let ty = match args.first().filter(|_| self.is_checker()) {
            Some(arg) => arg.ty,
            None => result_type(aggregate.returns, &args)?,
        };
        Some(AggregateCall {
            names: vec![name],
            types: vec![ty],
            aggregate,
            args,
            range: operator.range(),
        })
    }

    /// The service's checker wants the name of a column here; its documentation allows expressions.
    fn expect_column(&mut self, written: &Syntax) {
        if !matches!(written, Syntax::Name(_)) {
            self.object("only the name of a column stands here", written.range());
        }
    }

    /// `sample`: here the first rows.
    pub(crate) fn sample(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let count = self.row_count(&operator.expression()?)?;
        Some(same_columns(input, operator, |input| Node::Take {
            input,
            count,
        }))
    }

    /// `sample-distinct`: here the first distinct values.
    pub(crate) fn sample_distinct(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let count = self.row_count(&operator.expression()?)?;
        let of = operator.clause(SyntaxKind::OfClause)?;
        self.expect_column(&of);
        let columns = self.named_expressions(
            &input.schema,
            std::slice::from_ref(&of),
            &mut ColumnNames::default(),
        )?;
        let column = projected(input, columns, operator.range());
        let distinct = same_columns(column, operator, |input| Node::Distinct { input });
        Some(same_columns(distinct, operator, |input| Node::Take {
            input,
            count,
        }))
    }
}

/// Groups by a key, aggregates, and keeps the largest.
fn hitters(
    input: Plan,
    operator: &Operator,
    key: NamedExpr,
    call: AggregateCall,
    count: Expr,
) -> Plan {
    let range = operator.range();
    let column = |index, ty| Expr {
        kind: ExprKind::Column(index),
        ty,
        range: range.clone(),
    };
    let ty = call.types.first().copied().unwrap_or(ScalarType::Unknown);
    let outputs = vec![
        NamedExpr {
            name: key.name.clone(),
            expr: column(0, key.expr.ty),
        },
        NamedExpr {
            name: call.names.first().cloned().unwrap_or_default(),
            expr: column(1, ty),
        },
    ];
    let schema = schema_of(&outputs);
    let node = Node::Summarize {
        input: Box::new(input),
        keys: vec![key],
        aggregates: vec![call],
        outputs,
    };
    let keys = vec![SortKey {
        expr: column(1, ty),
        descending: true,
        nulls_first: false,
    }];
    let grouped = plan(node, schema, range.clone());
    same_columns(grouped, operator, |input| Node::Top { input, count, keys })
}
