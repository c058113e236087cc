//! Differences in what two queries say: `let`s paired by what they are, pipelines aligned operator by
//! operator, parts of operators compared as sets.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::align::{align, pairs};
use super::declared::{Declaration, Declared, Text, body};
use super::normal::{Names, Part, Step};

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
        // A name that both versions have stands for the pair; another one for its value.
        let name_of = |lets: &[Declared], pair: &dyn Fn(usize) -> Option<usize>| {
            let mut names = Names::default();
            for (place, declared) in lets.iter().enumerate() {
                let stands_for = pair(place)
                    .map_or_else(|| declared.normal.clone(), |pair| format!("let {pair}"));
                names.define(declared.name.clone(), stands_for);
            }
            names
        };
        let old_names = name_of(&self.old.lets, &|place| partner.get(&place).copied());
        let new_names = name_of(&self.new.lets, &|place| back.get(&place).map(|_| place));
        for (old, new) in &pairs {
            self.declarations(*old, *new, (&old_names, &new_names));
        }
        self.lone_tables(&partner, &back);
        self.statements((&old_names, &new_names));
        self.other();
    }

    fn declarations(&mut self, old: usize, new: usize, names: (&Names, &Names)) {
        let (Some(before), Some(after)) = (self.old.lets.get(old), self.new.lets.get(new)) else {
            return;
        };
        match (&before.value, &after.value) {
            (Declaration::Scalar(one), Declaration::Scalar(other))
                if names.0.normal(one) != names.1.normal(other) =>
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

    /// Tables and functions that only one version declares. Values are compared where they are used.
    fn lone_tables(&mut self, partner: &BTreeMap<usize, usize>, back: &BTreeMap<usize, usize>) {
        for (place, declared) in self.old.lets.iter().enumerate() {
            if !partner.contains_key(&place) && declared.kind() != "value" {
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
            if !back.contains_key(&place) && declared.kind() != "value" {
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
        let inner = old.inner.iter().zip(&new.inner);
        inner.for_each(|(old, new)| self.pipelines(old, new));
        for steps in old.inner.iter().skip(new.inner.len()) {
            steps.iter().for_each(|step| self.lone_step(step, false));
        }
        for steps in new.inner.iter().skip(old.inner.len()) {
            steps.iter().for_each(|step| self.lone_step(step, true));
        }
        let lacks = |list: &[Part], part: &Part| {
            !list
                .iter()
                .any(|known| known.normal == part.normal && known.role == part.role)
        };
        let mut gone: Vec<&Part> = old
            .parts
            .iter()
            .filter(|part| lacks(&new.parts, part))
            .collect();
        let come: Vec<&Part> = new
            .parts
            .iter()
            .filter(|part| lacks(&old.parts, part))
            .collect();
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
        let sentence = format!(
            "Line {}: the {} is now `{}`, it was `{}`{}.",
            after.line,
            new.role,
            after.text,
            before.text,
            in_old(&before)
        );
        self.push(
            Kind::Changed,
            new.role,
            (Some(before), Some(after)),
            sentence,
        );
    }
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

fn in_old(place: &Place) -> String {
    format!(" (line {} of the old version)", place.line)
}
