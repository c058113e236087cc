//! Conditions on what a row says of the call and not of the resource: its result, where the profile says that
//! the value of success does not tell it, and its operation, where the target never logs those that it holds for.

use std::collections::BTreeMap;
use std::ops::Range;

use kql_analysis::value::Value;

use super::evaluator::quoted;
use super::value::{BEFORE, BEFORE_ON_OTHER, Flow, Kinds};
use super::walker::Walker;
use crate::catalogue::{Logged, Operation};

/// Stands for the name of the operation in the text of a condition.
pub(crate) const ANY_OPERATION: &str = "any operation";

/// What a condition takes the value of success for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It holds for calls that are taken to have succeeded.
    Success,
    /// It holds for the others.
    Failure,
}

/// Names of the catalogue that must begin with a text for it to tell the kind of resource.
const MIN_BEGUN: usize = 3;
/// What stands before a beginning: the quote of its text, or what a pattern has there.
const BEFORE_A_BEGINNING: [char; 4] = ['"', '^', '(', '|'];
/// A name of an operation that begins like no name of the catalogue, and holds one of its beginnings.
const FURTHER_ON: &str = "List";

/// Whether a condition asks names to begin with a word that several names of the catalogue begin with: it holds
/// for one of them, and not for a name that has it further on.
fn begins_names<'o>(
    said: &str,
    all: impl Iterator<Item = &'o Operation>,
    holds: &mut dyn FnMut(&str) -> bool,
) -> bool {
    let mut begun: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for one in all {
        let word = first_word(&one.name).to_lowercase();
        begun.entry(word).or_default().push(&one.name);
    }
    let is_said = |word: &str| {
        let mut starts = BEFORE_A_BEGINNING.iter();
        starts.any(|start| said.contains(&format!("{start}{word}")))
    };
    begun.retain(|word, names| names.len() >= MIN_BEGUN && is_said(word));
    begun.values().flatten().any(|name| {
        let further = [
            format!("{FURTHER_ON}{name}"),
            format!("{FURTHER_ON} {name}"),
        ];
        holds(name) && !further.iter().any(|name| holds(name))
    })
}

/// The first word of a name such as `KeyGet`.
fn first_word(name: &str) -> &str {
    let next = name
        .char_indices()
        .skip(1)
        .find(|(_, letter)| letter.is_uppercase());
    next.map_or(name, |(at, _)| &name[..at])
}

impl Walker<'_> {
    /// Notes a comparison of the result that holds for the value of success alone, or for all but it.
    pub fn result(&mut self, range: &Range<usize>, flow: &Flow) {
        let only_result = flow.kinds.has(Kinds::RESULT) && !flow.kinds.has(Kinds::RESOURCE);
        let (true, 0, Some(worlds)) = (only_result, self.quiet, flow.worlds.clone()) else {
            return;
        };
        let mut truth = |world: usize| match self.evaluator.value(&worlds[world]) {
            Some(Value::Bool(truth)) => Some(truth),
            _ => None,
        };
        let taken = match (truth(BEFORE), truth(BEFORE_ON_OTHER)) {
            (Some(true), Some(false)) => Taken::Success,
            (Some(false), Some(true)) => Taken::Failure,
            _ => return,
        };
        self.found
            .results
            .insert(range.start, (range.clone(), taken));
    }

    /// Notes a condition on the operation that holds for operations only that the target never logs.
    pub fn operation(&mut self, range: &Range<usize>, flow: &Flow) {
        let other = Kinds::RESOURCE.and(Kinds::RESULT);
        let only_operation = flow.kinds.has(Kinds::OPERATION) && !flow.kinds.has(other);
        let asks = only_operation && self.evaluator.has_room();
        let (true, 0, Some(worlds)) = (asks, self.quiet, flow.worlds.clone()) else {
            return;
        };
        let (condition, any) = (&worlds[BEFORE], quoted(ANY_OPERATION));
        let is_noted = self.is_noted();
        let mut holds = |name: &str| {
            let condition = condition.replace(&any, &quoted(name));
            self.evaluator.value(&condition) == Some(Value::Bool(true))
        };
        // What holds for any name whatever, such as a negation, is about more than the catalogue.
        if holds(ANY_OPERATION) {
            return;
        }
        let all = || self.profile.operations.operations();
        // A whole name of the catalogue is what only these kinds of resource log, and so is what many of its
        // names begin with.
        let said = condition.to_lowercase();
        let names = |name: &str| said.contains(&quoted(name).to_lowercase());
        let is_told = all().any(|one| names(&one.name) && holds(&one.name))
            || begins_names(&said, all(), &mut holds);
        self.found.names_operations |= is_told && is_noted;
        let (never, logged): (Vec<_>, Vec<_>) =
            all().partition(|operation| operation.logged == Logged::Never);
        // Of those that are logged, one that the condition names is the likeliest to answer.
        let is_named = |operation: &&&Operation| condition.contains(&operation.name);
        let named = logged.iter().filter(is_named);
        if named.chain(&logged).any(|operation| holds(&operation.name)) {
            return;
        }
        let never: Vec<String> = never
            .into_iter()
            .filter(|operation| holds(&operation.name))
            .map(|operation| operation.name.clone())
            .collect();
        if !never.is_empty() {
            self.found.dead.insert(range.start, (range.clone(), never));
        }
    }
}
