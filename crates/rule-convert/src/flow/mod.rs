//! Data flow: which texts of a query stand for the kind of resource, wherever it flows.
//!
//! A walk follows the columns that tell resources apart through every operator, `let`, function and
//! table of the query (`walker`, `operators`, `expressions`, `conditions`, `functions`), and evaluates each
//! condition that depends on nothing else for an example row of either kind (`evaluator`). Texts that meet
//! such a column change word by word (`rename`). Where a condition then still holds for the original only,
//! the constants in it are repaired and the condition is evaluated again; what cannot be repaired is
//! reported.

mod alike;
mod candidates;
mod certain_names;
mod columns;
mod combined;
mod conditions;
mod constant_tables;
mod evaluator;
mod examples;
mod exclusions;
mod expressions;
mod found;
mod functions;
mod made_names;
mod meeting;
mod operators;
mod patterns;
mod providers;
mod rename;
mod repair;
mod results;
mod search;
mod value;
mod walker;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use kql_syntax::SyntaxNode;
use kql_syntax::ast::Query;

use crate::profile::Profile;
use evaluator::Evaluator;
pub(crate) use rename::{is_unmistakable, names_target, rename, requoted};
pub(crate) use results::Taken;
pub(crate) use value::Kinds;

pub(crate) use found::{Change, Found, Site, Trouble};
use walker::Walker;

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
    /// The same, but the text is no part of what the original has there.
    Apart,
    /// The same, but the condition treats this further kind of resource like the target then.
    Wider(&'static str),
}

impl Why {
    /// Whether evaluating a change says all about it.
    pub fn is_sure(self) -> bool {
        !matches!(self, Self::Pattern | Self::Apart | Self::Wider(_))
    }
}

/// A query with what is known of it, to find edits in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Analysed<'q> {
    /// Root of its tree.
    pub root: &'q SyntaxNode,
    /// Its text.
    pub query: &'q str,
    /// What flows through it.
    pub analysis: &'q Analysis,
    /// How it is converted.
    pub profile: &'q Profile,
}

/// What the flow of a query gives.
#[derive(Debug)]
pub(crate) struct Analysis {
    /// Changes by place, with why.
    pub changes: BTreeMap<usize, (Change, Why)>,
    pub found: Found,
    /// Conditions for which no change was found.
    pub open: Vec<Trouble>,
    /// Texts of conditions that follow the target only with a change that is not sure.
    pub unsure: BTreeSet<usize>,
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
        wide: BTreeMap::new(),
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
    analyst.judge_anew();
    let unsure = analyst.unsure();
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
        unsure,
    }
}

/// What changes so far, while conditions are repaired.
struct Analyst<'a> {
    query: &'a str,
    parsed: &'a Query,
    profile: &'a Profile,
    evaluator: Evaluator,
    changes: BTreeMap<usize, Change>,
    /// Why each of them, by place.
    whys: BTreeMap<usize, Why>,
    /// Those of them with which a condition treats further kinds of resource like the target, with its start.
    wide: BTreeMap<usize, usize>,
    /// Walks over the query so far.
    walks: usize,
}

impl Analyst<'_> {
    /// Follows the query with the changes so far.
    fn walk(&mut self) -> Found {
        self.walk_watching(None)
    }

    /// The same, asking how the condition that begins at a place treats further kinds of resource.
    fn walk_watching(&mut self, condition: Option<usize>) -> Found {
        self.walks += 1;
        let mut walker = Walker::new(self.profile, self.query, &self.changes, &mut self.evaluator);
        walker.watched = condition;
        walker.query(self.parsed);
        walker.found.follow_links();
        walker.found.settle_flags();
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
            // Where the name of a resource is put together with its type, so is what it is compared with.
            let is_put_together = met.has(Kinds::NAME) && met.has(Kinds::TYPE);
            let names_one = is_put_together && rename::says_more(&site.text, self.profile);
            let why = match renamed.names_one || names_one {
                true => Why::Named,
                false => Why::Word,
            };
            let after = self.requoted(site, &renamed.text);
            self.put(site.range.clone(), after, why);
        }
        self.changes.len() > before
    }

    /// The source of another text in the quotes of a site.
    fn requoted(&self, site: &Site, text: &str) -> String {
        let source = self.query.get(site.range.clone()).unwrap_or_default();
        requoted(source, &site.text, text, self.profile)
    }

    /// Makes a change, in place of one that begins there.
    fn put(&mut self, range: Range<usize>, after: String, why: Why) {
        self.whys.insert(range.start, why);
        self.changes.insert(range.start, Change { range, after });
    }
}
