//! Repair of a condition that holds for the original only: candidates are made, the query is walked again, and
//! the first with which the condition follows the target stays.

use std::collections::BTreeSet;
use std::ops::Range;

use super::found::{Change, Trouble};
use super::{Analyst, MAX_WALKS, Why};

/// Candidates that are tried for a condition behind the first that treats other resources like the target.
const MAX_MORE: usize = 6;

impl Analyst<'_> {
    /// Tries what may make a condition hold for the target; whether something did. What treats further kinds of
    /// resource like it is taken when nothing else does.
    pub(super) fn repair(&mut self, trouble: &Trouble, known: &BTreeSet<usize>) -> bool {
        let mut wider: Option<(Vec<Change>, &'static str)> = None;
        let mut tried = 0;
        for (changes, why) in self.candidates(trouble) {
            let is_late = wider.is_some() && tried >= MAX_MORE;
            if self.walks >= MAX_WALKS || is_late {
                break;
            }
            if changes.iter().any(|change| self.crosses(&change.range)) {
                continue;
            }
            tried += usize::from(wider.is_some());
            let kept = (self.changes.clone(), self.whys.clone());
            self.put_all(changes.clone(), why);
            let found = self.walk_watching(Some(trouble.range.start));
            let spoils = !found.spoiled.is_subset(known);
            let told = found.told.contains(&trouble.range.start);
            let holds = told && !spoils && !found.troubles.contains_key(&trouble.range.start);
            match found.wider {
                None if holds => return true,
                Some(kind) if holds && wider.is_none() => wider = Some((changes, kind)),
                _ => {}
            }
            (self.changes, self.whys) = kept;
        }
        let Some((changes, kind)) = wider else {
            return false;
        };
        let starts = changes.iter().map(|change| change.range.start);
        self.wide
            .extend(starts.map(|start| (start, trouble.range.start)));
        self.put_all(changes, Why::Wider(kind));
        true
    }

    fn put_all(&mut self, changes: Vec<Change>, why: Why) {
        for change in changes {
            self.put(change.range, change.after, why);
        }
    }

    /// What was told of a condition by itself may not hold any more with the changes of those beside it.
    pub(super) fn judge_anew(&mut self) {
        for (start, condition) in std::mem::take(&mut self.wide) {
            let wider = self.walk_watching(Some(condition)).wider;
            let is_known = matches!(self.whys.get(&start), Some(Why::Wider(_)));
            if is_known && wider.is_none() {
                self.whys.insert(start, Why::Evaluated);
            }
        }
    }

    /// The texts of conditions that do not follow the target with the sure changes alone.
    pub(super) fn unsure(&mut self) -> BTreeSet<usize> {
        let is_sure = |start: &usize| self.whys.get(start).is_none_or(|why| why.is_sure());
        if self.changes.keys().all(is_sure) {
            return BTreeSet::new();
        }
        let all = self.changes.clone();
        let whys = &self.whys;
        self.changes
            .retain(|start, _| whys.get(start).is_none_or(|why| why.is_sure()));
        let found = self.walk();
        self.changes = all;
        found
            .troubles
            .into_values()
            .flat_map(|one| one.sites)
            .collect()
    }

    /// Whether a change is made already that shares some of a place, and is not of exactly that place.
    fn crosses(&self, place: &Range<usize>) -> bool {
        let mut changes = self.changes.values().map(|change| &change.range);
        let same = self.changes.get(&place.start);
        changes.any(|known| known.start < place.end && place.start < known.end)
            && same.is_none_or(|known| known.range != *place)
    }
}
