//! Columns out of the cells of others: `mv-expand`, `parse`, and the like.

use std::rc::Rc;

use kql_syntax::ast::{Expr, Operator, PatternPart};

use super::columns::{name_of, named};
use crate::flow::evaluator::{first_cell, literal_of};
use crate::flow::value::{Flow, Scope, TableFlow, WORLDS, is_changed};
use crate::flow::walker::Walker;

impl Walker<'_> {
    /// `mv-expand` and the first part of `mv-apply`: an element of the array keeps where it comes from.
    pub(super) fn expand(&mut self, operator: &Operator, table: &mut TableFlow, scope: &Scope) {
        let row = scope.with_row(table);
        for expanded in operator.expanded() {
            let Some(expression) = expanded.expression else {
                continue;
            };
            let flow = self.expression(&expression, &row).opaque();
            let name = match named(&expression) {
                Some(named) => named.name().map(|name| name.text()),
                None => name_of(&expression),
            };
            if let Some(name) = name {
                table.set(name, flow);
            }
        }
    }

    pub(super) fn parse(&mut self, operator: &Operator, table: &mut TableFlow, scope: &Scope) {
        let row = scope.with_row(table);
        let Some(source) = operator.expression() else {
            return;
        };
        let flow = self.expression(&source, &row);
        let mut names = Vec::new();
        let pattern = operator.pattern();
        for part in &pattern {
            match part {
                PatternPart::Text(text) => {
                    let text = self.constant(text.syntax());
                    self.meet(&flow, &text, &row);
                }
                PatternPart::Column(column) => names.extend(column.name().map(|name| name.text())),
                PatternPart::Star => {}
            }
        }
        let declared = operator.columns();
        names.extend(
            declared
                .iter()
                .filter_map(|column| Some(column.name()?.text())),
        );
        for name in names {
            let parsed = self.parsed(operator, &source, &flow, &name);
            table.set(name, parsed);
        }
    }

    /// A column that `parse` fills, read from the example of each world.
    pub(super) fn parsed(
        &mut self,
        operator: &Operator,
        source: &Expr,
        flow: &Flow,
        name: &str,
    ) -> Flow {
        let mut column = flow.opaque();
        column.column = Some(name.to_owned());
        let Some(worlds) = &flow.worlds else {
            return column;
        };
        let mut values: [String; WORLDS] = Default::default();
        for (world, value) in values.iter_mut().enumerate() {
            let text = self.text(operator.syntax(), is_changed(world));
            let start = source.range().start - operator.range().start;
            let end = source.range().end - operator.range().start;
            // The source may be changed too, so its place in the changed text is not certain.
            let Some(parse) = text.get(..start).zip(text.get(end..)) else {
                return column;
            };
            let query = format!(
                "print source__ = {} | {}source__{} | project ['{}']",
                worlds[world],
                parse.0,
                parse.1,
                name.replace('\'', "\\'")
            );
            let Some(literal) = first_cell(&query).as_ref().and_then(literal_of) else {
                return column;
            };
            *value = literal;
        }
        column.worlds = Some(Rc::new(values));
        column
    }
}
