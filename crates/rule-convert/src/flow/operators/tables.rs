//! Tables put together of several, or written out.

use std::rc::Rc;

use kql_syntax::ast::{Expr, Operator};
use kql_syntax::{SyntaxKind, SyntaxNode};

use super::{conjuncts, is_first};
use crate::flow::constant_tables::key_names;
use crate::flow::value::{Flow, Kinds, Scope, TableFlow};
use crate::flow::walker::Walker;

impl Walker<'_> {
    pub(super) fn join(
        &mut self,
        operator: &Operator,
        left: TableFlow,
        scope: &Scope,
    ) -> TableFlow {
        let right = match operator.expression() {
            Some(right) => self.table(&right, &scope.outside()),
            None => TableFlow::default(),
        };
        let sides = Scope {
            names: scope.names.clone(),
            row: Some(Rc::new(left.clone())),
            right: Some(Rc::new(right.clone())),
        };
        self.anti_join(operator, [&left, &right]);
        for key in operator.on() {
            self.flag = Some(key.range().start);
            match &key {
                Expr::Name(name) => {
                    let name = name.text();
                    let one = self.column(&left, &name).unwrap_or_default();
                    let other = self.column(&right, &name).unwrap_or_default();
                    if one.kinds.has(Kinds::RESOURCE) && other.kinds.has(Kinds::RESOURCE) {
                        // Only rows of the resources on the other side are left.
                        self.filtered(&sides);
                    }
                    self.meet(&one, &other, &sides);
                    self.meet(&other, &one, &sides);
                    self.hold_keys(operator, &key, [&name, &name], &sides);
                }
                _ => {
                    for equality in conjuncts(&key) {
                        self.flag = Some(equality.range().start);
                        self.expression(&equality, &sides);
                        if let Some([one, other]) = key_names(&equality) {
                            self.hold_keys(operator, &equality, [&one, &other], &sides);
                        }
                    }
                }
            }
        }
        self.flag = None;
        let mut joined = left.clone();
        for name in &right.order {
            let Some(flow) = right.columns.get(name) else {
                continue;
            };
            joined.set(format!("{name}1"), flow.clone());
            if self.column(&left, name).is_none() {
                joined.set(name.clone(), flow.clone());
            }
        }
        joined.bases.extend(right.bases.iter().cloned());
        joined.reads.extend(&right.reads);
        joined.outside = joined.outside.max(right.outside);
        joined
    }

    pub(super) fn union(
        &mut self,
        operator: &Operator,
        table: TableFlow,
        scope: &Scope,
    ) -> TableFlow {
        let mut tables = match operator.syntax().parent().map(|parent| parent.kind()) {
            Some(SyntaxKind::Pipeline) if !is_first(operator) => vec![table],
            Some(SyntaxKind::Subquery) => vec![table],
            _ => Vec::new(),
        };
        let listed = operator.list();
        let direct: Vec<Expr> = operator
            .syntax()
            .children()
            .filter_map(Expr::cast)
            .collect();
        for one in if listed.is_empty() { direct } else { listed } {
            tables.push(self.table(&one, &scope.outside()));
        }
        let mut all = TableFlow::default();
        let names: Vec<String> = tables
            .iter()
            .flat_map(|table| table.order.clone())
            .collect();
        for name in names {
            let flows: Vec<Flow> = tables
                .iter()
                .filter_map(|table| self.column(table, &name))
                .collect();
            let either = flows
                .iter()
                .skip(1)
                .fold(flows.first().cloned().unwrap_or_default(), |one, other| {
                    one.or(other)
                });
            all.set(name, either);
        }
        for table in tables {
            all.bases.extend(table.bases);
            all.reads.extend(table.reads);
            all.outside = all.outside.max(table.outside);
        }
        all
    }

    pub(super) fn datatable(&mut self, operator: &Operator) -> TableFlow {
        let names: Vec<String> = operator
            .columns()
            .iter()
            .filter_map(|column| column.name())
            .map(|name| name.text())
            .collect();
        let mut table = TableFlow::default();
        for name in &names {
            table.set(
                name.clone(),
                Flow {
                    constant: true,
                    ..Flow::default()
                },
            );
        }
        let mut cells: Vec<SyntaxNode> = operator
            .syntax()
            .children()
            .filter(|child| child.kind() != SyntaxKind::ColumnDeclarations)
            .flat_map(|child| match child.kind() {
                SyntaxKind::Expressions | SyntaxKind::Arguments => child.children().collect(),
                _ => vec![child],
            })
            .collect();
        cells.retain(|cell| Expr::cast(cell.clone()).is_some());
        table.single = cells.len() == names.len();
        for (at, cell) in cells.iter().enumerate() {
            let Some(name) = names.get(at % names.len().max(1)) else {
                continue;
            };
            let Some(expression) = Expr::cast(cell.clone()) else {
                continue;
            };
            let cell = self.expression(&expression, &Scope::default());
            let one = cells.len() == names.len();
            if let Some(column) = table.columns.get_mut(name) {
                column.absorb(&cell);
                if one {
                    column.worlds = cell.worlds;
                    column.origin = cell.origin;
                }
            }
        }
        table
    }
}
