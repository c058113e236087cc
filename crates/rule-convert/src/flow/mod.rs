//! Data flow: which texts of a query stand for the kind of resource, wherever it flows.
//!
//! A walk follows the columns that tell resources apart through every operator, `let`, function and
//! table of the query (`walker`, `operators`, `expressions`), and evaluates each condition that depends
//! on nothing else for an example row of either kind (`evaluator`). Texts that meet such a column change
//! word by word (`rename`). Where a condition then still holds for the original only, the constants in it
//! are repaired and the condition is evaluated again; what cannot be repaired is reported.

mod columns;
mod constant_tables;
mod evaluator;
mod exclusions;
mod expressions;
mod made_names;
mod meeting;
mod operators;
mod providers;
mod rename;
mod results;
mod search;
mod value;
mod walker;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use kql_analysis::value::Value;
use kql_syntax::ast::{Expr, Query, range_of};

use crate::profile::Profile;
use evaluator::{Evaluator, literal_of, quoted};
pub(crate) use rename::{in_case_of, is_unmistakable, names_target, rename, requoted};
pub(crate) use results::Taken;
pub(crate) use value::Kinds;

use walker::Walker;
pub(crate) use walker::{Change, Found, Site, Trouble};

/// Most walks over one query.
const MAX_WALKS: usize = 60;

/// Why a constant changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// It is the type, or holds a segment of an id or an address.
    Word,
    /// The same, of one certain resource.
    Named,
    /// A condition holds for the target with it; evaluating it says so.
    Evaluated,
    /// The same, but a pattern took the place of one that may have matched more.
    Pattern,
}

/// What the flow of a query gives.
#[derive(Debug)]
pub(crate) struct Analysis {
    /// Changes by place, with why.
    pub changes: BTreeMap<usize, (Change, Why)>,
    pub found: Found,
    /// Conditions for which no change was found.
    pub open: Vec<Trouble>,
}

/// Follows the kind of resource through a query, which is parsed already.
pub(crate) fn analyse(parsed: &Query, query: &str, profile: &Profile) -> Analysis {
    let mut analyst = Analyst {
        query,
        parsed,
        profile,
        evaluator: Evaluator::default(),
        changes: BTreeMap::new(),
        whys: BTreeMap::new(),
        walks: 0,
    };
    let mut found = analyst.walk();
    let mut hopeless = BTreeSet::new();
    loop {
        if analyst.rename(&found) {
            found = analyst.walk();
        }
        let next = found
            .troubles
            .values()
            .find(|trouble| !hopeless.contains(&trouble.range.start))
            .cloned();
        let Some(trouble) = next else { break };
        if analyst.walks >= MAX_WALKS || !analyst.repair(&trouble, &found.spoiled) {
            hopeless.insert(trouble.range.start);
        }
        found = analyst.walk();
    }
    let open: Vec<Trouble> = found.troubles.values().cloned().collect();
    let told = std::mem::take(&mut found.told);
    found.unknown.retain(|start, _| !told.contains(start));
    let whys = analyst.whys;
    let changes = analyst.changes.into_iter().map(|(start, change)| {
        let why = whys.get(&start).copied().unwrap_or(Why::Evaluated);
        (start, (change, why))
    });
    Analysis {
        changes: changes.collect(),
        found,
        open,
    }
}

struct Analyst<'a> {
    query: &'a str,
    parsed: &'a Query,
    profile: &'a Profile,
    evaluator: Evaluator,
    changes: BTreeMap<usize, Change>,
    whys: BTreeMap<usize, Why>,
    walks: usize,
}

