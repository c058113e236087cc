//! Tables in which everything is a constant: their values, by running them, however they are put together.
//! Conditions on the kind of resource are held against these values.

use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

use kql_syntax::ast::{Binary, Expr, Operator};
use kql_syntax::{SyntaxKind, SyntaxNode};

use super::value::{Flow, Outside, Scope, TableFlow, WORLDS, Worlds, of_changes};
use super::walker::Walker;

impl Walker<'_> {
    /// The values of a list that is a table: the first column, whose value is known when it is one.
    pub fn listed(&mut self, expression: &Expr, table: &TableFlow) -> Flow {
        let mut first = table.first();
        if first.worlds.is_none() {
            first.worlds = self.values(&expression.range(), table, None);
        }
        first
    }

    /// The first cell of a table, which `toscalar` reads.
    pub fn only_value(&mut self, expression: &Expr, table: &TableFlow) -> Flow {
        let mut first = table.first();
        if first.worlds.is_some() || !is_constant(table) {
            return first;
        }
        let [before, after] = [false, true].map(|changed| {
            let text = self.text_of(&expression.range(), changed);
            let lets = self.lets_for(&text, changed);
            self.evaluator.cell(&lets, &text)
        });
        if let (Some(before), Some(after)) = (before, after) {
            first.worlds = Some(Rc::new(of_changes(&before, &after)));
        }
        first
    }

    /// All values of a column of a constant table as a list, in each world; without a name, of the first.
    fn values(
        &mut self,
        range: &Range<usize>,
        table: &TableFlow,
        column: Option<&str>,
    ) -> Option<Rc<Worlds>> {
        if !is_constant(table) {
            return None;
        }
        let projected = column.map_or_else(String::new, |name| {
            format!(" | project ['{}']", name.replace('\'', "\\'"))
        });
        let mut lists = Vec::new();
        for changed in [false, true] {
            let text = self.text_of(range, changed);
            let text = text.trim().trim_end_matches('|');
            let lets = self.lets_for(text, changed);
            lists.push(self.evaluator.list(&format!("{lets}{text}{projected}"))?);
        }
        let [before, after] = [&lists[0], &lists[1]];
        Some(Rc::new(of_changes(before, after)))
    }

    /// The `let` statements of the query that a text needs, with those that these need.
    fn lets_for(&self, text: &str, changed: bool) -> String {
        let mut needed = names_in(&kql_syntax::parse(text).syntax());
        let mut chosen = Vec::new();
        for (name, statement) in self.lets.iter().rev() {
            if needed.contains(name) {
                needed.extend(names_in(statement));
                let text = self.text(statement, changed);
                chosen.push(text.trim().trim_end_matches(';').to_owned() + ";\n");
            }
        }
        chosen.reverse();
        chosen.concat()
    }

    /// What the sides of a join are that have to be equal: a column of a constant table is all its values.
    pub fn hold_keys(&mut self, operator: &Operator, key: &Expr, names: [&str; 2], scope: &Scope) {
        let (Some(left), Some(right)) = (scope.row.clone(), scope.right.clone()) else {
            return;
        };
        if self.quiet > 0 {
            return;
        }
        let one = self.column(&left, names[0]).unwrap_or_default();
        let other = self.column(&right, names[1]).unwrap_or_default();
        let is_one = (left.outside == Outside::No) != (right.outside == Outside::No);
        let outside = match is_one {
            true => left.outside.max(right.outside),
            false => Outside::No,
        };
        let found = match (&one.worlds, &other.worlds) {
            (Some(_), Some(_)) if is_one => None,
            (Some(_), Some(_)) => Some([one.worlds.clone(), other.worlds.clone()]),
            (Some(_), None) => operator.expression().map(|table| {
                let values = self.values(&table.range(), &right, Some(names[1]));
                [one.worlds.clone(), values]
            }),
            (None, Some(_)) => {
                let range = before(operator);
                let values = self.values(&range, &left, Some(names[0]));
                Some([other.worlds.clone(), values])
            }
            (None, None) => None,
        };
        let Some([Some(value), Some(list)]) = found else {
            let mut flow = one.opaque();
            flow.absorb(&other);
            let sides = [one, other];
            self.unknown(&key.range(), &flow, (&sides, outside));
            self.certain(&key.range(), &sides);
            return;
        };
        let both = value.iter().zip(list.iter());
        let texts: Vec<String> = both
            .map(|(value, list)| format!("({value} in ({list}))"))
            .collect();
        let Ok(worlds) = <[String; WORLDS]>::try_from(texts) else {
            return;
        };
        let mut flow = Flow::known(one.kinds.and(other.kinds), worlds);
        flow.absorb(&one);
        flow.absorb(&other);
        self.anti_key(operator, key, &flow, scope);
        self.check(&key.range(), &flow, &[one, other], false, scope);
    }
}

/// Whether a table reads no other.
fn is_constant(table: &TableFlow) -> bool {
    let reads_none = table.reads.is_empty() && table.bases.is_empty();
    reads_none && table.outside == Outside::No && !table.columns.is_empty()
}

/// What is piped into an operator.
fn before(operator: &Operator) -> Range<usize> {
    let parent = operator.syntax().parent();
    let pipeline = parent.filter(|parent| parent.kind() == SyntaxKind::Pipeline);
    let start = pipeline.map(|pipeline| usize::from(pipeline.text_range().start()));
    let end = operator.range().start;
    start.unwrap_or(end)..end
}

/// The names of the columns in `$left.A == $right.B`, the left one first.
pub(crate) fn key_names(key: &Expr) -> Option<[String; 2]> {
    let Expr::Binary(binary) = key.without_parentheses() else {
        return None;
    };
    let sides = [side(&binary, true)?, side(&binary, false)?];
    match [sides[0].0.as_str(), sides[1].0.as_str()] {
        ["$left", "$right"] => Some([sides[0].1.clone(), sides[1].1.clone()]),
        ["$right", "$left"] => Some([sides[1].1.clone(), sides[0].1.clone()]),
        _ => None,
    }
}

fn side(binary: &Binary, left: bool) -> Option<(String, String)> {
    let operand = if left { binary.left() } else { binary.right() };
    let Expr::Member(member) = operand?.without_parentheses() else {
        return None;
    };
    let Some(Expr::Name(base)) = member.base() else {
        return None;
    };
    let column = match member.member()? {
        Expr::Name(name) => name.text(),
        other => other.syntax().text().to_string(),
    };
    Some((base.text(), column))
}

/// Every name that stands in a text, whatever it names.
fn names_in(node: &SyntaxNode) -> BTreeSet<String> {
    let expressions = node.descendants().filter_map(Expr::cast);
    expressions
        .filter_map(|expression| match expression {
            Expr::Name(name) => Some(name.text()),
            Expr::Call(call) => call.name().map(|name| name.text()),
            _ => None,
        })
        .collect()
}
