//! What stands at the head of a pipeline: tables, tabular calls, `print`, `range`, `datatable`.

use std::ops::Range;

use kql_syntax::SyntaxKind;
use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::names::ColumnNames;
use super::parts::spread_item;
use super::project::schema_of;
use super::scope::{Binding, Row};
use super::tabular::plan;
use crate::catalog::nearest;
use crate::plan::{Expr, ExprKind, Node, Plan};
use crate::types::{ColumnSchema, ScalarType, Schema};
use crate::value::Value;

impl Binder<'_> {
    /// A table by name: declared in the query, or given from outside.
    pub(crate) fn table(&mut self, name: &str, range: Range<usize>) -> Option<Plan> {
        match self.lookup(name) {
            Some(Binding::Table(index)) => {
                let index = *index;
                let schema = self.shared[index].schema.clone();
                self.graph = self.shared_graphs.get(index).cloned().flatten();
                self.in_order = self.shared_in_order.get(index) == Some(&true);
                return Some(plan(Node::Shared { index }, schema, range));
            }
            Some(Binding::Erroneous | Binding::Element(_)) => return None,
            Some(Binding::Lambda { .. }) => return self.call_tabular_lambda(name, &[], range),
            Some(Binding::Pattern { .. }) => {
                let message = format!("`{name}` is a pattern, not a table");
                let hint = format!("say which of its tables: `{name}(\"text\")`");
                self.error("RS2016", &message, Some(hint), range);
                return None;
            }
            Some(Binding::Scalar { .. }) => {
                let message = format!("`{name}` is a value, not a table");
                self.error("RS2016", &message, None, range);
                return None;
            }
            None => {}
        }
        self.in_order = false;
        let Some(schema) = self.outside(name) else {
            self.unknown_table_name(name, range);
            return None;
        };
        let node = Node::Table {
            name: name.to_owned(),
            unread: Vec::new(),
        };
        Some(plan(node, schema.clone(), range))
    }

    /// Reports a table that nobody knows.
    fn unknown_table_name(&mut self, name: &str, range: Range<usize>) {
        let known = self.all_outside().chain(self.declared());
        let near = nearest(name, known).map(str::to_owned);
        let message = format!("there is no table `{name}`");
        match near {
            Some(_) => self.misspelt("RS2017", &message, near, range.clone(), range),
            None => {
                let hint = "load a log that fills it".to_owned();
                self.error("RS2017", &message, Some(hint), range);
            }
        }
    }

    /// A call where a table stands.
    pub(crate) fn tabular_call(
        &mut self,
        name: &str,
        arguments: &[Syntax],
        range: Range<usize>,
    ) -> Option<Plan> {
        if let Some(Binding::Lambda { .. }) = self.lookup(name) {
            return self.call_tabular_lambda(name, arguments, range);
        }
        match (name, arguments) {
            ("materialize", [inner]) => {
                let inner = self.tabular(inner)?;
                let schema = inner.schema.clone();
                let index =
                    self.share(String::new(), Some(inner), schema.clone(), range.clone())?;
                Some(plan(Node::Shared { index }, schema, range))
            }
            ("table", [name]) => {
                let name = self.expression(name, &Row::none())?;
                match &name.kind {
                    ExprKind::Literal(Value::String(name)) => self.table(name, range),
                    _ => {
                        self.unsupported("`table` with a computed name", range);
                        None
                    }
                }
            }
            ("graph", [model, ..]) => {
                let model = model.string().unwrap_or_default();
                let message = format!("there is no graph `{model}`");
                let hint = "make one with `make-graph`".to_owned();
                self.error("RS2017", &message, Some(hint), range.clone());
                Some(self.unknown_graph(range))
            }
            _ => self.workspace_function(name, range),
        }
    }

    /// A table that only the workspace can give.
    fn workspace_function(&mut self, name: &str, range: Range<usize>) -> Option<Plan> {
        let Some(schema) = crate::tables::function(name) else {
            self.unknown_function(name, range);
            return None;
        };
        self.unsupported(&format!("the function `{name}`"), range.clone());
        Some(plan(Node::Rows { rows: Vec::new() }, schema, range))
    }

    /// An operator that makes a table of its own.
    pub(crate) fn source(&mut self, operator: &Operator) -> Option<Plan> {
        self.in_order = false;
        let source = self.source_table(operator);
        self.in_order = operator.kind() == SyntaxKind::RangeOperator;
        source
    }

    fn source_table(&mut self, operator: &Operator) -> Option<Plan> {
        match operator.kind() {
            SyntaxKind::PrintOperator => self.print(operator),
            SyntaxKind::RangeOperator => self.range(operator),
            SyntaxKind::DatatableOperator => self.datatable(operator),
            SyntaxKind::UnionOperator => self.union_of(&operator_list(operator), operator.range()),
            SyntaxKind::SearchOperator => self.search(None, operator),
            SyntaxKind::EvaluateOperator => {
                let nothing = Node::Rows { rows: Vec::new() };
                let input = plan(nothing, Schema::default(), operator.range());
                self.evaluate(input, operator)
            }
            SyntaxKind::FindOperator => self.find(operator),
            SyntaxKind::ExternalDataOperator => self.external_data(operator),
            _ if operator.keyword() == "inline_external_table" => self.external_data(operator),
            kind if (SyntaxKind::WhereOperator..=SyntaxKind::ConsumeOperator).contains(&kind) => {
                let message = format!("`{}` has no table in front of it", operator.keyword());
                let hint = "name one and write `|` before the operator".to_owned();
                self.error("RS2016", &message, Some(hint), operator.range());
                None
            }
            _ => {
                self.unsupported_operator(operator);
                None
            }
        }
    }

    /// `externaldata` and `inline_external_table`: their columns are declared, their rows are elsewhere.
    fn external_data(&mut self, operator: &Operator) -> Option<Plan> {
        let columns = self.declared_columns(operator)?;
        self.unsupported_operator(operator);
        let node = Node::Rows { rows: Vec::new() };
        Some(plan(node, columns.into(), operator.range()))
    }

    /// The columns that an operator declares.
    pub(crate) fn declared_columns(&mut self, operator: &Operator) -> Option<Vec<ColumnSchema>> {
        let mut columns = Vec::new();
        for declaration in operator.columns() {
            let (name, written) = (declaration.name()?.text(), declaration.type_name()?);
            let ty = self.declared_type(&written, declaration.range());
            let ty = ty.unwrap_or(ScalarType::Unknown);
            columns.push(ColumnSchema { name, ty });
        }
        Some(columns)
    }

    fn print(&mut self, operator: &Operator) -> Option<Plan> {
        let mut names = ColumnNames::default();
        let mut columns = Vec::new();
        for (position, item) in operator.list().into_iter().enumerate() {
            let expr = self.expression(&item, &Row::none())?;
            let single = |taken: &mut ColumnNames| taken.take(&print_name(&item, position));
            columns.extend(spread_item(&item, expr, &mut names, false, single));
        }
        let schema = schema_of(&columns);
        Some(plan(Node::Print { columns }, schema, operator.range()))
    }

    fn range(&mut self, operator: &Operator) -> Option<Plan> {
        let row = Row::none();
        let name = operator.name()?.text();
        let from = self.expression(&operator.clause(SyntaxKind::FromClause)?, &row)?;
        let to = self.expression(&operator.clause(SyntaxKind::ToClause)?, &row)?;
        let step = self.expression(&operator.clause(SyntaxKind::StepClause)?, &row)?;
        let ty = self.range_type(&from, &to, &step)?;
        let schema = Schema::new([(name.clone(), ty)]);
        let node = Node::Range {
            name,
            from,
            to,
            step,
        };
        Some(plan(node, schema, operator.range()))
    }

    /// The type that counts from one value to another: numbers, or times by a timespan.
    fn range_type(&mut self, from: &Expr, to: &Expr, step: &Expr) -> Option<ScalarType> {
        use ScalarType::{DateTime, Decimal, Int, Long, Real, TimeSpan, Unknown};
        if matches!(
            step.kind,
            ExprKind::Literal(Value::Long(0) | Value::TimeSpan(0))
        ) {
            let message = "the step of `range` is zero";
            self.error("RS2010", message, None, step.range.clone());
            return None;
        }
        let types = [from.ty, to.ty, step.ty];
        if types.contains(&Unknown) {
            return Some(from.ty);
        }
        let widest = [Decimal, Real, Long, Int];
        match types {
            [DateTime, DateTime, TimeSpan] => Some(DateTime),
            [TimeSpan, TimeSpan, TimeSpan] => Some(TimeSpan),
            _ if types.iter().all(|ty| ty.is_numeric()) => {
                widest.into_iter().find(|ty| types.contains(ty))
            }
            [from_type, to_type, step_type] => {
                let message = format!(
                    "`range` does not go from {} to {} by {}",
                    from_type.name(),
                    to_type.name(),
                    step_type.name()
                );
                self.error("RS2009", &message, None, from.range.start..step.range.end);
                None
            }
        }
    }

    /// The type of a declared column.
    pub(crate) fn declared_type(
        &mut self,
        written: &str,
        range: Range<usize>,
    ) -> Option<ScalarType> {
        let ty = ScalarType::from_name(written);
        // The parser tells of words that are no types; it knows some more types than there are values for.
        let told = |found: &crate::Diagnostic| {
            range.start <= found.range.start && found.range.end <= range.end
        };
        if ty.is_none() && !self.diagnostics.iter().any(told) {
            let message = format!("`{written}` is not a type");
            self.error("RS2008", &message, None, range);
        }
        ty
    }
}

/// The list of `union` at the head of a query; its parameters are read by `union`.
fn operator_list(operator: &Operator) -> Vec<Syntax> {
    vec![Syntax::Source(operator.clone())]
}

/// The name of a column of `print`: the one the query gives, or `print_0`, `print_1`, ….
fn print_name(item: &Syntax, position: usize) -> String {
    let named = match item {
        Syntax::Named(named) => named.name().map(|name| name.text()),
        _ => None,
    };
    named.unwrap_or_else(|| format!("print_{position}"))
}
