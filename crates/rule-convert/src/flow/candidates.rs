//! What may make a condition hold for the target: replacements of its constants, the likeliest first.

use std::collections::BTreeSet;
use std::ops::Range;

use kql_analysis::value::Value;
use kql_syntax::ast::{Call, Expr, range_of};

use super::evaluator::{Evaluator, literal_of, quoted};
use super::found::{Change, Site, Trouble};
use super::rename::{in_case_of, loosely, rename};
use super::walker::Walker;
use super::{Analyst, Why};

/// Longest text of the target, in bytes, that takes the place of a whole computed text.
const MAX_COMPUTED: usize = 64;
/// A text that is evaluated is at most so many times longer than the constant that it replaces.
const MAX_GROWTH: usize = 4;
/// Calls of `substring` that are changed to take more letters.
const MAX_LENGTHS: usize = 3;
/// Constants of fewer bytes count as so long.
const SHORT: usize = 4;

/// A replacement: its place in bytes, the new source, and why it may be right.
type Replacement = (Range<usize>, String, Why);

/// What is made at once, and why it may be right.
pub(super) type Candidate = (Vec<Change>, Why);

impl Analyst<'_> {
    /// Replacements of constants in a condition, the likeliest first.
    pub(super) fn candidates(&mut self, trouble: &Trouble) -> Vec<Candidate> {
        let sites = self.sites_of(trouble);
        let mut all = self.of_beginnings(&sites);
        let single = self.replacements(trouble, &sites).into_iter();
        all.extend(single.map(|(range, after, why)| (vec![Change { range, after }], why)));
        all
    }

    /// A text that is compared with as many letters of the type becomes the whole type of the target, and so
    /// many letters are taken.
    fn of_beginnings(&self, sites: &[Site]) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for site in sites.iter().filter(|site| !site.text.is_empty()) {
            for to in self.begun(&site.text.to_lowercase()) {
                for taken in self.lengths(site.text.chars().count()) {
                    let text = in_case_of(&site.text, to);
                    let (range, after, why) = self.replacement(site, &text, Why::Evaluated);
                    let number = Change {
                        range: taken,
                        after: to.chars().count().to_string(),
                    };
                    candidates.push((vec![number, Change { range, after }], why));
                }
            }
        }
        candidates
    }

    /// What the target has for the type and the first labels of hosts that begin with a text.
    fn begun(&self, text: &str) -> BTreeSet<&str> {
        let label = |host: &str| host.find('.').unwrap_or(host.len());
        let hosts = self.profile.hosts.iter();
        let labels = hosts.map(|(from, to)| (&from[..label(from)], &to[..label(to)]));
        let kind = (self.profile.from.as_str(), self.profile.to.as_str());
        let pairs = std::iter::once(kind).chain(labels);
        let begun = pairs.filter(|(from, _)| from.to_lowercase().starts_with(text));
        begun.map(|(_, to)| to).collect()
    }

    /// Places of the numbers that say how many letters `substring` takes, where they are so many.
    fn lengths(&self, letters: usize) -> Vec<Range<usize>> {
        let calls = self.parsed.syntax().descendants().filter_map(Call::cast);
        let calls = calls.filter(|call| call.name().is_some_and(|name| name.text() == "substring"));
        let taken = calls.filter_map(|call| call.arguments().get(2).map(Expr::range));
        let is_so_many = |range: &Range<usize>| {
            let text = self.query.get(range.clone()).unwrap_or_default();
            text == letters.to_string()
        };
        taken.filter(is_so_many).take(MAX_LENGTHS).collect()
    }

    /// Replacements of one constant each.
    fn replacements(&mut self, trouble: &Trouble, sites: &[Site]) -> Vec<Replacement> {
        let mut candidates = self.of_equal_texts(trouble, sites);
        for site in sites {
            let renamed = loosely(&site.text, self.profile).into_iter();
            candidates.extend(renamed.map(|text| self.replacement(site, &text, Why::Evaluated)));
        }
        candidates.extend(self.of_evaluated_texts(trouble, sites));
        candidates.extend(self.of_computed_constants(trouble));
        for site in sites {
            if let Some(text) = self.encoded(&site.text) {
                candidates.push(self.replacement(site, &text, Why::Evaluated));
            }
        }
        candidates
    }

    /// The texts in quotes that flow into a condition, with the changes so far.
    fn sites_of(&mut self, trouble: &Trouble) -> Vec<Site> {
        let mut walker = Walker::new(self.profile, self.query, &self.changes, &mut self.evaluator);
        walker.query(self.parsed);
        let sites = trouble.sites.iter();
        let sites = sites.filter_map(|site| walker.found.sites.get(site));
        sites.filter(|site| !site.is_never_met).cloned().collect()
    }

    fn replacement(&self, site: &Site, text: &str, why: Why) -> Replacement {
        (site.range.clone(), self.requoted(site, text), why)
    }

    /// What a text is equal to for the original becomes what it is equal to for the target.
    fn of_equal_texts(&self, trouble: &Trouble, sites: &[Site]) -> Vec<Replacement> {
        let mut candidates = Vec::new();
        for (original, target) in texts(trouble) {
            let equal =
                |site: &&Site| !original.is_empty() && site.text.eq_ignore_ascii_case(original);
            for site in sites.iter().filter(equal) {
                let text = in_case_of(&site.text, target);
                candidates.push(self.replacement(site, &text, Why::Evaluated));
                if text != target {
                    candidates.push(self.replacement(site, target, Why::Evaluated));
                }
            }
        }
        candidates
    }

    /// Texts are replaced by what the condition compares them with on a row of the target.
    fn of_evaluated_texts(&self, trouble: &Trouble, sites: &[Site]) -> Vec<Replacement> {
        let mut candidates = Vec::new();
        for (original, target) in texts(trouble) {
            let is_word = target.chars().all(char::is_alphanumeric);
            for site in sites {
                let whole = original.len() <= MAX_GROWTH * site.text.len().max(SHORT);
                if whole && !trouble.is_pattern && !site.text.is_empty() {
                    let text = in_case_of(&site.text, target);
                    let why = match self.stands_apart(site, original, sites) {
                        true => Why::Apart,
                        false => Why::Evaluated,
                    };
                    candidates.push(self.replacement(site, &text, why));
                }
                if trouble.is_pattern && is_word {
                    let pattern = format!("(?i)^{target}$");
                    candidates.push(self.replacement(site, &pattern, Why::Pattern));
                }
            }
        }
        candidates
    }

    /// Whether a text is no part of what it is compared with, while another text of the condition has changed.
    fn stands_apart(&self, site: &Site, original: &str, sites: &[Site]) -> bool {
        let is_part = original.to_lowercase().contains(&site.text.to_lowercase());
        let mut others = sites.iter().filter(|other| other.range != site.range);
        !is_part && others.any(|other| self.changes.contains_key(&other.range.start))
    }

    /// A text in base64 that names the original, with the name of the target.
    fn encoded(&mut self, text: &str) -> Option<String> {
        let decoded = format!("base64_decode_tostring({})", quoted(text));
        let renamed = rename(&self.evaluator.text(&decoded)?, self.profile)?;
        let encoded = format!("base64_encode_tostring({})", quoted(&renamed.text));
        self.evaluator.text(&encoded)
    }

    /// Constants that are computed, replaced by what they have to be.
    fn of_computed_constants(&self, trouble: &Trouble) -> Vec<Replacement> {
        let is_empty = |value: &Value| matches!(value, Value::String(text) if text.is_empty());
        let values = trouble.values.iter();
        let mut candidates = Vec::new();
        for (original, target) in values.filter(|(_, target)| !is_empty(target)) {
            for (range, text) in &trouble.constants {
                candidates.extend(self.computed(range, text, original, target));
            }
        }
        candidates
    }

    /// A constant that is computed, or its parts, replaced by what they have to be. `text` is the source of
    /// the whole with its names written out; empty when there is none.
    fn computed(
        &self,
        range: &Range<usize>,
        text: &str,
        original: &Value,
        target: &Value,
    ) -> Vec<Replacement> {
        let mut evaluator = Evaluator::default();
        let nodes = self.parsed.syntax().descendants().filter(|node| {
            let place = range_of(node);
            range.start <= place.start && place.end <= range.end
        });
        let mut found: Vec<Replacement> = Vec::new();
        for expression in nodes.filter_map(Expr::cast) {
            let place = expression.range();
            let holds = |known: &Range<usize>| known.start <= place.start && place.end <= known.end;
            if found.iter().any(|(known, ..)| holds(known)) {
                continue;
            }
            let is_whole = place == *range;
            let source = match is_whole && !text.is_empty() {
                true => text,
                false => self.query.get(place.clone()).unwrap_or_default(),
            };
            let value = evaluator.value(source);
            let after = value.and_then(|value| self.replaced(&value, original, target, is_whole));
            found.extend(after.map(|after| (place, after, Why::Evaluated)));
        }
        found
    }

    /// The source of what a part of a computed constant has to be. The whole was `original` for the original
    /// and has to be `target` for the target.
    fn replaced(
        &self,
        value: &Value,
        original: &Value,
        target: &Value,
        is_whole: bool,
    ) -> Option<String> {
        match (value, original, target) {
            (Value::String(value), Value::String(original), Value::String(target))
                if value.eq_ignore_ascii_case(original) =>
            {
                Some(quoted(&in_case_of(value, target)))
            }
            (Value::String(value), _, Value::String(target)) => match rename(value, self.profile) {
                Some(renamed) => Some(quoted(&renamed.text)),
                None if is_whole && target.len() <= MAX_COMPUTED => {
                    Some(quoted(&in_case_of(value, target)))
                }
                None => None,
            },
            (value, original, target) if value == original => literal_of(target),
            // What is added to a position or a length stays.
            (Value::Long(value), Value::Long(original), Value::Long(target)) if is_whole => {
                let moved = target.checked_sub(*original)?.checked_add(*value)?;
                Some(moved.to_string())
            }
            _ => None,
        }
    }
}

/// The pairs of texts that a condition compares, for the original and for the target. What is empty for the
/// target is so for other resources too and is left out.
fn texts(trouble: &Trouble) -> impl Iterator<Item = (&str, &str)> {
    trouble.values.iter().filter_map(|pair| match pair {
        (Value::String(original), Value::String(target)) if !target.is_empty() => {
            Some((original.as_ref(), target.as_ref()))
        }
        _ => None,
    })
}
