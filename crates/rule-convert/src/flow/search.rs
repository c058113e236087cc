//! `search` and `find`: texts that are looked for in every column of some tables.

use kql_syntax::ast::{Expr, Operator};

use super::value::{Base, Flow, Kinds, Scope, TableFlow};
use super::walker::Walker;

impl Walker<'_> {
    /// `search` and `find`: a bare text is looked for in every column.
    pub fn search(&mut self, operator: &Operator, table: TableFlow, scope: &Scope) -> TableFlow {
        let mut searched = table;
        for one in operator.tables() {
            let one = self.table(&one, &scope.outside());
            searched.bases.extend(one.bases);
            searched.reads.extend(one.reads);
            for name in one.order {
                let flow = one.columns.get(&name).cloned().unwrap_or_default();
                searched.set(name, flow);
            }
        }
        if searched.bases.is_empty() && searched.columns.is_empty() {
            searched.bases.push(Base::Shared);
        }
        let row = scope.with_row(&searched);
        for expression in operator.syntax().children().filter_map(Expr::cast) {
            self.term(&expression, &row);
        }
        searched
    }

    fn term(&mut self, expression: &Expr, row: &Scope) {
        match expression {
            Expr::Paren(paren) => {
                if let Some(inner) = paren.inner() {
                    self.term(&inner, row);
                }
            }
            Expr::Logical(logical) => {
                for operand in logical.operands() {
                    self.term(&operand, row);
                }
            }
            Expr::Literal(literal) => {
                let text = self.constant(literal.syntax());
                let anywhere = Flow {
                    kinds: Kinds::RESOURCE,
                    doubtful: true,
                    ..Flow::default()
                };
                self.meet(&anywhere, &text, row);
            }
            other => {
                self.expression(other, row);
            }
        }
    }
}