impl Analyst<'_> {
    fn walk(&mut self) -> Found {
        self.walks += 1;
        let mut walker = Walker::new(self.profile, self.query, &self.changes, &mut self.evaluator);
        walker.query(self.parsed);
        walker.found.follow_links();
        walker.found
    }

    /// Changes the words of texts that meet the columns; whether there was one.
    fn rename(&mut self, found: &Found) -> bool {
        let before = self.changes.len();
        // Names for both kinds are there already.
        let names_target =
            |site: &Site| site.is_name && site.text.eq_ignore_ascii_case(&self.profile.to);
        let both = found.sites.values().any(names_target);
        for (start, site) in &found.sites {
            let met = site.met.and(site.maybe);
            if self.changes.contains_key(start) || !met.has(Kinds::RESOURCE) {
                continue;
            }
            if site.is_name {
                let source = self.query.get(site.range.clone()).unwrap_or_default();
                let after = rename::loosely(source, self.profile).into_iter().next();
                if let (Some(after), false) = (after, both) {
                    self.put(site.range.clone(), after, Why::Word);
                }
                continue;
            }
            let Some(renamed) = rename(&site.text, self.profile) else {
                continue;
            };
            let why = if renamed.names_one {
                Why::Named
            } else {
                Why::Word
            };
            self.replace(site, &renamed.text, why);
        }
        self.changes.len() > before
    }

    fn replace(&mut self, site: &Site, text: &str, why: Why) {
        let source = self.query.get(site.range.clone()).unwrap_or_default();
        let after = requoted(source, &site.text, text, self.profile);
        self.put(site.range.clone(), after, why);
    }

    fn put(&mut self, range: Range<usize>, after: String, why: Why) {
        self.whys.insert(range.start, why);
        self.changes.insert(range.start, Change { range, after });
    }

    /// Tries what may make a condition hold for the target; whether something did.
    fn repair(&mut self, trouble: &Trouble, known: &BTreeSet<usize>) -> bool {
        for (range, after, why) in self.candidates(trouble) {
            let overlaps = self
                .changes
                .values()
                .any(|change| change.range.start < range.end && range.start < change.range.end);
            if overlaps
                && !self
                    .changes
                    .get(&range.start)
                    .is_some_and(|one| one.range == range)
            {
                continue;
            }
            let kept = (
                self.changes.get(&range.start).cloned(),
                self.whys.get(&range.start).copied(),
            );
            self.put(range.clone(), after, why);
            if self.walks >= MAX_WALKS {
                break;
            }
            let found = self.walk();
            let spoils = !found.spoiled.is_subset(known);
            let told = found.told.contains(&trouble.range.start);
            if told && !spoils && !found.troubles.contains_key(&trouble.range.start) {
                return true;
            }
            self.changes.remove(&range.start);
            self.whys.remove(&range.start);
            if let (Some(change), Some(why)) = kept {
                self.put(change.range, change.after, why);
            }
        }
        false
    }

    /// Replacements of constants in a condition, the likeliest first.
    fn candidates(&mut self, trouble: &Trouble) -> Vec<(Range<usize>, String, Why)> {
        let mut candidates = Vec::new();
        let sites: Vec<Site> = {
            let mut walker =
                Walker::new(self.profile, self.query, &self.changes, &mut self.evaluator);
            walker.query(self.parsed);
            trouble
                .sites
                .iter()
                .filter_map(|site| walker.found.sites.get(site).cloned())
                .collect()
        };
        let mut put = |site: &Site, text: &str, why: Why| {
            let source = self.query.get(site.range.clone()).unwrap_or_default();
            let after = requoted(source, &site.text, text, self.profile);
            candidates.push((site.range.clone(), after, why));
        };
        // What a text is equal to for the original becomes what it is equal to for the target.
        for (original, target) in &trouble.values {
            let (Value::String(original), Value::String(target)) = (original, target) else {
                continue;
            };
            // What is empty for the target is so for other resources too.
            if target.is_empty() {
                continue;
            }
            for site in &sites {
                if site.text.eq_ignore_ascii_case(original) && !original.is_empty() {
                    put(site, &in_case_of(&site.text, target), Why::Evaluated);
                }
            }
        }
        for site in &sites {
            for text in rename::loosely(&site.text, self.profile) {
                put(site, &text, Why::Evaluated);
            }
        }
        for (original, target) in &trouble.values {
            if let (Value::String(original), Value::String(target)) = (original, target) {
                for site in &sites {
                    let whole = original.len() <= 4 * site.text.len().max(4);
                    let filled = !site.text.is_empty() && !target.is_empty();
                    if whole && !trouble.is_pattern && filled {
                        put(site, &in_case_of(&site.text, target), Why::Evaluated);
                    }
                    if trouble.is_pattern
                        && !target.is_empty()
                        && target.chars().all(char::is_alphanumeric)
                    {
                        put(site, &format!("(?i)^{target}$"), Why::Pattern);
                    }
                }
            }
        }
        let is_empty = |value: &Value| matches!(value, Value::String(text) if text.is_empty());
        let told = trouble
            .values
            .iter()
            .filter(|(_, target)| !is_empty(target));
        for (original, target) in told {
            for (range, text) in &trouble.constants {
                candidates.extend(self.computed(range, text, original, target));
            }
        }
        for site in &sites {
            if let Some(text) = self.encoded(&site.text) {
                let source = self.query.get(site.range.clone()).unwrap_or_default();
                let after = requoted(source, &site.text, &text, self.profile);
                candidates.push((site.range.clone(), after, Why::Evaluated));
            }
        }
        candidates
    }

    /// A text in base64 that names the original, with the name of the target.
    fn encoded(&mut self, text: &str) -> Option<String> {
        let decoded = format!("base64_decode_tostring({})", quoted(text));
        let renamed = rename(&self.evaluator.text(&decoded)?, self.profile)?;
        let encoded = format!("base64_encode_tostring({})", quoted(&renamed.text));
        self.evaluator.text(&encoded)
    }

    /// A constant that is computed, or its parts, replaced by what they have to be.
    fn computed(
        &self,
        range: &Range<usize>,
        text: &str,
        original: &Value,
        target: &Value,
    ) -> Vec<(Range<usize>, String, Why)> {
        let mut evaluator = Evaluator::default();
        let nodes = self.parsed.syntax().descendants().filter(|node| {
            let place = range_of(node);
            range.start <= place.start && place.end <= range.end
        });
        let mut found: Vec<(Range<usize>, String, Why)> = Vec::new();
        for expression in nodes.filter_map(Expr::cast) {
            let place = expression.range();
            if found
                .iter()
                .any(|(known, ..)| known.start <= place.start && place.end <= known.end)
            {
                continue;
            }
            // The whole is known by what its names stand for.
            let source = match place == *range && !text.is_empty() {
                true => text,
                false => self.query.get(place.clone()).unwrap_or_default(),
            };
            let Some(value) = evaluator.value(source) else {
                continue;
            };
            let after = match (&value, original, target) {
                (Value::String(value), Value::String(original), Value::String(target))
                    if value.eq_ignore_ascii_case(original) =>
                {
                    Some(quoted(&in_case_of(value, target)))
                }
                (Value::String(value), _, Value::String(target)) => {
                    match rename(value, self.profile) {
                        Some(renamed) => Some(quoted(&renamed.text)),
                        None if place == *range && target.len() <= 64 => {
                            Some(quoted(&in_case_of(value, target)))
                        }
                        None => None,
                    }
                }
                (value, original, target) if value == original => literal_of(target),
                (Value::Long(value), Value::Long(original), Value::Long(target))
                    if place == *range =>
                {
                    let moved = target
                        .checked_sub(*original)
                        .and_then(|by| by.checked_add(*value));
                    moved
                        .filter(|_| value != original)
                        .map(|value| value.to_string())
                }
                _ => None,
            };
            found.extend(after.map(|after| (place, after, Why::Evaluated)));
        }
        found
    }
}
