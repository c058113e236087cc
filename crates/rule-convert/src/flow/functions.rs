//! Calls of functions: which arguments flow on, and which meet.

use std::rc::Rc;

use kql_analysis::registry;
use kql_syntax::ast::{Call, Expr};

use super::expressions::{Part, flows};
use super::value::{
    BEFORE, BEFORE_ON_OTHER, BEFORE_ON_TARGET, Binding, Flow, Kinds, Outside, Scope,
};
use super::walker::Walker;

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
/// Functions that compare a text with others, or look for it in them.
const COMPARISONS: [&str; 6] = [
    "set_has_element",
    "array_index_of",
    "has_any_index",
    "indexof",
    "countof",
    "strcmp",
];
/// Functions that give something else each time.
const RANDOM: [&str; 2] = ["rand", "new_guid"];
/// Aggregates and window functions that give one of the values.
const PICKS: [&str; 14] = [
    "prev",
    "next",
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
    /// What flows through a call.
    pub(super) fn function(&mut self, call: &Call, scope: &Scope) -> Flow {
        let name = call.name().map(|name| name.text()).unwrap_or_default();
        if let Some(Binding::Function(_)) = scope.names.get(&name) {
            return self.value(&Expr::Call(call.clone()), scope).scalar();
        }
        let arguments = call.arguments();
        match name.as_str() {
            "column_ifexists" | "columnifexists" => self.column_if_exists(&arguments, scope),
            "pack_all" => Flow {
                kinds: Kinds::RESOURCE,
                doubtful: true,
                ..Flow::default()
            },
            "toscalar" | "materialize" => {
                let inner = arguments.first();
                inner.map_or_else(Flow::default, |inner| self.first_cell(inner, scope))
            }
            _ => self.of_arguments(call, &name, &arguments, scope),
        }
    }

    /// The value that `toscalar` gives of a table, or of a value.
    fn first_cell(&mut self, inner: &Expr, scope: &Scope) -> Flow {
        match self.value(inner, &scope.outside()) {
            Binding::Table(table) => self.only_value(inner, &table),
            other => other.scalar(),
        }
    }

    /// A call of a function that treats its arguments alike, or chooses among them.
    fn of_arguments(&mut self, call: &Call, name: &str, arguments: &[Expr], scope: &Scope) -> Flow {
        let both = matches!(name, "iff" | "iif" | "case")
            && self.has_branch_for_target(name, arguments, scope);
        self.covered += usize::from(both);
        let parts = self.parts(arguments, scope);
        if COMPARISONS.contains(&name) {
            self.certain(&call.range(), &flows(&parts));
        }
        let conditions = conditions(name, parts.len());
        if !conditions.is_empty() {
            for (argument, (_, flow)) in arguments.iter().zip(&parts) {
                self.check_call(argument, flow, scope);
            }
        }
        self.covered -= usize::from(both);
        let both = name == "set_has_element" && self.names_both(&Expr::Call(call.clone()), scope);
        self.covered += usize::from(both);
        let mut flow = self.join_arguments(call, name, &parts, &conditions, scope);
        self.covered -= usize::from(both);
        if both {
            flow.sites.clear();
        }
        flow
    }

    /// Lets the arguments of a function meet and flow on.
    fn join_arguments(
        &mut self,
        call: &Call,
        name: &str,
        parts: &[Part],
        conditions: &[usize],
        scope: &Scope,
    ) -> Flow {
        let placed = parts.iter().enumerate();
        let values: Vec<&Flow> = placed
            .filter(|(at, _)| !conditions.contains(at))
            .map(|(_, (_, flow))| flow)
            .collect();
        let is_aggregate = PICKS.contains(&name) || SETS.contains(&name);
        if !is_aggregate
            && !BUILDERS.contains(&name)
            && (!CHOICES.contains(&name) || values.len() > 1)
        {
            self.meet_each_other(&values, scope);
        }
        let mut flow = self.aggregate(call, name, parts);
        // What a condition is made of decides, and does not flow on.
        if !conditions.is_empty() {
            let mut through = Flow::default();
            values.iter().for_each(|value| through.absorb(value));
            flow.kinds = through.kinds;
            flow.column = None;
            flow.sites = through.sites;
            flow.assigned = through.assigned;
        }
        let is_declared = !registry::function_signatures(name).is_empty()
            || !registry::aggregate_signatures(name).is_empty();
        if RANDOM.contains(&name) || !is_declared {
            flow.worlds = None;
        }
        if !is_declared {
            flow.outside = Outside::Unknown;
        }
        flow
    }

    /// Lets every value that a resource is told by meet all others.
    fn meet_each_other(&mut self, values: &[&Flow], scope: &Scope) {
        for (at, value) in values.iter().enumerate() {
            if value.kinds.is_empty() || value.kinds == Kinds::NAME {
                continue;
            }
            for (_, other) in values.iter().enumerate().filter(|(other, _)| *other != at) {
                self.meet(value, other, scope);
            }
        }
    }

    /// An aggregate of rows that are alike gives the value itself, or an array of it.
    fn aggregate(&mut self, call: &Call, name: &str, parts: &[Part]) -> Flow {
        let first = parts
            .first()
            .map(|(_, flow)| flow.clone())
            .unwrap_or_default();
        if PICKS.contains(&name) {
            return first;
        }
        if SETS.contains(&name) {
            let mut flow = first;
            let listed = |text: String| format!("pack_array({text})");
            let worlds = flow.worlds.map(|worlds| (*worlds).clone().map(listed));
            flow.worlds = worlds.map(Rc::new);
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
