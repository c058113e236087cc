//! The checks: each file looks at one side of a rule and reports under the codes of that side.

mod bins;
mod columns;
mod comparisons;
mod cost;
mod entities;
mod fields;
mod hsm;
mod joined;
mod late;
mod lets;
mod names;
mod operations;
mod order;
mod placeholders;
mod predicates;
mod schedule;
mod techniques;
mod trigger;
mod values;
mod window;

use crate::facts::walk;
use crate::finding::Findings;
use crate::subject::Subject;

/// Runs every check on one rule.
pub(crate) fn all(subject: &Subject<'_>, findings: &mut Findings) {
    fields::check(subject, findings);
    techniques::check(subject, findings);
    names::check(subject, findings);
    entities::check(subject, findings);
    columns::check(subject, findings);
    schedule::check(subject, findings);
    trigger::check(subject, findings);
    lets::check(subject, findings);
    cost::check(subject, findings);
    order::check(subject, findings);
    hsm::check(subject, findings);
    joined::check(subject, findings);
    if let Some(query) = subject.query() {
        walk(query, &mut |scene| {
            bins::check(scene, findings);
            late::check(scene, findings);
            predicates::check(scene, findings);
            values::check(subject, scene, findings);
            window::check(subject, scene, findings);
        });
    }
}
