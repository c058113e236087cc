//! Scalar expressions: what flows into them, and what meets in them.

use std::ops::Range;

use kql_analysis::registry;
use kql_syntax::SyntaxKind;
use kql_syntax::ast::{Binary, Call, Expr, In, Logical, range_of};

use super::providers::Providers;
use super::value::{BEFORE, BEFORE_ON_OTHER, BEFORE_ON_TARGET, Binding, Flow, Kinds, Scope};
use super::walker::Walker;

/// Operators that compute, and compare nothing.
const ARITHMETIC: [&str; 5] = ["+", "-", "*", "/", "%"];
/// Functions that put values together: what stands beside the resource type is not compared with it.
const BUILDERS: [&str; 16] = [
    "strcat",
    "strcat_delim",
    "strcat_array",
    "pack",
    "bag_pack",
    "pack_array",
    "pack_dictionary",
    "array_concat",
    "bag_merge",
    "make_string",
    "strrep",
    "format_datetime",
    "print",
    "hash",
    "isnotempty",
    "isempty",
];
/// Functions of which every text argument may be the result.
const CHOICES: [&str; 7] = [
    "iff",
    "iif",
    "case",
    "coalesce",
    "max_of",
    "min_of",
    "array_iff",
];
/// Functions that give something else each time.
const RANDOM: [&str; 2] = ["rand", "new_guid"];
/// Aggregates that give one of the values.
const PICKS: [&str; 12] = [
    "any",
    "take_any",
    "anyif",
    "take_anyif",
    "min",
    "max",
    "minif",
    "maxif",
    "arg_max",
    "arg_min",
    "argmax",
    "argmin",
];
/// Aggregates that give the values as an array.
const SETS: [&str; 8] = [
    "make_set",
    "make_list",
    "make_set_if",
    "make_list_if",
    "makeset",
    "makelist",
    "make_list_with_nulls",
    "make_bag",
];

