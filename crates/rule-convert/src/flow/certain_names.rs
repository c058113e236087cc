//! Texts that name certain resources: what bears such a name is of the original kind, and the target's
//! resources bear names of their own.

use std::ops::Range;

use super::examples::NAME;
use super::rename::rename;
use super::value::{BEFORE, BEFORE_ON_OTHER, BEFORE_ON_TARGET, Flow, Kinds};
use super::walker::Walker;

impl Walker<'_> {
    /// Notes a comparison of the name of a resource with texts of the query.
    pub fn certain(&mut self, range: &Range<usize>, parts: &[Flow]) {
        if !self.is_noted() {
            return;
        }
        let named = self.named_in(parts).or_else(|| self.addressed(parts));
        if let Some((site, column)) = named {
            let place = (range.clone(), column);
            self.found.certain.entry(site).or_insert(place);
        }
    }

    /// The text that a name is held against, and what the column of the name is called.
    fn named_in(&mut self, parts: &[Flow]) -> Option<(usize, String)> {
        let is_plain = |part: &&Flow| part.kinds.is_empty();
        let mut sites = parts.iter().filter(is_plain).flat_map(|part| &part.sites);
        let site = *sites.find(|site| self.is_word(**site))?;
        let name = parts.iter().find(|part| self.is_name(part))?;
        Some((site, name.column.clone().unwrap_or_default()))
    }

    fn is_word(&self, site: usize) -> bool {
        let site = self.found.sites.get(&site);
        site.is_some_and(|site| site.text.contains(char::is_alphanumeric))
    }

    /// Whether a value is the name of a resource: a column of names, or a piece of an id or address.
    fn is_name(&mut self, part: &Flow) -> bool {
        let is_piece = !part.constant && part.kinds.has(Kinds::RESOURCE);
        let Some(worlds) = part.worlds.clone().filter(|_| is_piece) else {
            return part.kinds == Kinds::NAME;
        };
        let mut examples = [BEFORE, BEFORE_ON_TARGET, BEFORE_ON_OTHER].into_iter();
        examples.all(|world| {
            let text = self.evaluator.text(&worlds[world]);
            text.is_some_and(|text| text.eq_ignore_ascii_case(NAME))
        })
    }

    /// The beginning of an address up to a name, where the host that would tell its kind does not follow.
    fn addressed(&self, parts: &[Flow]) -> Option<(usize, String)> {
        let is_address = |part: &&Flow| !part.constant && part.kinds.has(Kinds::ADDRESS);
        let address = parts.iter().find(is_address)?;
        let constants = parts.iter().filter(|part| part.constant);
        let mut sites = constants.flat_map(|part| &part.sites);
        let site = sites.find(|site| {
            let text = self.found.sites.get(site).map(|site| site.text.as_str());
            text.is_some_and(|text| is_named_address(text) && rename(text, self.profile).is_none())
        })?;
        Some((*site, address.column.clone().unwrap_or_default()))
    }
}

/// Whether a text is an address with a host that begins with a name.
fn is_named_address(text: &str) -> bool {
    let (scheme, host) = text.split_once("://").unwrap_or_default();
    scheme.eq_ignore_ascii_case("https") && host.starts_with(char::is_alphanumeric)
}
