//! What meets: texts with columns that tell resources apart, and conditions with rows of either kind.

use std::ops::Range;

use kql_analysis::value::Value;
use kql_syntax::ast::Expr;

use super::rename::{names_target, rename};
use super::value::{
    AFTER, AFTER_ON_ORIGINAL, BEFORE, BEFORE_ON_OTHER, BEFORE_ON_TARGET, Flow, Kinds, Scope, WORLDS,
};
use super::walker::{Trouble, Walker};

/// How names of resource providers of Azure begin.
const PROVIDERS: &str = "microsoft.";

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
        for site in &texts.sites {
            let Some(site) = self.found.sites.get_mut(site) else {
                continue;
            };
            if value.kinds.is_empty() {
                if texts.constant && !value.constant && value.column.is_some() {
                    site.foreign.clone_from(&value.column);
                }
                continue;
            }
            match (covered, value.doubtful) {
                _ if elsewhere => site.elsewhere = true,
                (true, _) => site.covered = true,
                (_, true) => site.maybe = site.maybe.and(value.kinds),
                _ => site.met = site.met.and(value.kinds),
            }
        }
    }

    /// Notes that the rows at hand are told apart.
    pub fn filtered(&mut self, scope: &Scope) {
        for row in [&scope.row, &scope.right].into_iter().flatten() {
            self.found.filtered.extend(&row.reads);
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

    /// Whether a condition names both kinds of resource already.
    pub fn covers_both(&mut self, flow: &Flow) -> bool {
        flow.depends()
            && self.truths(flow).is_some_and(|truths| {
                truths[BEFORE] == truths[BEFORE_ON_TARGET]
                    && truths[BEFORE] != truths[BEFORE_ON_OTHER]
            })
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
        if !flow.depends() {
            return;
        }
        let Some(truths) = self.truths(flow) else {
            if self.may_tell_apart(flow) {
                self.filtered(scope);
            }
            return;
        };
        let (on_original, on_target, on_other) = (
            truths[BEFORE],
            truths[BEFORE_ON_TARGET],
            truths[BEFORE_ON_OTHER],
        );
        // What holds for every kind of resource, such as that there is an address, tells none apart.
        // The name of an operation is no kind of resource, either.
        let differs = on_original != on_target || on_original != on_other;
        if differs && flow.kinds.has(Kinds::RESOURCE) {
            self.filtered(scope);
        }
        if on_target != on_original && on_other == on_original
            || on_original && on_target && !on_other
        {
            self.found.has_target = true;
        }
        // Different for the original kind than for all others, and not yet so for the target.
        let about_original = on_original != on_target && on_original != on_other;
        let follows = truths[AFTER] == on_original && truths[AFTER_ON_ORIGINAL] == on_other;
        if about_original && !follows && self.covered == 0 && self.elsewhere == 0 {
            self.trouble(range, flow, parts, is_pattern);
        }
    }

    fn trouble(&mut self, range: &Range<usize>, flow: &Flow, parts: &[Flow], is_pattern: bool) {
        let constants = parts.iter().filter(|part| part.constant);
        let constants = constants.filter_map(|part| part.origin.clone()).collect();
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

    /// Whether rows for which a condition holds are of another provider's resources, and of none of the
    /// profile's. Ids count only where the condition names another provider: the name of a resource in an
    /// example row says nothing.
    pub fn is_elsewhere(&mut self, flow: &Flow) -> bool {
        let Some(truths) = self.truths(flow) else {
            return false;
        };
        let Some(worlds) = &flow.worlds else {
            return false;
        };
        let of_rows = worlds[BEFORE] != worlds[BEFORE_ON_OTHER];
        let never = !truths[BEFORE] && !truths[BEFORE_ON_TARGET];
        of_rows && never && !flow.kinds.has(Kinds::ADDRESS) && self.names_other_provider(flow)
    }

    /// Whether a text in a condition names a resource provider other than the profile's.
    fn names_other_provider(&self, flow: &Flow) -> bool {
        let own = self.profile.provider.to_lowercase();
        let sites = flow.sites.iter();
        let mut texts = sites.filter_map(|start| self.found.sites.get(start));
        !own.is_empty()
            && texts.any(|site| {
                let text = site.text.to_lowercase();
                text.contains(PROVIDERS) && !text.contains(&own)
            })
    }

    /// Whether a condition, or one of its conjuncts, leaves rows of other providers only.
    pub fn leaves_elsewhere(&mut self, condition: &Expr, scope: &Scope) -> bool {
        match condition.without_parentheses() {
            Expr::Logical(logical) if logical.is_and() => {
                self.any_elsewhere(&logical.operands(), scope)
            }
            whole => self.any_elsewhere(&[whole], scope),
        }
    }

    /// Whether one part of a conjunction leaves rows of other providers only.
    pub fn any_elsewhere(&mut self, operands: &[Expr], scope: &Scope) -> bool {
        self.quiet += 1;
        let mut elsewhere = false;
        for operand in operands {
            let flow = self.value(operand, scope).scalar();
            elsewhere |= self.is_elsewhere(&flow);
        }
        self.quiet -= 1;
        elsewhere
    }
}
