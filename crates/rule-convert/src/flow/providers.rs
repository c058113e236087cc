//! Conditions on the provider of a resource: which providers they let through, and whether they tell a
//! resource of the profile from one of another provider only.

use std::collections::BTreeSet;

use kql_syntax::ast::Expr;

use super::value::{BEFORE, BEFORE_ON_OTHER, BEFORE_ON_TARGET, Flow, Kinds, Scope};
use super::walker::Walker;

/// How names of resource providers of Azure begin.
const PROVIDERS: &str = "microsoft.";

/// What a conjunction says about providers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Providers {
    /// Whether only rows of other providers are left.
    pub elsewhere: bool,
    /// Whether a part of it holds for the profile's provider and not for just any other, whatever the kind of
    /// resource.
    pub own: bool,
    /// Other providers that such a part lets through too.
    pub others: BTreeSet<String>,
}

impl Walker<'_> {
    /// What a condition says about providers, looking at the parts that all have to hold. Nothing is noted.
    pub fn providers(&mut self, condition: &Expr, scope: &Scope) -> Providers {
        let parts = match condition.without_parentheses() {
            Expr::Logical(logical) if logical.is_and() => logical.operands(),
            whole => vec![whole],
        };
        self.quiet += 1;
        let mut said = Providers::default();
        for part in parts {
            let flow = self.value(&part, scope).scalar();
            said.elsewhere |= self.is_elsewhere(&flow);
            if self.lets_own_through(&flow) {
                said.own = true;
                said.others.extend(self.other_providers(&flow));
            }
        }
        self.quiet -= 1;
        said
    }

    /// Whether a condition holds for both kinds of resource and not for those of other providers.
    fn lets_own_through(&mut self, flow: &Flow) -> bool {
        let tells = flow
            .worlds
            .as_ref()
            .is_some_and(|worlds| worlds[BEFORE] != worlds[BEFORE_ON_OTHER]);
        if !tells || flow.kinds.has(Kinds::TYPE.and(Kinds::ADDRESS)) {
            return false;
        }
        self.truths(flow).is_some_and(|truths| {
            truths[BEFORE] && truths[BEFORE_ON_TARGET] && !truths[BEFORE_ON_OTHER]
        })
    }

    /// Providers other than the profile's that the texts of a condition name.
    fn other_providers(&self, flow: &Flow) -> BTreeSet<String> {
        let own = self.profile.provider.to_lowercase();
        let sites = flow.sites.iter();
        let texts = sites.filter_map(|start| self.found.sites.get(start));
        texts
            .filter(|site| {
                let text = site.text.to_lowercase();
                !own.is_empty() && text.contains(PROVIDERS) && !text.contains(&own)
            })
            .map(|site| site.text.clone())
            .collect()
    }

    /// Whether rows for which a condition holds are of another provider's resources, and of none of the
    /// profile's. Ids count only where the condition names another provider: the name of a resource in an
    /// example row says nothing.
    fn is_elsewhere(&mut self, flow: &Flow) -> bool {
        let worlds = flow.worlds.as_ref();
        let of_rows = worlds.is_some_and(|worlds| worlds[BEFORE] != worlds[BEFORE_ON_OTHER]);
        // Most conditions are about something else, and need not be evaluated.
        of_rows
            && !flow.kinds.has(Kinds::ADDRESS)
            && !self.other_providers(flow).is_empty()
            && self
                .truths(flow)
                .is_some_and(|truths| !truths[BEFORE] && !truths[BEFORE_ON_TARGET])
    }
}