impl Walker<'_> {
    /// What flows into a scalar expression.
    pub fn expression(&mut self, expression: &Expr, scope: &Scope) -> Flow {
        if !self.step() {
            return Flow::default();
        }
        match expression {
            Expr::Literal(_) | Expr::Dynamic(_) => self.constant(expression.syntax()),
            Expr::Name(name) => self.named(name, scope),
            Expr::Paren(paren) => match paren.inner() {
                Some(inner) => {
                    let flow = self.value(&inner, scope).scalar();
                    match (&flow.worlds, flow.constant) {
                        (Some(_), false) => self.compose(paren.syntax(), &[(inner.range(), flow)]),
                        _ => flow,
                    }
                }
                None => Flow::default(),
            },
            Expr::Named(named) => match named.value() {
                Some(value) => self.value(&value, scope).scalar(),
                None => Flow::default(),
            },
            Expr::Call(call) => self.function(call, scope),
            Expr::Binary(binary) => self.binary(binary, scope),
            Expr::Logical(logical) => self.logical(logical, scope),
            Expr::In(list) => self.list(list, scope),
            Expr::Between(between) => {
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
            Expr::Unary(unary) => match unary.operand() {
                Some(operand) => {
                    let flow = self.expression(&operand, scope);
                    self.compose(unary.syntax(), &[(operand.range(), flow)])
                }
                None => Flow::default(),
            },
            Expr::Index(index) => self.element(index.base(), index.index(), expression, scope),
            Expr::Member(member) => self.member(member, scope),
            Expr::Star(_) | Expr::Wildcard(_) => Flow {
                kinds: Kinds::RESOURCE,
                doubtful: true,
                ..Flow::default()
            },
            Expr::Pipeline(_) | Expr::Source(_) => self.table(expression, scope).first(),
            Expr::TypeOf(_) => Flow::default(),
        }
    }

    fn parts(&mut self, expressions: &[Expr], scope: &Scope) -> Vec<(Range<usize>, Flow)> {
        expressions
            .iter()
            .map(|part| (part.range(), self.value(part, scope).scalar()))
            .collect()
    }

    fn binary(&mut self, binary: &Binary, scope: &Scope) -> Flow {
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
                self.meet(one, other, scope);
            }
            let is_pattern = operator.starts_with("matches");
            self.result(&binary.range(), &flow);
            self.operation(&binary.range(), &flow);
            self.check(&binary.range(), &flow, &flows(&parts), is_pattern, scope);
        }
        flow
    }

    /// Whether a condition names both kinds of resource already, before any change.
    fn names_both(&mut self, expression: &Expr, scope: &Scope) -> bool {
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

    fn logical(&mut self, logical: &Logical, scope: &Scope) -> Flow {
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
        let flow = self.compose(logical.syntax(), &parts);
        if logical.is_and() {
            self.together(&logical.range(), &flow);
        }
        flow
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

    fn list(&mut self, list: &In, scope: &Scope) -> Flow {
        let Some(needle) = list.needle() else {
            return Flow::default();
        };
        let both = self.names_both(&Expr::In(list.clone()), scope);
        self.found.has_target |= both;
        self.covered += usize::from(both);
        let needle_flow = self.expression(&needle, scope);
        let mut parts = vec![(needle.range(), needle_flow)];
        let mut tables = Vec::new();
        for value in list.values() {
            let inner = match value.without_parentheses() {
                Expr::Name(name) => match scope.names.get(&name.text()) {
                    Some(Binding::Table(table)) => {
                        tables.push((**table).clone());
                        self.listed(&value, table)
                    }
                    _ => self.expression(&value, scope),
                },
                Expr::Pipeline(_) | Expr::Source(_) => {
                    let inner = value.without_parentheses();
                    let table = self.table(&inner, &scope.outside());
                    let listed = self.listed(&inner, &table);
                    tables.push(table);
                    listed
                }
                _ => self.value(&value, scope).scalar(),
            };
            parts.push((value.range(), inner));
        }
        self.list_of_target(list, &tables);
        let flow = self.compose(list.syntax(), &parts);
        let (needle, values) = (&parts[0].1.clone(), &parts[1..]);
        self.meet(needle, needle, scope);
        for (_, value) in values {
            self.link(needle, value);
            self.link(value, needle);
            self.meet(needle, value, scope);
            self.meet(value, needle, scope);
        }
        self.result(&list.range(), &flow);
        self.operation(&list.range(), &flow);
        self.check(&list.range(), &flow, &flows(&parts), false, scope);
        self.covered -= usize::from(both);
        flow
    }

    fn element(
        &mut self,
        base: Option<Expr>,
        index: Option<Expr>,
        whole: &Expr,
        scope: &Scope,
    ) -> Flow {
        let (Some(base), Some(index)) = (base, index) else {
            return Flow::default();
        };
        if is_whole_row(&base)
            && let Some(name) = index.string()
        {
            return self.resolve(&name, scope);
        }
        let parts = self.parts(&[base, index], scope);
        self.meet(&parts[1].1, &parts[0].1, scope);
        let mut flow = self.compose(whole.syntax(), &parts);
        // The key says which value is taken, not what it is.
        flow.kinds = parts[0].1.kinds;
        flow
    }

    fn member(&mut self, member: &kql_syntax::ast::Member, scope: &Scope) -> Flow {
        let (Some(base), Some(name)) = (member.base(), member.member()) else {
            return Flow::default();
        };
        let text = name.syntax().text().to_string();
        if let Expr::Name(side) = &base {
            let side = match side.text().as_str() {
                "$left" => scope.row.clone(),
                "$right" => scope.right.clone(),
                _ => None,
            };
            if let Some(side) = side {
                return self.column(&side, &text).unwrap_or(Flow {
                    column: Some(text),
                    ..Flow::default()
                });
            }
        }
        if is_whole_row(&base) {
            return self.resolve(&text, scope);
        }
        let base_flow = self.expression(&base, scope);
        self.made_member(&base_flow, range_of(name.syntax()), &text, scope);
        let mut flow = self.compose(member.syntax(), &[(base.range(), base_flow)]);
        flow.column = Some(text);
        flow
    }

    fn function(&mut self, call: &Call, scope: &Scope) -> Flow {
        let name = call.name().map(|name| name.text()).unwrap_or_default();
        let arguments = call.arguments();
        if let Some(Binding::Function(_)) = scope.names.get(&name) {
            return self.value(&Expr::Call(call.clone()), scope).scalar();
        }
        match name.as_str() {
            "column_ifexists" | "columnifexists" => {
                return self.column_if_exists(&arguments, scope);
            }
            "pack_all" => {
                return Flow {
                    kinds: Kinds::RESOURCE,
                    doubtful: true,
                    ..Flow::default()
                };
            }
            "toscalar" | "materialize" => {
                let inner = arguments.first();
                return inner.map_or_else(Flow::default, |inner| {
                    match self.value(inner, &scope.outside()) {
                        Binding::Table(table) => self.only_value(inner, &table),
                        other => other.scalar(),
                    }
                });
            }
            _ => {}
        }
        let both = matches!(name.as_str(), "iff" | "iif" | "case")
            && self.has_branch_for_target(&name, &arguments, scope);
        self.covered += usize::from(both);
        let parts = self.parts(&arguments, scope);
        let conditions = conditions(&name, parts.len());
        for (argument, (_, flow)) in arguments
            .iter()
            .zip(&parts)
            .take_while(|_| !conditions.is_empty())
        {
            self.check_call(argument, flow, scope);
        }
        self.covered -= usize::from(both);
        let both = name == "set_has_element" && self.names_both(&Expr::Call(call.clone()), scope);
        self.covered += usize::from(both);
        let flow = self.join_arguments(call, &name, parts, &conditions, scope);
        self.covered -= usize::from(both);
        flow
    }

    /// Lets the arguments of a function meet and flow on.
    fn join_arguments(
        &mut self,
        call: &Call,
        name: &str,
        parts: Vec<(Range<usize>, Flow)>,
        conditions: &[usize],
        scope: &Scope,
    ) -> Flow {
        let values: Vec<&Flow> = parts
            .iter()
            .enumerate()
            .filter(|(at, _)| !conditions.contains(at))
            .map(|(_, (_, flow))| flow)
            .collect();
        if !BUILDERS.contains(&name) && (!CHOICES.contains(&name) || values.len() > 1) {
            for (at, value) in values.iter().enumerate() {
                for (_, other) in values.iter().enumerate().filter(|(other, _)| *other != at) {
                    if !value.kinds.is_empty() {
                        self.meet(value, other, scope);
                    }
                }
            }
        }
        let mut flow = self.aggregate(call, name, &parts);
        // What a condition is made of decides, and does not flow on.
        if !conditions.is_empty() {
            let mut through = Flow::default();
            for value in values {
                through.absorb(value);
            }
            flow.kinds = through.kinds;
            flow.column = None;
            flow.sites = through.sites;
            flow.assigned = through.assigned;
        }
        let is_declared = !registry::function_signatures(name).is_empty()
            || !registry::aggregate_signatures(name).is_empty();
        if RANDOM.contains(&name) || !is_declared {
            flow.worlds = None;
            flow.outside |= !is_declared;
        }
        flow
    }

    /// An aggregate of rows that are alike gives the value itself, or an array of it.
    fn aggregate(&mut self, call: &Call, name: &str, parts: &[(Range<usize>, Flow)]) -> Flow {
        let first = parts
            .first()
            .map(|(_, flow)| flow.clone())
            .unwrap_or_default();
        if PICKS.contains(&name) {
            return first;
        }
        if SETS.contains(&name) {
            let mut flow = first;
            flow.worlds = flow.worlds.map(|worlds| {
                std::rc::Rc::new((*worlds).clone().map(|text| format!("pack_array({text})")))
            });
            flow.constant = false;
            return flow;
        }
        self.compose(call.syntax(), parts)
    }

    fn column_if_exists(&mut self, arguments: &[Expr], scope: &Scope) -> Flow {
        let [name, default] = arguments else {
            return Flow::default();
        };
        let default = self.expression(default, scope);
        let name_flow = self.expression(name, scope);
        let text = match (name.string(), &name_flow.worlds) {
            (Some(text), _) => Some(text),
            (None, Some(worlds)) if name_flow.constant => {
                self.evaluator.text(&worlds[BEFORE].clone())
            }
            _ => None,
        };
        let Some(text) = text else {
            return default.opaque();
        };
        self.made_text(&text, &name_flow, scope);
        let mut flow = self.resolve(&text, scope);
        if !flow.kinds.is_empty() {
            self.meet(&flow.clone(), &default, scope);
        } else if flow.worlds.is_none() && default.kinds.has(Kinds::RESOURCE) {
            // A column that nobody knows of is rarely there, and then the other one takes its place.
            return Flow {
                doubtful: true,
                ..default
            };
        }
        flow.sites.extend(&default.sites);
        flow
    }

    /// Whether a choice has a branch for the target already.
    fn has_branch_for_target(&mut self, name: &str, arguments: &[Expr], scope: &Scope) -> bool {
        if self.quiet > 0 {
            return false;
        }
        self.quiet += 1;
        let mut branch = false;
        for at in conditions(name, arguments.len()) {
            let Some(condition) = arguments.get(at) else {
                continue;
            };
            let flow = self.expression(condition, scope);
            branch |= flow.depends()
                && self.truths(&flow).is_some_and(|truths| {
                    !truths[BEFORE] && truths[BEFORE_ON_TARGET] && !truths[BEFORE_ON_OTHER]
                });
        }
        self.quiet -= 1;
        branch
    }
}

/// Which arguments of a choice are conditions.
fn conditions(name: &str, arguments: usize) -> Vec<usize> {
    match name {
        "iff" | "iif" => vec![0],
        "case" => (0..arguments.saturating_sub(1)).step_by(2).collect(),
        _ => Vec::new(),
    }
}

fn is_whole_row(base: &Expr) -> bool {
    let Expr::Call(call) = base.without_parentheses() else {
        return false;
    };
    call.syntax().kind() == SyntaxKind::CallExpression
        && call.name().is_some_and(|name| name.text() == "pack_all")
}

fn flows(parts: &[(Range<usize>, Flow)]) -> Vec<Flow> {
    parts.iter().map(|(_, flow)| flow.clone()).collect()
}
