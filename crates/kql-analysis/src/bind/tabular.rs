//! Table expressions: names, calls, sources, and pipelines of operators.

use std::ops::Range;

use kql_syntax::ast::{Expr as Syntax, Member, Operator};

use super::Binder;
use crate::plan::{Node, Plan};
use crate::types::Schema;

impl Binder<'_> {
    /// Binds a table expression. After an error, which has been reported, it is a table of which nothing
    /// is known, so that the rest of the query is checked as well.
    pub(crate) fn tabular(&mut self, expression: &Syntax) -> Option<Plan> {
        let bound = self.sound_tabular(expression);
        bound.or_else(|| Some(self.unknown_table(Schema::unknown(), expression.range())))
    }

    /// Stands for a table that has an error.
    pub(crate) fn unknown_table(&mut self, schema: Schema, range: Range<usize>) -> Plan {
        self.broken = true;
        self.in_order = true;
        plan(Node::Rows { rows: Vec::new() }, schema.opened(true), range)
    }

    fn sound_tabular(&mut self, expression: &Syntax) -> Option<Plan> {
        if let Some(table) = self.of_pattern(expression) {
            return table;
        }
        match expression {
            Syntax::Pipeline(pipeline) => {
                let source = self.tabular(&pipeline.source()?)?;
                Some(self.operators(source, &pipeline.operators()))
            }
            Syntax::Paren(paren) => self.tabular(&paren.inner()?),
            Syntax::Name(name) => self.table(&name.text(), expression.range()),
            Syntax::Source(operator) => self.source(operator),
            Syntax::Call(call) => {
                let name = call.name()?.text();
                self.tabular_call(&name, &call.arguments(), expression.range())
            }
            Syntax::Member(member) => {
                self.elsewhere(member);
                None
            }
            Syntax::Wildcard(_) => {
                self.union_of(std::slice::from_ref(expression), expression.range())
            }
            _ => {
                let message = "a value stands where a table is expected";
                self.error("RS2016", message, None, expression.range());
                None
            }
        }
    }

    /// A table of another place. Only `cluster` and `database` are part of KQL; the rest is known to
    /// Azure Monitor alone.
    fn elsewhere(&mut self, member: &Member) {
        let mut base = member.base();
        while let Some(Syntax::Member(inner)) = &base {
            base = inner.base();
        }
        let Some(Syntax::Call(call)) = base else {
            return self.unsupported("this path to a table", member.range());
        };
        let name = call.name().map(|name| name.text()).unwrap_or_default();
        match (
            name.as_str(),
            call.arguments().first().and_then(Syntax::string),
        ) {
            ("database", Some(database)) => {
                let message = format!("there is no database `{database}`");
                let hint = "only the tables of the workspace are known".to_owned();
                self.error("RS2017", &message, Some(hint), call.range());
            }
            ("cluster" | "database", _) => {
                self.unsupported("a table of another database or cluster", member.range());
            }
            _ => {
                self.unknown_function(&name, call.range());
                self.lost_rows = true;
            }
        }
    }
}

/// A plan with the columns of its input.
pub(crate) fn same_columns(
    input: Plan,
    operator: &Operator,
    node: impl FnOnce(Box<Plan>) -> Node,
) -> Plan {
    let schema = input.schema.clone();
    Plan {
        node: node(Box::new(input)),
        schema,
        range: operator.range(),
    }
}

/// A plan for a range of the query.
pub(crate) fn plan(node: Node, schema: Schema, range: Range<usize>) -> Plan {
    Plan {
        node,
        schema,
        range,
    }
}
