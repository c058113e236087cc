//! Conditions that leave out the target alone, or operations that the target alone logs. A rule about the
//! original may mean its rows by that, and then misses those of the target, whatever else is converted.

use std::collections::BTreeSet;

use kql_analysis::value::Value;
use kql_syntax::ast::{Expr, In, Operator};
use kql_syntax::{SyntaxKind, literal};

use super::evaluator::quoted;
use super::examples::OTHER;
use super::operators::conjuncts;
use super::results::ANY_OPERATION;
use super::value::{
    AFTER, BEFORE, BEFORE_ON_OTHER, BEFORE_ON_TARGET, Flow, Kinds, Scope, TableFlow,
};
use super::walker::Walker;

/// Texts of one condition that are tried as kinds of resource.
const MAX_LEFT_OUT: usize = 40;

impl Walker<'_> {
    /// Looks at the parts of a filter that all have to hold: notes those that leave out the target and let
    /// everything else through, and says whether one leaves nothing but the target.
    pub fn exclusion(&mut self, condition: &Expr, scope: &Scope) -> bool {
        let mut target_only = false;
        for part in conjuncts(condition) {
            let flow = self.quietly(&part, scope);
            self.own_operations(&part, &flow, false);
            if !flow.depends() {
                continue;
            }
            let Some(truths) = self.truths(&flow) else {
                continue;
            };
            let on_target = truths[BEFORE_ON_TARGET];
            target_only |= on_target && !truths[BEFORE] && !truths[BEFORE_ON_OTHER];
            let all_others = truths[BEFORE] && truths[BEFORE_ON_OTHER];
            if all_others && !on_target && !truths[AFTER] {
                self.leaves_out(&part, Vec::new());
            }
        }
        target_only
    }

    /// Whether what a filter asks of the kind of resource holds for the original, the target and any other
    /// alike, so that it tells none of them apart although it names some kind.
    pub fn lets_all_through(&mut self, condition: &Expr, scope: &Scope) -> bool {
        let mut asks = false;
        for part in conjuncts(condition) {
            let flow = self.quietly(&part, scope);
            if !flow.kinds.has(Kinds::RESOURCE) && !flow.depends() {
                continue;
            }
            asks = true;
            let worlds = [BEFORE, BEFORE_ON_TARGET, BEFORE_ON_OTHER];
            let truths = self.truths(&flow);
            if !truths.is_some_and(|truths| worlds.iter().all(|world| truths[*world])) {
                return false;
            }
        }
        asks
    }

    /// Notes the kinds of resource that a filter leaves out which lets both kinds of the profile through.
    pub fn left_out(&mut self, condition: &Expr, scope: &Scope) {
        if self.quiet > 0 {
            return;
        }
        let mut names = BTreeSet::new();
        for part in conjuncts(condition) {
            let flow = self.quietly(&part, scope);
            if let (true, Some(worlds)) = (flow.depends(), &flow.worlds) {
                names.extend(self.kinds_left_out(&worlds[BEFORE_ON_OTHER]));
            }
            self.found.negated.extend(flow.flags);
        }
        let reads = scope.row.iter().flat_map(|row| &row.reads);
        self.note_left_out(reads.copied(), &names);
    }

    fn note_left_out(&mut self, reads: impl Iterator<Item = usize>, names: &BTreeSet<String>) {
        for read in reads {
            let known = self.found.left_out.entry(read).or_default();
            known.extend(names.iter().cloned());
        }
    }

    /// The texts of a condition, which holds for a third kind of resource, that it leaves out when they name the
    /// kind.
    fn kinds_left_out(&mut self, condition: &str) -> BTreeSet<String> {
        let mut left_out = BTreeSet::new();
        for text in texts_in(condition) {
            let mut named = of_kind(condition, &text).into_iter();
            if named.any(|one| self.evaluator.value(&one) == Some(Value::Bool(false))) {
                left_out.insert(text.trim_matches('/').to_owned());
            }
        }
        if left_out.is_empty() {
            let further = self.further_left_out(condition).into_iter();
            left_out.extend(further.map(str::to_owned));
        }
        left_out
    }

    /// What is known of an expression, without noting anything about it.
    fn quietly(&mut self, expression: &Expr, scope: &Scope) -> Flow {
        self.quiet += 1;
        let flow = self.value(expression, scope).scalar();
        self.quiet -= 1;
        flow
    }

    /// Looks whether a filter leaves out operations that the target alone logs and lets others through;
    /// `turned` says that it keeps the rows for which the condition does not hold.
    fn own_operations(&mut self, place: &Expr, flow: &Flow, turned: bool) {
        let only_operation = flow.kinds.has(Kinds::OPERATION)
            && !flow.kinds.has(Kinds::RESOURCE.and(Kinds::RESULT))
            && self.evaluator.has_room();
        let (true, Some(worlds)) = (only_operation, flow.worlds.clone()) else {
            return;
        };
        let any = quoted(ANY_OPERATION);
        let mut is_kept = |name: &str| {
            let condition = worlds[BEFORE].replace(&any, &quoted(name));
            match self.evaluator.value(&condition) {
                Some(Value::Bool(truth)) => Some(truth != turned),
                _ => None,
            }
        };
        if is_kept(ANY_OPERATION) != Some(true) {
            return;
        }
        let own = self.profile.operations.own();
        let left_out = own.filter(|name| is_kept(name) == Some(false));
        let left_out: Vec<String> = left_out.map(str::to_owned).collect();
        if !left_out.is_empty() {
            self.leaves_out(place, left_out);
        }
    }

    /// `!in` of a list of what rows of the target hold.
    pub fn list_of_target(&mut self, list: &In, values: &[TableFlow]) {
        if list.operator().starts_with('!') && values.iter().any(|table| table.target_only) {
            self.leaves_out(&Expr::In(list.clone()), Vec::new());
        }
    }

    /// A join that keeps the rows without a partner among those of the target.
    pub fn anti_join(&mut self, operator: &Operator, [left, right]: [&TableFlow; 2]) {
        let Some(side) = anti(operator) else { return };
        let partners = match side {
            Side::Left => right,
            Side::Right => left,
        };
        if let (true, Some(key)) = (partners.target_only, operator.on().first()) {
            self.leaves_out(key, Vec::new());
        }
    }

    /// A key of such a join whose partners are listed: `flow` holds for rows with a partner.
    pub fn anti_key(&mut self, operator: &Operator, key: &Expr, flow: &Flow, scope: &Scope) {
        let Some(side) = anti(operator) else { return };
        self.own_operations(key, flow, true);
        if !flow.depends() || !flow.kinds.has(Kinds::RESOURCE) {
            return;
        }
        let Some(has_partner) = self.truths(flow) else {
            return;
        };
        if has_partner[BEFORE_ON_TARGET] && has_partner[AFTER] && !has_partner[BEFORE] {
            self.leaves_out(key, Vec::new());
        }
        let worlds = [BEFORE, BEFORE_ON_TARGET, BEFORE_ON_OTHER];
        if let (false, Some(texts)) = (worlds.iter().any(|one| has_partner[*one]), &flow.worlds) {
            let names = self.kinds_left_out(&format!("not({})", texts[BEFORE_ON_OTHER]));
            self.found.negated.insert(key.range().start);
            let kept = match side {
                Side::Left => &scope.row,
                Side::Right => &scope.right,
            };
            let reads = kept.iter().flat_map(|row| &row.reads);
            self.note_left_out(reads.copied(), &names);
        }
    }

    fn leaves_out(&mut self, place: &Expr, operations: Vec<String>) {
        if self.quiet == 0 && self.elsewhere == 0 {
            let range = place.range();
            let place = (range.clone(), operations);
            self.found.excluding.insert(range.start, place);
        }
    }
}

