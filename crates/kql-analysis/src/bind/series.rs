//! `make-series`.

use kql_syntax::SyntaxKind;
use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::literals::constant;
use super::names::ColumnNames;
use super::scope::Row;
use super::tabular::plan;
use crate::plan::{Expr, MakeSeries, NamedExpr, Node, Plan, SeriesValue};
use crate::types::{ScalarType, Schema};
use crate::value::Value;

impl Binder<'_> {
    pub(crate) fn make_series(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let mut names = ColumnNames::default();
        let keys = self.named_expressions(&input.schema, &operator.by(), &mut names)?;
        let values = self.series_values(&input, operator, &mut names)?;
        let axis = self.axis(&input.schema, operator, &mut names)?;
        let bounds = self.bounds(operator)?;
        self.check_bounds(axis.expr.ty, &bounds)?;
        let by_key = keys.iter().map(|key| (key.name.clone(), key.expr.ty));
        let arrays = values.iter().flat_map(|value| &value.outputs);
        let arrays = arrays.map(|output| (output.name.clone(), ScalarType::Dynamic));
        let last = (axis.name.clone(), ScalarType::Dynamic);
        let schema = Schema::new(by_key.chain(arrays).chain([last]));
        let kind = operator.parameter("kind");
        let node = MakeSeries {
            input,
            values,
            axis,
            from: bounds.from,
            to: bounds.to,
            in_range: bounds.in_range,
            step: bounds.step,
            keys,
            nonempty: kind.is_some_and(|kind| kind == "nonempty"),
        };
        let node = Node::MakeSeries(Box::new(node));
        Some(plan(node, schema, operator.range()))
    }

    fn series_values(
        &mut self,
        input: &Plan,
        operator: &Operator,
        names: &mut ColumnNames,
    ) -> Option<Vec<SeriesValue>> {
        let mut values: Vec<SeriesValue> = Vec::new();
        for node in operator.items() {
            if node.kind() == SyntaxKind::DefaultClause {
                let written = node.children().find_map(Syntax::cast)?;
                let default = self.expression(&written, &Row::none())?;
                if let Some(value) = values.last_mut() {
                    value.default = default;
                }
                continue;
            }
            let item = Syntax::cast(node)?;
            let items = std::slice::from_ref(&item);
            let (aggregates, outputs) = self.aggregates(input, &[], items, names)?;
            let ty = outputs.first().map(|output| output.expr.ty);
            values.push(SeriesValue {
                aggregates,
                outputs,
                default: zero_of(ty.unwrap_or(ScalarType::Unknown), item.range()),
            });
        }
        Some(values)
    }

    fn axis(
        &mut self,
        schema: &Schema,
        operator: &Operator,
        names: &mut ColumnNames,
    ) -> Option<NamedExpr> {
        let on = operator.on();
        let syntax = on.first()?;
        let row = self.row(schema);
        let expr = self.expression(syntax, &row)?;
        let ty = expr.ty;
        if !(ty.is_numeric()
            || matches!(
                ty,
                ScalarType::DateTime | ScalarType::TimeSpan | ScalarType::Unknown
            ))
        {
            let message = format!("an axis of type {} has no steps", ty.name());
            self.error("RS2011", &message, None, syntax.range());
            return None;
        }
        Some(NamedExpr {
            name: names.derive(syntax),
            expr,
        })
    }

    fn bounds(&mut self, operator: &Operator) -> Option<Bounds> {
        let row = Row::none();
        let clause = |kind| operator.clause(kind);
        let in_range = clause(SyntaxKind::StepClause).is_none();
        let written = match in_range {
            false => [
                clause(SyntaxKind::FromClause),
                clause(SyntaxKind::ToClause),
                clause(SyntaxKind::StepClause),
            ],
            true => {
                let mut arguments = operator.call()?.arguments().into_iter();
                [arguments.next(), arguments.next(), arguments.next()]
            }
        };
        let mut bound = |written: Option<Syntax>| match written {
            Some(syntax) => self.expression(&syntax, &row).map(Some),
            None => Some(None),
        };
        let [from, to, step] = written;
        let (from, to, step) = (bound(from)?, bound(to)?, bound(step)?);
        let complete = !in_range || (from.is_some() && to.is_some());
        let Some(step) = step.filter(|_| complete) else {
            let hint = "write `from … to … step …`";
            self.error(
                "RS2010",
                "`make-series` has no step",
                Some(hint.to_owned()),
                operator.range(),
            );
            return None;
        };
        Some(Bounds {
            from,
            to,
            step,
            in_range,
        })
    }
}

impl Binder<'_> {
    /// Bounds are of the axis' type, and the step is what differences of it are.
    fn check_bounds(&mut self, axis: ScalarType, bounds: &Bounds) -> Option<()> {
        use ScalarType::{DateTime, Dynamic, TimeSpan, Unknown};
        let fits = |wanted: ScalarType, ty: ScalarType| {
            wanted == ty
                || (wanted.is_numeric() && ty.is_numeric())
                || matches!(wanted, Dynamic | Unknown)
                || matches!(ty, Dynamic | Unknown)
        };
        let step = if axis == DateTime { TimeSpan } else { axis };
        let edges = bounds
            .from
            .iter()
            .chain(&bounds.to)
            .map(|edge| (axis, edge));
        for (wanted, bound) in edges.chain([(step, &bounds.step)]) {
            if !fits(wanted, bound.ty) {
                let message = format!(
                    "an axis of type {} does not go with a value of type {} here",
                    axis.name(),
                    bound.ty.name()
                );
                self.error("RS2011", &message, None, bound.range.clone());
                return None;
            }
        }
        Some(())
    }
}

/// First bin, end of the last one, and the width of a bin.
struct Bounds {
    from: Option<Expr>,
    to: Option<Expr>,
    step: Expr,
    in_range: bool,
}

/// The value of a bin without rows, unless the query gives one: zero of the value's type.
fn zero_of(ty: ScalarType, range: std::ops::Range<usize>) -> Expr {
    let value = match ty {
        ScalarType::Real => Value::Real(0.0),
        ScalarType::Decimal => Value::Decimal(Default::default()),
        ScalarType::TimeSpan => Value::TimeSpan(0),
        ScalarType::Long | ScalarType::Int => Value::Long(0),
        _ => Value::Null,
    };
    constant(value, ty, range)
}
