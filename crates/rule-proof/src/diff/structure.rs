//! Differences in what two queries say: `let`s paired by what they are, pipelines aligned operator by
//! operator, parts of operators compared as sets.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::align::{align, pairs};
use super::anew::named_anew;
use super::declared::{Declaration, Declared, Text, body};
use super::normal::{Names, Part, Step, normal_of};

/// What happened to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Only the new version has it.
    Added,
    /// Only the old version has it.
    Removed,
    /// Both have it, and it says something else.
    Changed,
}

/// A part of a query with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Range in UTF-8 bytes.
    pub range: Range<usize>,
    /// Its text on one line, shortened.
    pub text: String,
}

/// A difference between two query texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryChange {
    /// What happened.
    pub kind: Kind,
    /// What kind of part it is, such as `filter`.
    pub what: String,
    /// The part in the old version.
    pub before: Option<Place>,
    /// The part in the new version.
    pub after: Option<Place>,
    /// The difference in a sentence.
    pub sentence: String,
}

/// What differs between two queries; empty when they say the same.
pub fn query_changes(old: &str, new: &str) -> Vec<QueryChange> {
    let (old, new) = (Text::of(old), Text::of(new));
    let mut comparison = Comparison {
        old: &old,
        new: &new,
        changes: Vec::new(),
    };
    comparison.whole();
    let mut changes = comparison.changes;
    changes.sort_by_key(|change| {
        let place = change.after.as_ref().or(change.before.as_ref());
        place.map_or(0, |place| place.range.start)
    });
    changes
}

struct Comparison<'q> {
    old: &'q Text<'q>,
    new: &'q Text<'q>,
    changes: Vec<QueryChange>,
}

