//! Names that are made of values: the columns that `pivot` and `bag_unpack` give, and the members of a bag
//! that is filled row by row. Where a value is the kind of resource, so is the name.

use std::ops::Range;
use std::rc::Rc;

use kql_syntax::ast::{Expr, Name, Operator, range_of};

use super::evaluator::quoted;
use super::found::Site;
use super::rename::loosely;
use super::value::{BEFORE, Flow, Kinds, Scope, TableFlow};
use super::walker::Walker;

/// What `narrow` gives: a row for each cell, so that each value may be the kind of resource.
fn narrow(table: &TableFlow) -> TableFlow {
    let mut given = TableFlow {
        reads: table.reads.clone(),
        ..TableFlow::default()
    };
    let anything = Flow {
        kinds: Kinds::RESOURCE,
        doubtful: true,
        column: Some("Value".to_owned()),
        ..Flow::default()
    };
    given.set("Row".to_owned(), Flow::default());
    given.set("Column".to_owned(), Flow::default());
    given.set("Value".to_owned(), anything);
    given
}

/// Plugins that make columns of values.
const PLUGINS: [&str; 2] = ["pivot", "bag_unpack"];

impl Walker<'_> {
    /// What a plugin gives: when it makes columns of the kind of resource, their names count.
    pub fn plugin(&mut self, operator: &Operator, table: &mut TableFlow, row: &Scope) {
        let Some(call) = operator.call() else { return };
        let name = call.name().map(|name| name.text()).unwrap_or_default();
        if name == "narrow" {
            return *table = narrow(table);
        }
        let first = call.arguments().first().cloned();
        let (true, Some(first)) = (PLUGINS.contains(&name.as_str()), first) else {
            return;
        };
        let flow = self.expression(&first, row);
        if flow.kinds.has(Kinds::TYPE) {
            table.made = flow.kinds;
        }
        if name == "bag_unpack" && flow.kinds.has(Kinds::RESOURCE) {
            let prefix = call.arguments().get(1).and_then(Expr::string);
            table.unpacked = Some((flow, prefix.unwrap_or_default()));
        }
    }

    /// A column that `bag_unpack` makes: the value of its key, where the keys of the bag are known.
    pub fn unpacked(&mut self, bag: &Flow, prefix: &str, name: &str) -> Option<Flow> {
        let key = name.strip_prefix(prefix)?;
        let mut column = Flow {
            column: Some(name.to_owned()),
            doubtful: true,
            kinds: bag.kinds,
            ..Flow::default()
        };
        if let Some(bags) = &bag.worlds {
            let key = quoted(key);
            let worlds = (**bags)
                .clone()
                .map(|bag| format!("tostring(({bag})[{key}])"));
            if self.evaluator.text(&worlds[BEFORE])?.is_empty() {
                return None;
            }
            column.doubtful = bag.doubtful;
            column.worlds = Some(Rc::new(worlds));
        }
        Some(column)
    }

    /// What a name stands for. One that is made of the kind of resource is a text that meets it.
    pub fn named(&mut self, name: &Name, scope: &Scope) -> Flow {
        let text = name.text();
        let mut flow = self.resolve(&text, scope);
        if let (0, Some(column)) = (self.quiet, &flow.column) {
            let place = range_of(name.syntax()).start;
            self.found.named.insert(place, column.clone());
        }
        let kinds = self.made_of(&text, &flow, scope);
        if !kinds.is_empty() {
            let site = self.made_name(range_of(name.syntax()), text);
            let made = Flow {
                kinds,
                ..Flow::default()
            };
            self.meet(&made, &site, scope);
            flow.made = kinds;
        }
        flow
    }

    /// A member of a bag whose keys are kinds of resource.
    pub fn made_member(&mut self, base: &Flow, range: Range<usize>, text: &str, scope: &Scope) {
        let is_type = !loosely(text, self.profile).is_empty() || self.is_target(text);
        if base.kinds.has(Kinds::TYPE) && !base.constant && is_type {
            let site = self.made_name(range, text.to_owned());
            self.meet(base, &site, scope);
        }
    }

    /// A text that `column_ifexists` looks for among columns made of values.
    pub fn made_text(&mut self, text: &str, texts: &Flow, scope: &Scope) {
        let kinds = self.made_of(text, &Flow::default(), scope);
        if !kinds.is_empty() {
            let made = Flow {
                kinds,
                ..Flow::default()
            };
            self.meet(&made, texts, scope);
        }
    }

    /// The kinds that a name is made of; none for a name that the query gives.
    fn made_of(&self, text: &str, flow: &Flow, scope: &Scope) -> Kinds {
        if !flow.made.is_empty() {
            return flow.made;
        }
        let Some(row) = &scope.row else {
            return Kinds::default();
        };
        let is_type = text.eq_ignore_ascii_case(&self.profile.from) || self.is_target(text);
        match is_type && !row.columns.contains_key(text) {
            true => row.made,
            false => Kinds::default(),
        }
    }

    fn is_target(&self, text: &str) -> bool {
        text.eq_ignore_ascii_case(&self.profile.to)
    }

    fn made_name(&mut self, range: Range<usize>, text: String) -> Flow {
        let start = range.start;
        self.found.sites.entry(start).or_insert(Site {
            range,
            text,
            is_name: true,
            ..Site::default()
        });
        Flow {
            sites: [start].into(),
            constant: true,
            ..Flow::default()
        }
    }

    /// What an item without a name of its own is made of: its name follows from that.
    pub fn made_by_itself(&mut self, item: &Expr, flow: &Flow, row: &Scope) -> Kinds {
        match item {
            Expr::Name(_) => flow.made,
            Expr::Call(call) => match call.arguments().first() {
                Some(Expr::Name(name)) => self.named(name, row).made,
                _ => Kinds::default(),
            },
            _ => Kinds::default(),
        }
    }
}
