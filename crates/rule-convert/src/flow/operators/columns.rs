//! Columns that operators make: `extend`, `project`, `summarize`.

use kql_syntax::SyntaxKind;
use kql_syntax::ast::{Call, Expr, Named, Operator};

use super::ROWS;
use crate::flow::value::{Flow, Kinds, Scope, TableFlow};
use crate::flow::walker::Walker;

impl Walker<'_> {
    /// `project` and its relatives: the columns of the list, and no others.
    pub(super) fn project(
        &mut self,
        operator: &Operator,
        table: TableFlow,
        row: &Scope,
    ) -> TableFlow {
        let mut given = TableFlow {
            reads: table.reads.clone(),
            single: table.single || operator.kind() == SyntaxKind::PrintOperator,
            ..TableFlow::default()
        };
        for item in operator.list() {
            match &item {
                Expr::Star(_) => return table,
                _ => self.item(&item, row, &mut given),
            }
        }
        given
    }

    /// `project-rename`: nothing is known any more of a column by its old name.
    pub(super) fn rename_columns(
        &mut self,
        operator: &Operator,
        table: &mut TableFlow,
        row: &Scope,
    ) {
        for renamed in operator.list().iter().filter_map(named) {
            let (Some(name), Some(Expr::Name(old))) = (renamed.name(), renamed.value()) else {
                continue;
            };
            let mut flow = self.named(&old, row);
            flow.made = Kinds::default();
            table.set(old.text(), Flow::default());
            table.set(name.text(), flow);
        }
    }

    /// `extend`: each item sees the columns of those before it.
    pub(super) fn assign(&mut self, items: &[Expr], table: &mut TableFlow, scope: &Scope) {
        for item in items {
            let row = scope.with_row(table);
            self.item(item, &row, table);
        }
    }

    /// An item of `extend`, `project` or `by`: a name with a value.
    pub(super) fn item(&mut self, item: &Expr, row: &Scope, table: &mut TableFlow) {
        let mut flow = self.assigned(item, row);
        flow.made = self.made_by_itself(item, &flow, row);
        let value = named(item).and_then(|named| named.value());
        if flow.constant && !flow.sites.is_empty() {
            let start = item.range().start;
            flow.assigned.insert(start);
            if self.quiet == 0 {
                self.found
                    .assigned
                    .entry(start)
                    .or_default()
                    .extend(&flow.sites);
            }
            // From here on it is a column, which every row holds alike.
            flow.constant = true;
        }
        match named(item) {
            Some(named) => {
                if let Some(name) = named.name() {
                    self.label(&name.text(), &flow, row);
                    table.set(name.text(), flow);
                } else {
                    let flows = self.tuple(value.as_ref(), row);
                    for (at, name) in named.tuple().iter().enumerate() {
                        table.set(name.text(), flows.get(at).cloned().unwrap_or_default());
                    }
                }
            }
            None => {
                let name = name_of(item);
                // A column whose name is not known is still the first of a table.
                table.set(
                    name.unwrap_or_else(|| format!("#{}", item.range().start)),
                    flow,
                );
            }
        }
    }

    /// Notes rows that are told apart by nothing yet, and that the query gives a kind of resource of its own.
    fn label(&mut self, name: &str, flow: &Flow, row: &Scope) {
        if !flow.constant || name != self.profile.column || self.quiet > 0 {
            return;
        }
        let reads = row.row.iter().flat_map(|row| &row.reads);
        for read in reads.filter(|read| self.found.own.contains_key(*read)) {
            if !self.found.filtered.contains(read) {
                let texts = self.found.labelled.entry(*read).or_default();
                texts.extend(&flow.sites);
            }
        }
    }

    /// What is assigned; a comparison in it may be what a filter asks for further on.
    fn assigned(&mut self, item: &Expr, row: &Scope) -> Flow {
        let start = item.range().start;
        let outer = self.flag.replace(start);
        let mut flow = self.expression(item, row);
        let value = named(item).and_then(|named| named.value());
        self.check_call(value.as_ref().unwrap_or(item), &flow, row);
        self.flag = outer;
        if self.found.flagged.contains_key(&start) {
            flow.flags.insert(start);
        }
        flow
    }

    /// What the columns of an item with several names hold: the arguments of an aggregate that gives those of
    /// one row.
    pub(super) fn tuple(&mut self, value: Option<&Expr>, row: &Scope) -> Vec<Flow> {
        let Some(Expr::Call(call)) = value else {
            return Vec::new();
        };
        let name = call.name().map(|name| name.text()).unwrap_or_default();
        match ROWS.contains(&name.as_str()) {
            true => {
                let arguments = call.arguments();
                let flows = arguments.iter().map(|one| self.expression(one, row));
                flows.collect()
            }
            false => Vec::new(),
        }
    }

    pub(super) fn summarize(
        &mut self,
        operator: &Operator,
        table: TableFlow,
        scope: &Scope,
    ) -> TableFlow {
        let row = scope.with_row(&table);
        let mut given = TableFlow {
            reads: table.reads.clone(),
            ..TableFlow::default()
        };
        for item in operator.by() {
            self.item(&item, &row, &mut given);
        }
        for item in operator.list() {
            self.item(&item, &row, &mut given);
            let value = named(&item).and_then(|named| named.value()).unwrap_or(item);
            let Expr::Call(call) = value else { continue };
            let name = call.name().map(|name| name.text()).unwrap_or_default();
            if !ROWS.contains(&name.as_str()) {
                continue;
            }
            for argument in call.arguments() {
                match &argument {
                    Expr::Name(name) => {
                        let flow = self.resolve(&name.text(), &row);
                        given.set(name.text(), flow);
                    }
                    Expr::Named(_) => self.item(&argument, &row, &mut given),
                    _ => {}
                }
            }
            if has_star(&call) {
                for (name, flow) in &table.columns {
                    if !given.columns.contains_key(name) {
                        given.set(name.clone(), flow.clone());
                    }
                }
                given.bases.clone_from(&table.bases);
            }
        }
        given
    }
}

pub(super) fn named(expression: &Expr) -> Option<Named> {
    match expression {
        Expr::Named(named) => Some(named.clone()),
        _ => None,
    }
}

/// The name that an item without one gets: its column's, also inside a conversion.
pub(super) fn name_of(item: &Expr) -> Option<String> {
    match item {
        Expr::Name(name) => Some(name.text()),
        Expr::Call(call) => {
            let function = call.name().map(|name| name.text())?;
            let inner = call.arguments().first().and_then(name_of)?;
            Some(match function.as_str() {
                "bin" | "tostring" | "toupper" | "tolower" | "trim" => inner,
                // Aggregates put their name before it.
                "make_set" => format!("set_{inner}"),
                "make_list" => format!("list_{inner}"),
                _ => format!("{function}_{inner}"),
            })
        }
        _ => None,
    }
}

/// Whether an aggregate takes every column with it.
pub(super) fn has_star(call: &Call) -> bool {
    call.syntax()
        .descendants_with_tokens()
        .any(|element| element.kind() == SyntaxKind::Star)
}