impl Comparison<'_> {
    fn whole(&mut self) {
        let pairs = pairs(&self.old.lets, &self.new.lets);
        let partner: BTreeMap<usize, usize> = pairs.iter().copied().collect();
        let back: BTreeMap<usize, usize> = pairs.iter().map(|(old, new)| (*new, *old)).collect();
        // A name that has another value in the other version stands for the pair, so that the difference is
        // told where the value is; any other one stands for its value.
        let differs = |old: usize, new: usize| {
            let normal =
                |text: &Text<'_>, at: usize| text.lets.get(at).map(|one| one.normal.clone());
            normal(self.old, old) != normal(self.new, new)
        };
        let name_of = |lets: &[Declared], pair: &dyn Fn(usize) -> Option<usize>| {
            let mut names = Names::default();
            for (place, declared) in lets.iter().enumerate() {
                match (pair(place), &declared.value) {
                    (Some(pair), _) => names.define(declared.name.clone(), format!("let {pair}")),
                    (None, Declaration::Scalar(value)) if declared.is_set => {
                        let members = names.members_of(std::slice::from_ref(value));
                        names.define_list(declared.name.clone(), members);
                    }
                    (None, Declaration::Table(table)) => {
                        let steps = names.steps(table);
                        names.define_table(declared.name.clone(), steps);
                        names.define(declared.name.clone(), declared.normal.clone());
                    }
                    _ => names.define(declared.name.clone(), declared.normal.clone()),
                }
            }
            names
        };
        let old_names = name_of(&self.old.lets, &|place| {
            let new = partner.get(&place).copied();
            new.filter(|new| differs(place, *new))
        });
        let new_names = name_of(&self.new.lets, &|place| {
            let old = back.get(&place);
            old.filter(|old| differs(**old, place)).map(|_| place)
        });
        for (old, new) in &pairs {
            self.declarations(*old, *new, (&old_names, &new_names));
        }
        self.lone_functions(&partner, &back);
        self.statements((&old_names, &new_names));
        self.other();
    }

    fn declarations(&mut self, old: usize, new: usize, names: (&Names, &Names)) {
        let (Some(before), Some(after)) = (self.old.lets.get(old), self.new.lets.get(new)) else {
            return;
        };
        match (&before.value, &after.value) {
            (Declaration::Scalar(one), Declaration::Scalar(other))
                if names.0.value(one, before.is_set) != names.1.value(other, after.is_set) =>
            {
                let places = (self.old.place(&one.range()), self.new.place(&other.range()));
                let sentence = format!(
                    "Line {}: `{}` is now `{}`, it was `{}`{}.",
                    places.1.line,
                    after.name,
                    places.1.text,
                    places.0.text,
                    in_old(&places.0)
                );
                let places = (Some(places.0), Some(places.1));
                self.push(Kind::Changed, "value", places, sentence);
            }
            (Declaration::Table(one), Declaration::Table(other)) => {
                self.pipelines(&names.0.steps(one), &names.1.steps(other));
            }
            (Declaration::Function(one), Declaration::Function(other)) => {
                self.pipelines(&body(one, names.0), &body(other, names.1));
            }
            _ => {}
        }
    }

    /// Functions that only one version declares. Values and tables are compared where they are used.
    fn lone_functions(&mut self, partner: &BTreeMap<usize, usize>, back: &BTreeMap<usize, usize>) {
        for (place, declared) in self.old.lets.iter().enumerate() {
            if !partner.contains_key(&place) && declared.kind() == "function" {
                let before = self.old.place(&declared.range);
                let sentence = format!(
                    "The {} `{}` is gone (line {} of the old version).",
                    declared.kind(),
                    declared.name,
                    before.line
                );
                self.push(
                    Kind::Removed,
                    declared.kind(),
                    (Some(before), None),
                    sentence,
                );
            }
        }
        for (place, declared) in self.new.lets.iter().enumerate() {
            if !back.contains_key(&place) && declared.kind() == "function" {
                let after = self.new.place(&declared.range);
                let sentence = format!(
                    "Line {}: the {} `{}` is new.",
                    after.line,
                    declared.kind(),
                    declared.name
                );
                self.push(Kind::Added, declared.kind(), (None, Some(after)), sentence);
            }
        }
    }

    fn statements(&mut self, names: (&Names, &Names)) {
        let (old, new) = (self.old, self.new);
        for place in 0..old.statements.len().max(new.statements.len()) {
            let steps = |text: &Text<'_>, names: &Names| {
                text.statements
                    .get(place)
                    .map(|statement| names.steps(statement))
                    .unwrap_or_default()
            };
            self.pipelines(&steps(old, names.0), &steps(new, names.1));
        }
    }

    /// `set`, `declare` and other statements.
    fn other(&mut self) {
        let (old, new) = (self.old, self.new);
        let lacks = |list: &[(Range<usize>, String)], normal: &str| {
            !list.iter().any(|(_, known)| known == normal)
        };
        for (range, _) in old
            .other
            .iter()
            .filter(|(_, normal)| lacks(&new.other, normal))
        {
            let before = old.place(range);
            let sentence = format!(
                "The statement `{}` is gone (line {} of the old version).",
                before.text, before.line
            );
            self.push(Kind::Removed, "statement", (Some(before), None), sentence);
        }
        for (range, _) in new
            .other
            .iter()
            .filter(|(_, normal)| lacks(&old.other, normal))
        {
            let after = new.place(range);
            let sentence = format!(
                "Line {}: the statement `{}` is new.",
                after.line, after.text
            );
            self.push(Kind::Added, "statement", (None, Some(after)), sentence);
        }
    }

    fn push(
        &mut self,
        kind: Kind,
        what: &str,
        (before, after): (Option<Place>, Option<Place>),
        sentence: String,
    ) {
        self.changes.push(QueryChange {
            kind,
            what: what.to_owned(),
            before,
            after,
            sentence,
        });
    }

    fn pipelines(&mut self, old: &[Step], new: &[Step]) {
        for (before, after) in align(old, new) {
            match (
                before.and_then(|at| old.get(at)),
                after.and_then(|at| new.get(at)),
            ) {
                (Some(before), Some(after)) => self.steps(before, after),
                (Some(before), None) => self.lone_step(before, false),
                (None, Some(after)) => self.lone_step(after, true),
                (None, None) => {}
            }
        }
    }

    fn lone_step(&mut self, step: &Step, is_new: bool) {
        if step.kind == "where" {
            return step
                .parts
                .iter()
                .for_each(|part| self.lone_part(part, is_new));
        }
        self.lone("operator", &step.range, is_new);
    }

    fn lone_part(&mut self, part: &Part, is_new: bool) {
        self.lone(part.role, &part.range, is_new);
    }

    fn lone(&mut self, what: &str, range: &Range<usize>, is_new: bool) {
        if is_new {
            let after = self.new.place(range);
            let sentence = format!("Line {}: the {what} `{}` is new.", after.line, after.text);
            return self.push(Kind::Added, what, (None, Some(after)), sentence);
        }
        let before = self.old.place(range);
        let sentence = format!(
            "The {what} `{}` is gone (line {} of the old version).",
            before.text, before.line
        );
        self.push(Kind::Removed, what, (Some(before), None), sentence);
    }

    fn steps(&mut self, old: &Step, new: &Step) {
        let (before, after) = inner_pipelines(old, new);
        let inner = before.iter().zip(&after);
        inner.for_each(|(old, new)| self.pipelines(old, new));
        for steps in before.iter().skip(after.len()) {
            steps.iter().for_each(|step| self.lone_step(step, false));
        }
        for steps in after.iter().skip(before.len()) {
            steps.iter().for_each(|step| self.lone_step(step, true));
        }
        let mut gone = beyond(&old.parts, &new.parts);
        let come = beyond(&new.parts, &old.parts);
        let mut added = Vec::new();
        for part in come {
            let same = |known: &&Part| known.role == part.role && known.about == part.about;
            match gone.iter().position(same) {
                Some(place) => self.changed(gone.remove(place), part),
                None => added.push(part),
            }
        }
        // One for one of the same kind is a change, whatever it was about.
        if let ([before], [after]) = (gone.as_slice(), added.as_slice())
            && before.role == after.role
        {
            return self.changed(before, after);
        }
        gone.into_iter()
            .for_each(|part| self.lone_part(part, false));
        added
            .into_iter()
            .for_each(|part| self.lone_part(part, true));
        if old.is_ordered && gone_in_order(old, new) {
            let (before, after) = (self.old.place(&old.range), self.new.place(&new.range));
            let sentence = format!(
                "Line {}: the parts of `{}` stand in another order.",
                after.line, new.kind
            );
            self.push(
                Kind::Changed,
                "order",
                (Some(before), Some(after)),
                sentence,
            );
        }
    }

    fn changed(&mut self, old: &Part, new: &Part) {
        let (before, after) = (self.old.place(&old.range), self.new.place(&new.range));
        let anew = match before.text == after.text {
            true => named_anew(self.old, self.new, &new.range),
            false => None,
        };
        let sentence = match anew {
            Some(sentence) => format!(
                "Line {}: the {} `{}` reads as before, but {sentence}.",
                after.line, new.role, after.text
            ),
            None => format!(
                "Line {}: the {} is now `{}`, it was `{}`{}.",
                after.line,
                new.role,
                after.text,
                before.text,
                in_old(&before)
            ),
        };
        self.push(
            Kind::Changed,
            new.role,
            (Some(before), Some(after)),
            sentence,
        );
    }
}

