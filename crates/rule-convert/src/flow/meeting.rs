//! What meets: texts with columns that tell resources apart, and conditions with rows of either kind.

use std::ops::Range;

use super::found::Trouble;
use super::rename::{loosely, names_target, rename};
use super::value::{
    AFTER, AFTER_ON_ORIGINAL, AFTER_ON_OTHER, BEFORE, BEFORE_ON_OTHER, BEFORE_ON_TARGET, Flow,
    Kinds, Outside, Scope, WORLDS,
};
use super::walker::Walker;
use kql_analysis::value::Value;

/// Most pairs of texts that are noted.
const MAX_LINKS: usize = 10_000;

impl Walker<'_> {
    /// Notes that texts are compared with a value.
    pub fn meet(&mut self, value: &Flow, texts: &Flow, scope: &Scope) {
        if self.quiet > 0 {
            return;
        }
        let covered = self.covered > 0;
        let elsewhere = self.elsewhere > 0;
        if value.kinds.has(Kinds::RESOURCE) {
            self.found.compared.extend(&texts.assigned);
            self.found.compared.extend(&value.assigned);
            let is_type = value.kinds.has(Kinds::TYPE) && texts.constant;
            if is_type || self.may_tell_apart(texts) {
                self.filtered(scope);
            }
        }
        if value.kinds.has(Kinds::OPERATION) && !value.kinds.has(Kinds::RESOURCE) {
            self.found.of_operation.extend(&texts.sites);
        }
        for site in &texts.sites {
            let Some(site) = self.found.sites.get_mut(site) else {
                continue;
            };
            if !value.kinds.has(Kinds::RESOURCE.and(Kinds::OPERATION)) {
                if texts.constant && !value.constant && value.column.is_some() {
                    site.foreign.clone_from(&value.column);
                }
                continue;
            }
            if value.kinds.has(Kinds::TYPE) && !elsewhere {
                site.others.extend(self.others.iter().cloned());
            }
            match (covered, value.doubtful) {
                _ if elsewhere => site.elsewhere = true,
                (true, _) => site.covered = true,
                (_, true) => site.maybe = site.maybe.and(value.kinds),
                _ => site.met = site.met.and(value.kinds),
            }
        }
    }

    /// Whether a text that is the type in some letter case is compared with what a function makes of the type and
    /// that it never is: the function gives other letters or another letter case, whatever that of the row is.
    pub fn never_meets(&mut self, value: &Flow, text: &Flow) -> bool {
        let is_of_type = value.kinds == Kinds::TYPE && !value.constant && !value.doubtful;
        if !is_of_type || !text.constant {
            return false;
        }
        let (Some(made), Some(text)) = (self.text_before(value), self.text_before(text)) else {
            return false;
        };
        let is_mixed = text.chars().any(char::is_uppercase) && text.chars().any(char::is_lowercase);
        // The column itself may hold any letter case, so only what is computed of it counts.
        made != self.profile.from
            && made != text
            && is_mixed
            && text.eq_ignore_ascii_case(&self.profile.from)
    }

    /// What a text is in the query as it is, on a row of the original kind.
    fn text_before(&mut self, flow: &Flow) -> Option<String> {
        let worlds = flow.worlds.clone()?;
        self.evaluator.text(&worlds[BEFORE])
    }

    /// Notes that a text never meets the type that it is compared with; the rows are told apart all the same.
    pub fn miss(&mut self, text: &Flow, scope: &Scope) {
        if self.quiet > 0 {
            return;
        }
        self.filtered(scope);
        for start in &text.sites {
            if let Some(site) = self.found.sites.get_mut(start) {
                site.is_never_met = true;
            }
        }
    }

    /// Notes that texts of the query are compared with one another. Those that stand in for a column that
    /// nothing is known of, such as the default of one that may be missing, count as well.
    pub fn link(&mut self, one: &Flow, other: &Flow) {
        let stands_in = |flow: &Flow| flow.kinds.is_empty() && flow.worlds.is_none();
        let is_text = |flow: &Flow| flow.constant || stands_in(flow);
        let texts = is_text(one) && is_text(other) && (one.constant || other.constant);
        if self.quiet > 0 || !texts {
            return;
        }
        for site in &one.sites {
            let others = other.sites.iter().filter(|other| *other != site);
            let pairs = others.map(|other| (*site, *other));
            let room = MAX_LINKS.saturating_sub(self.found.linked.len());
            self.found.linked.extend(pairs.take(room));
        }
    }

    /// Notes that the rows at hand are told apart, or may be by what is assigned.
    pub fn filtered(&mut self, scope: &Scope) {
        for row in [&scope.row, &scope.right].into_iter().flatten() {
            match self.flag {
                Some(flag) => self.found.flagged.entry(flag).or_default(),
                None => &mut self.found.filtered,
            }
            .extend(&row.reads);
        }
    }

    /// Whether an expression that cannot be evaluated may tell resources apart: it holds the words of a
    /// kind. That there is a type or an address at all tells nothing.
    fn may_tell_apart(&self, flow: &Flow) -> bool {
        let sites = flow.sites.iter();
        let mut texts = sites.filter_map(|start| self.found.sites.get(start));
        texts.any(|site| {
            rename(&site.text, self.profile).is_some() || names_target(&site.text, self.profile)
        })
    }

    /// The truth of a condition in each world; `None` when it cannot be told.
    pub fn truths(&mut self, flow: &Flow) -> Option<[bool; WORLDS]> {
        let worlds = flow.worlds.clone()?;
        // The result and the operation of a call are not known, so nothing that hangs on them is.
        if flow.kinds.has(Kinds::RESULT.and(Kinds::OPERATION)) {
            return None;
        }
        let mut truths = [false; WORLDS];
        for (truth, text) in truths.iter_mut().zip(worlds.iter()) {
            *truth = match self.evaluator.value(text)? {
                Value::Bool(truth) => truth,
                Value::Null => false,
                _ => return None,
            };
        }
        Some(truths)
    }

    /// Whether a condition on ids names no kind of resource, so that the provider alone may decide.
    fn is_of_provider(&self, flow: &Flow) -> bool {
        let other = Kinds::TYPE.and(Kinds::ADDRESS);
        flow.kinds.has(Kinds::ID) && !flow.kinds.has(other) && !self.may_tell_apart(flow)
    }

    /// Whether a condition names both kinds of resource already.
    pub fn covers_both(&mut self, flow: &Flow) -> bool {
        flow.depends()
            && self.truths(flow).is_some_and(|truths| {
                truths[BEFORE] == truths[BEFORE_ON_TARGET]
                    && truths[BEFORE] != truths[BEFORE_ON_OTHER]
            })
            && !self.is_of_provider(flow)
    }

    /// Notes a condition that tells resources apart, and whether the changes make it do so for the
    /// target.
    pub fn check(
        &mut self,
        range: &Range<usize>,
        flow: &Flow,
        parts: &[Flow],
        is_pattern: bool,
        scope: &Scope,
    ) {
        if self.quiet > 0 {
            return;
        }
        self.unknown(range, flow, (parts, Outside::No));
        self.certain(range, parts);
        self.combined(range, flow);
        if !flow.depends() {
            return;
        }
        let Some(truths) = self.truths(flow) else {
            if self.may_tell_apart(flow) {
                self.filtered(scope);
            }
            return;
        };
        self.found.told.insert(range.start);
        let (on_original, on_target, on_other) = (
            truths[BEFORE],
            truths[BEFORE_ON_TARGET],
            truths[BEFORE_ON_OTHER],
        );
        // What holds for every kind of resource, such as that there is an address, tells none apart.
        let differs = on_original != on_target || on_original != on_other;
        // An id that only has to be of the provider tells its kinds of resource apart no more than the
        // provider does.
        let by_provider = on_original && on_target && !on_other && self.is_of_provider(flow);
        if differs && !by_provider {
            self.filtered(scope);
        }
        if by_provider {
            return;
        }
        if on_target != on_original && on_other == on_original
            || on_original && on_target && !on_other
        {
            self.found.has_target = true;
        }
        if on_original == on_target && truths[AFTER] != on_target {
            self.found.spoiled.insert(range.start);
        }
        // Different for the original kind than for all others, and not yet so for the target.
        let about_original = on_original != on_target && on_original != on_other;
        let follows = truths[AFTER] == on_original
            && truths[AFTER_ON_ORIGINAL] == on_other
            && truths[AFTER_ON_OTHER] == on_other;
        if about_original && follows && self.watched == Some(range.start) {
            self.found.wider = self.treated_alike(flow, on_original);
        }
        if about_original && !follows && self.covered == 0 && self.elsewhere == 0 {
            self.trouble(range, flow, parts, is_pattern);
        }
    }

    /// Notes that the type is compared with constants of which the query's texts do not tell what they come
    /// to, or with what comes from outside the query; or that a name, id or address is compared with what
    /// somebody wrote down elsewhere. Ids of other tables are those of any resource, so they follow by themselves.
    pub fn unknown(
        &mut self,
        range: &Range<usize>,
        flow: &Flow,
        (parts, tables): (&[Flow], Outside),
    ) {
        if !self.is_noted() || flow.worlds.is_some() {
            return;
        }
        let about = |kinds| {
            let told = parts.iter().filter(|part| !part.constant && !part.doubtful);
            told.filter(|part| part.kinds.has(kinds))
                .find_map(|part| part.column.clone().or(Some(String::new())))
        };
        let outside = parts.iter().map(|part| part.outside).max();
        let outside = outside.unwrap_or_default().max(tables);
        let of_type = about(Kinds::TYPE)
            .filter(|_| outside != Outside::No || parts.iter().any(|part| self.is_made(part)));
        let of_ids =
            about(Kinds::RESOURCE.and(Kinds::NAME)).filter(|_| outside == Outside::Unknown);
        if let Some(column) = of_type.or(of_ids) {
            let place = (range.clone(), column);
            self.found.unknown.insert(range.start, place);
        }
    }

    /// Whether what stands at this place counts: both kinds of resource are not named already, and rows of
    /// their provider are left.
    pub fn is_noted(&self) -> bool {
        self.quiet == 0 && self.covered == 0 && self.elsewhere == 0
    }

    /// Whether a constant is put together of texts while the query runs, in a way that does not show.
    fn is_made(&self, part: &Flow) -> bool {
        let is_told = part.worlds.is_some() || part.sites.is_empty();
        part.constant && !is_told && !self.has_words(part)
    }

    /// Whether a text that flows into a value names a kind of resource, however loosely.
    fn has_words(&self, flow: &Flow) -> bool {
        let sites = flow.sites.iter();
        let mut texts = sites.filter_map(|start| self.found.sites.get(start));
        texts.any(|site| {
            names_target(&site.text, self.profile) || !loosely(&site.text, self.profile).is_empty()
        })
    }

    /// A conjunction that holds for the target as it did for the original needs no repair of its parts: each
    /// of them holds.
    pub fn together(&mut self, range: &Range<usize>, flow: &Flow) {
        if self.quiet > 0 || !flow.depends() {
            return;
        }
        let holds = self.truths(flow).is_some_and(|truths| {
            let before = truths[BEFORE] && !truths[BEFORE_ON_TARGET] && !truths[BEFORE_ON_OTHER];
            before && truths[AFTER] && !truths[AFTER_ON_ORIGINAL]
        });
        if holds {
            self.found
                .troubles
                .retain(|start, _| !range.contains(start));
        }
    }

    fn trouble(&mut self, range: &Range<usize>, flow: &Flow, parts: &[Flow], is_pattern: bool) {
        let constants = parts.iter().filter(|part| part.constant);
        let constants = constants
            .filter_map(|part| {
                let text = part.worlds.as_ref().map(|worlds| worlds[BEFORE].clone());
                Some((part.origin.clone()?, text.unwrap_or_default()))
            })
            .collect();
        let values = parts
            .iter()
            .filter(|part| part.depends())
            .filter_map(|part| {
                let worlds = part.worlds.clone()?;
                let original = self.evaluator.value(&worlds[BEFORE])?;
                Some((original, self.evaluator.value(&worlds[BEFORE_ON_TARGET])?))
            })
            .collect();
        self.found.troubles.entry(range.start).or_insert(Trouble {
            range: range.clone(),
            constants,
            sites: flow.sites.clone(),
            values,
            is_pattern,
        });
    }
}
