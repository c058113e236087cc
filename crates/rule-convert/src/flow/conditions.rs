//! Conditions: what is compared with what, and which conditions name both kinds of resource already.

use kql_syntax::SyntaxNode;
use kql_syntax::ast::{Between, Binary, Expr, In, Logical};

use super::expressions::{Part, flows};
use super::providers::Providers;
use super::value::{Binding, Flow, Kinds, Scope, TableFlow};
use super::walker::Walker;

/// Operators that compute, and compare nothing.
const ARITHMETIC: [&str; 5] = ["+", "-", "*", "/", "%"];

impl Walker<'_> {
    /// `left operator right`: the sides of a comparison meet.
    pub(super) fn binary(&mut self, binary: &Binary, scope: &Scope) -> Flow {
        let (Some(left), Some(right)) = (binary.left(), binary.right()) else {
            return Flow::default();
        };
        let operator = binary.operator();
        let parts = self.parts(&[left, right], scope);
        let flow = self.compose(binary.syntax(), &parts);
        if !ARITHMETIC.contains(&operator.as_str()) {
            let [(_, left), (_, right)] = [&parts[0], &parts[1]];
            self.link(left, right);
            self.link(right, left);
            for (one, other) in [(left, right), (right, left), (left, left), (right, right)] {
                match matches!(operator.as_str(), "==" | "!=") && self.never_meets(one, other) {
                    true => self.miss(other, scope),
                    false => self.meet(one, other, scope),
                }
            }
            let is_pattern = operator.starts_with("matches");
            self.result(&binary.range(), &flow);
            self.operation(&binary.range(), &flow);
            self.check(&binary.range(), &flow, &flows(&parts), is_pattern, scope);
        }
        flow
    }

    /// `a and b`, `a or b`: each operand is a condition.
    pub(super) fn logical(&mut self, logical: &Logical, scope: &Scope) -> Flow {
        let operands = logical.operands();
        let said = match self.quiet == 0 && logical.is_and() {
            true => self.providers(&Expr::Logical(logical.clone()), scope),
            false => Providers::default(),
        };
        // A part about the provider leaves both kinds of resource, whatever the others say of them.
        let both = !said.own && self.names_both(&Expr::Logical(logical.clone()), scope);
        self.found.has_target |= both;
        self.covered += usize::from(both);
        let outer = self.others.clone();
        self.others.extend(said.others);
        self.elsewhere += usize::from(said.elsewhere);
        let parts = self.parts(&operands, scope);
        for (operand, (_, flow)) in operands.iter().zip(&parts) {
            self.check_call(operand, flow, scope);
        }
        self.elsewhere -= usize::from(said.elsewhere);
        self.others = outer;
        self.covered -= usize::from(both);
        let flow = self.condition(logical.syntax(), &parts, both);
        if logical.is_and() {
            self.together(&logical.range(), &flow);
            self.judge_together(&logical.range(), &flow);
        }
        flow
    }

    /// A condition made of parts. The texts of one that names both kinds already go no further with its truth.
    pub(super) fn condition(&mut self, node: &SyntaxNode, parts: &[Part], both: bool) -> Flow {
        let mut flow = self.compose(node, parts);
        if both {
            flow.sites.clear();
        }
        flow
    }

    /// `value between (low .. high)`: each end meets the value.
    pub(super) fn between(&mut self, between: &Between, scope: &Scope) -> Flow {
        let parts = self.parts(&between.operands(), scope);
        let flow = self.compose(between.syntax(), &parts);
        if let Some(((_, needle), bounds)) = parts.split_first() {
            for (_, bound) in bounds {
                self.meet(needle, bound, scope);
                self.meet(bound, needle, scope);
            }
        }
        self.check(&between.range(), &flow, &flows(&parts), false, scope);
        flow
    }

    /// `needle in (values)`: each value, or the first column of a table, meets the needle.
    pub(super) fn list(&mut self, list: &In, scope: &Scope) -> Flow {
        let Some(needle) = list.needle() else {
            return Flow::default();
        };
        let both = self.names_both(&Expr::In(list.clone()), scope);
        self.found.has_target |= both;
        self.covered += usize::from(both);
        let mut parts = vec![(needle.range(), self.expression(&needle, scope))];
        let mut tables = Vec::new();
        for value in list.values() {
            let flow = self.list_value(&value, &mut tables, scope);
            parts.push((value.range(), flow));
        }
        self.list_of_target(list, &tables);
        let is_of_rows = |table: &TableFlow| table.first().kinds.has(Kinds::RESOURCE);
        let is_told = parts[0].1.kinds.has(Kinds::RESOURCE) && tables.iter().any(is_of_rows);
        if is_told && !list.operator().starts_with('!') && self.quiet == 0 {
            // Only rows of the resources in the list are left.
            self.filtered(scope);
        }
        let flow = self.condition(list.syntax(), &parts, both);
        let is_exact = !list.operator().contains('~');
        self.meet_in_list(&parts, is_exact, scope);
        self.result(&list.range(), &flow);
        self.operation(&list.range(), &flow);
        self.check(&list.range(), &flow, &flows(&parts), false, scope);
        self.covered -= usize::from(both);
        flow
    }

    /// A value of a list; a table among them is kept as well.
    fn list_value(&mut self, value: &Expr, tables: &mut Vec<TableFlow>, scope: &Scope) -> Flow {
        let inner = value.without_parentheses();
        match &inner {
            Expr::Name(name) => match scope.names.get(&name.text()) {
                Some(Binding::Table(table)) => {
                    tables.push((**table).clone());
                    self.listed(value, table)
                }
                _ => self.expression(value, scope),
            },
            Expr::Pipeline(_) | Expr::Source(_) => {
                let table = self.table(&inner, &scope.outside());
                let listed = self.listed(&inner, &table);
                tables.push(table);
                listed
            }
            _ => self.value(value, scope).scalar(),
        }
    }

    /// Lets the needle, which is the first part, and the values meet.
    fn meet_in_list(&mut self, parts: &[Part], is_exact: bool, scope: &Scope) {
        let Some(((_, needle), values)) = parts.split_first() else {
            return;
        };
        self.meet(needle, needle, scope);
        for (_, value) in values {
            self.link(needle, value);
            self.link(value, needle);
            match is_exact && self.never_meets(needle, value) {
                true => self.miss(value, scope),
                false => {
                    self.meet(needle, value, scope);
                    self.meet(value, needle, scope);
                }
            }
        }
    }

    /// Whether a condition names both kinds of resource already, before any change.
    pub(super) fn names_both(&mut self, expression: &Expr, scope: &Scope) -> bool {
        if self.quiet > 0 {
            return false;
        }
        self.quiet += 1;
        let flow = match expression {
            Expr::Logical(logical) => self.logical(logical, scope),
            Expr::In(list) => self.list(list, scope),
            Expr::Call(call) => self.function(call, scope),
            _ => Flow::default(),
        };
        self.quiet -= 1;
        self.covers_both(&flow)
    }

    /// A condition that is no comparison, such as a function that gives a truth value.
    pub fn check_call(&mut self, condition: &Expr, flow: &Flow, scope: &Scope) {
        if matches!(
            condition,
            Expr::Call(_) | Expr::Name(_) | Expr::Index(_) | Expr::Member(_)
        ) {
            self.check(&condition.range(), flow, &[], false, scope);
        }
    }
}