/// The parts that one operator has and another has not, or has less often. A filter that stands twice says no
/// more than once.
fn beyond<'p>(parts: &'p [Part], other: &[Part]) -> Vec<&'p Part> {
    let alike = |one: &Part, other: &Part| one.normal == other.normal && one.role == other.role;
    let count = |list: &[Part], part: &Part| list.iter().filter(|one| alike(one, part)).count();
    let mut beyond = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let nth = count(&parts[..at], part);
        let known = count(other, part);
        let is_beyond = match part.role {
            "filter" => known == 0,
            _ => nth >= known,
        };
        if is_beyond {
            beyond.push(part);
        }
    }
    beyond
}

/// The pipelines inside of two operators that are to be compared: of unions, in whatever order, only those
/// that the other one has not.
fn inner_pipelines<'s>(old: &'s Step, new: &'s Step) -> (Vec<&'s [Step]>, Vec<&'s [Step]>) {
    let all = |step: &'s Step| step.inner.iter().map(Vec::as_slice).collect::<Vec<_>>();
    let (mut before, mut after) = (all(old), all(new));
    if old.kind == "union" {
        before.retain(|leg| {
            let same = |other: &&[Step]| normal_of(other) == normal_of(leg);
            let partner = after.iter().position(same);
            partner.map(|place| after.remove(place)).is_none()
        });
    }
    (before, after)
}

/// Whether two operators have the same parts in another order.
fn gone_in_order(old: &Step, new: &Step) -> bool {
    let list = |step: &Step| {
        step.parts
            .iter()
            .map(|part| part.normal.clone())
            .collect::<Vec<_>>()
    };
    let (mut one, mut other) = (list(old), list(new));
    let differ = one != other;
    one.sort();
    other.sort();
    differ && one == other
}

/// Where a part stands in the old version.
pub(super) fn in_old(place: &Place) -> String {
    format!(" (line {} of the old version)", place.line)
}
