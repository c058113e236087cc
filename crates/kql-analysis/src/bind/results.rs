//! Operators that give no table, or several: `consume`, `fork` and `facet`.

use kql_syntax::SyntaxKind;
use kql_syntax::ast::Operator;

use super::Binder;
use super::literals::constant;
use super::project::projected;
use super::scope::Scope;
use super::tabular::{plan, same_columns};
use crate::plan::{Node, Plan};
use crate::types::{ScalarType, Schema};
use crate::value::Value;

impl Binder<'_> {
    /// `consume`: reads all rows and gives none, without columns.
    pub(crate) fn consume(&mut self, input: Plan, operator: &Operator) -> Plan {
        let read = projected(input, Vec::new(), operator.range());
        let count = constant(Value::Long(0), ScalarType::Long, operator.range());
        same_columns(read, operator, |input| Node::Take { input, count })
    }

    /// `fork` and `facet`: their parts are checked, and then they are refused, because a query gives one
    /// table here.
    pub(crate) fn several(&mut self, input: Plan, operator: &Operator) -> Plan {
        if operator.kind() == SyntaxKind::FacetOperator {
            let row = self.row(&input.schema);
            for column in operator.by() {
                self.expression(&column, &row);
            }
        }
        let branches = operator.branches().into_iter();
        let subqueries = branches.filter_map(|branch| branch.subquery());
        for subquery in subqueries.chain(operator.subquery()) {
            self.scopes.push(Scope::default());
            self.operators(input.clone(), &subquery.operators());
            self.scopes.pop();
        }
        self.unsupported_operator(operator);
        let rows = Node::Rows { rows: Vec::new() };
        plan(rows, Schema::default(), operator.range())
    }
}
