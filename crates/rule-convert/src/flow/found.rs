//! What a walk over a query finds: texts, what they meet, and conditions.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use kql_analysis::value::Value;

use super::results::Taken;
use super::value::Kinds;

/// A change of the query that the walk takes for made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub range: Range<usize>,
    pub after: String,
}

/// A text in quotes, or a constant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Site {
    pub range: Range<usize>,
    /// Its text without quotes.
    pub text: String,
    /// Columns that it meets.
    pub met: Kinds,
    /// Columns that it may meet.
    pub maybe: Kinds,
    /// Another column that it meets too.
    pub foreign: Option<String>,
    /// Whether it meets the columns only where both kinds of resource are named already.
    pub covered: bool,
    /// Whether it meets the columns only in rows of another provider's resources.
    pub elsewhere: bool,
    /// Whether it is a name that is made of values.
    pub is_name: bool,
    /// Other providers whose rows it is compared in too.
    pub others: BTreeSet<String>,
    /// Whether no row gives what it is compared with, whatever the letter case of the row's type.
    pub is_never_met: bool,
}

/// A condition that holds for the original kind, or is meant to exclude it, and does not do so for the
/// target.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub range: Range<usize>,
    /// Places of the constants in it, with what each is made of.
    pub constants: Vec<(Range<usize>, String)>,
    pub sites: BTreeSet<usize>,
    /// What the other side is for the original kind, and for the target.
    pub values: Vec<(Value, Value)>,
    /// Whether a regular expression is matched.
    pub is_pattern: bool,
}

/// What a walk has found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub sites: BTreeMap<usize, Site>,
    pub troubles: BTreeMap<usize, Trouble>,
    /// Whether something names the target, or holds for it alone.
    pub has_target: bool,
    /// Assignments of a constant to a column, with their sites, and those that met a column.
    pub assigned: BTreeMap<usize, BTreeSet<usize>>,
    pub compared: BTreeSet<usize>,
    /// Reads of the shared table, by their ends, and those behind which rows are told apart.
    pub reads: BTreeMap<usize, Range<usize>>,
    pub filtered: BTreeSet<usize>,
    /// Reads of the original's own tables, by their ends, with the number of the table; and those to whose rows
    /// the query itself gives a kind of resource, with the texts that do.
    pub own: BTreeMap<usize, (Range<usize>, usize)>,
    pub labelled: BTreeMap<usize, BTreeSet<usize>>,
    /// Reads whose rows an assignment compares, by its start, and assignments that only serve to say what rows
    /// are not.
    pub flagged: BTreeMap<usize, BTreeSet<usize>>,
    pub negated: BTreeSet<usize>,
    /// Reads whose rows are told apart only by what they are not, with the kinds of resource that are left out.
    pub left_out: BTreeMap<usize, BTreeSet<String>>,
    /// Columns of the shared table that the query names.
    pub columns: BTreeSet<String>,
    /// Reads behind which rows are told apart by their provider, with other providers that are let through.
    pub by_provider: BTreeMap<usize, BTreeSet<String>>,
    /// Conditions on the result of a call.
    pub results: BTreeMap<usize, (Range<usize>, Taken)>,
    /// Conditions that hold only for operations that the target never logs, with their names.
    pub dead: BTreeMap<usize, (Range<usize>, Vec<String>)>,
    /// Whether a condition holds for operations of the catalogue that it names, and not for any other.
    pub names_operations: bool,
    /// Columns that names stand for, by the place of the name.
    pub named: BTreeMap<usize, String>,
    /// Texts of the query that are compared with one another.
    pub linked: BTreeSet<(usize, usize)>,
    /// Conditions about something else that the changes make hold for the target, or no longer.
    pub spoiled: BTreeSet<usize>,
    /// Conditions that let the original through and leave out the target alone, or those of its operations
    /// that it alone logs.
    pub excluding: BTreeMap<usize, (Range<usize>, Vec<String>)>,
    /// A kind of resource that the changes let into the watched condition, or leave out with the target.
    pub wider: Option<&'static str>,
    /// Texts that are compared with an operation alone, and those of conditions on a kind of resource and an
    /// operation at once that follow the target.
    pub of_operation: BTreeSet<usize>,
    pub combined: BTreeSet<usize>,
    /// Such conditions that do not follow it, and in which no text changes.
    pub behind: BTreeMap<usize, Range<usize>>,
    /// Conditions of which the truth could be told.
    pub told: BTreeSet<usize>,
    /// Comparisons of the kind of resource with constants that only a run makes.
    pub unknown: BTreeMap<usize, (Range<usize>, String)>,
    /// Comparisons of the names of resources with texts, by the first text.
    pub certain: BTreeMap<usize, (Range<usize>, String)>,
    /// Whether the walk ended early.
    pub cut: bool,
}

impl Found {
    /// What an assignment compares tells rows apart, unless a filter only asks what they are not by it.
    pub fn settle_flags(&mut self) {
        for (flag, reads) in std::mem::take(&mut self.flagged) {
            if !self.negated.contains(&flag) {
                self.filtered.extend(reads);
            }
        }
    }

    /// Texts that are compared with a text that meets the columns meet them as well.
    fn meet_by_links(&mut self) -> bool {
        let mut more = false;
        for (one, other) in &self.linked {
            let Some((met, maybe)) = self.sites.get(one).map(|site| (site.met, site.maybe)) else {
                continue;
            };
            if let Some(site) = self.sites.get_mut(other) {
                let before = (site.met, site.maybe);
                site.met = site.met.and(met);
                site.maybe = site.maybe.and(maybe);
                more |= before != (site.met, site.maybe);
            }
        }
        more
    }

    /// The same, until nothing more meets them.
    pub fn follow_links(&mut self) {
        // Each round adds at least one of the few kinds to one text.
        while self.meet_by_links() {}
    }
}
