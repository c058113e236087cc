//! Which findings of a converted rule its original has as well: the conversion did not make those.

use std::collections::BTreeMap;

use crate::finding::Finding;

/// For each finding of a converted rule whether its original has it too. Findings are the same when they say
/// the same of the same field; of several the first ones are, as many as the original has.
pub fn in_original(findings: &[Finding], of_original: &[Finding]) -> Vec<bool> {
    let mut left: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    for finding in of_original {
        *left.entry(key(finding)).or_default() += 1;
    }
    let mut known = Vec::new();
    for finding in findings {
        let count = left.get_mut(&key(finding)).filter(|count| **count > 0);
        known.push(count.is_some());
        count.into_iter().for_each(|count| *count -= 1);
    }
    known
}

fn key(finding: &Finding) -> (&str, &str, &str) {
    (finding.code, &finding.message, &finding.field)
}