/// A condition on a row of a kind of resource that a text names: as its type, or as a segment of its id, two
/// segments of it, or its provider.
fn of_kind(condition: &str, text: &str) -> [String; 3] {
    let [provider, kind, _] = OTHER;
    let name = text.trim_matches('/');
    let both = format!("{provider}/{kind}");
    let in_ids = |asked: &str, [from, to]: [&str; 2]| {
        let upper = asked.replace(from, &to.to_uppercase());
        upper.replace(&from.to_lowercase(), &to.to_lowercase())
    };
    let as_type = condition.replace(&quoted(kind), &quoted(text));
    [
        in_ids(&as_type, [&format!("/{kind}/"), &format!("/{name}/")]),
        in_ids(condition, [&both, name]),
        in_ids(condition, [provider, name]),
    ]
}

/// The texts in quotes of a condition, and the words of those that hold several, such as JSON.
fn texts_in(condition: &str) -> BTreeSet<String> {
    let elements = kql_syntax::parse(condition)
        .syntax()
        .descendants_with_tokens();
    let tokens = elements.filter_map(|element| element.into_token());
    let strings = tokens.filter(|token| token.kind() == SyntaxKind::String);
    let texts: Vec<String> = strings
        .filter_map(|token| literal::string(token.text()))
        .collect();
    let several = texts.iter().filter(|text| text.contains(['"', ',', '|']));
    let words = several.flat_map(|text| text.split(|letter: char| !letter.is_alphanumeric()));
    let words = words.filter(|word| !word.is_empty()).map(str::to_owned);
    let words: Vec<String> = words.collect();
    texts.into_iter().chain(words).take(MAX_LEFT_OUT).collect()
}

/// The side of a join whose rows are kept.
enum Side {
    Left,
    Right,
}

/// Which side an anti join keeps; `None` for another join.
fn anti(operator: &Operator) -> Option<Side> {
    match operator.parameter("kind").unwrap_or_default().as_str() {
        "leftanti" | "leftantisemi" | "anti" => Some(Side::Left),
        "rightanti" | "rightantisemi" => Some(Side::Right),
        _ => None,
    }
}
