//! Operations that a query names, against the catalogue of what is logged.

use std::collections::BTreeSet;

use kql_analysis::nearest;
use kql_analysis::plan::{Expr, ExprKind, Node, Plan};
use rule_convert::{Catalogue, Logged};

use super::comparisons::{Comparison, comparisons, list};
use super::predicates::has_part;
use crate::constants::texts;
use crate::expressions::within;
use crate::facts::{Scene, walk};
use crate::finding::Findings;
use crate::registry::{NEVER_LOGGED, OPERATION_CASE, OPERATION_SPELLING};
use crate::subject::Subject;

/// Tables of Key Vault and Managed HSM audit records.
pub(super) const AUDIT: [&str; 2] = ["AzureDiagnostics", "AZKVAuditLogs"];
/// Operators that compare with a part of a text.
const PARTS: [&str; 4] = ["startswith", "endswith", "contains", "has"];
/// Most letters in which a misspelt operation differs from a known one: names that differ in a verb, such as
/// Put and Get, differ in two.
const MAX_SLIPS: usize = 1;

/// Operations that the log writes otherwise, or that a Managed HSM never logs.
pub(super) fn check(subject: &Subject<'_>, comparison: &Comparison, findings: &mut Findings) {
    if comparison.column != "OperationName" {
        return;
    }
    let catalogue = subject.environment.operations();
    if !comparison.folded {
        check_case(catalogue, comparison, findings);
    }
    if comparison.negated {
        return;
    }
    check_spelling(catalogue, comparison, findings);
    if subject.reads_hsm_only() {
        check_logged(catalogue, comparison, findings);
    }
}

/// Operations in another letter case than that of the log.
fn check_case(catalogue: &Catalogue, comparison: &Comparison, findings: &mut Findings) {
    let written = |value: &String| catalogue.find(value).filter(|known| known.name != *value);
    let values = comparison.values.iter();
    let wrong: Vec<&String> = values.filter(|value| written(value).is_some()).collect();
    if let Some(known) = wrong.first().and_then(|first| written(first)) {
        let message = format!("{} is logged in another letter case", list(&wrong));
        findings.query(&OPERATION_CASE, comparison.range.clone(), message);
        findings.remedy(&format!("write `{}`", known.name));
    }
}

/// Operations that a Managed HSM never logs.
fn check_logged(catalogue: &Catalogue, comparison: &Comparison, findings: &mut Findings) {
    let is_never = |value: &&String| {
        let known = catalogue.find(value);
        known.is_some_and(|operation| operation.logged == Logged::Never)
    };
    let never: Vec<&String> = comparison.values.iter().filter(is_never).collect();
    if never.is_empty() {
        return;
    }
    let names = list(&never);
    let message = match never.len() == comparison.values.len() {
        true => format!("a Managed HSM never logs {names}, so this is never true"),
        false => format!("a Managed HSM never logs {names}"),
    };
    findings.query(&NEVER_LOGGED, comparison.range.clone(), message);
}

/// Names that no catalogue has, beside one that it has.
fn check_spelling(catalogue: &Catalogue, comparison: &Comparison, findings: &mut Findings) {
    let unknown = comparison.values.iter();
    let mut unknown = unknown.filter(|value| catalogue.find(value).is_none());
    let near = |value: &String| {
        let names = catalogue.operations().map(|one| one.name.as_str());
        let near = nearest(value, names)?.to_owned();
        // Names of operations share their parts; only a slip of a letter is one.
        (slips(value, &near) <= MAX_SLIPS).then_some(near)
    };
    if let Some((value, near)) = unknown.find_map(|value| Some((value, near(value)?))) {
        let message = format!("no operation is known as `{value}`");
        findings.query(&OPERATION_SPELLING, comparison.range.clone(), message);
        findings.remedy(&format!("did you mean `{near}`?"));
    }
}

/// Letters that are not in the common beginning and end of two names.
fn slips(left: &str, right: &str) -> usize {
    let (left, right) = (left.to_lowercase(), right.to_lowercase());
    let pairs = left.chars().zip(right.chars());
    let start = pairs.take_while(|(a, b)| a == b).count();
    let pairs = left.chars().rev().zip(right.chars().rev());
    let end = pairs.take_while(|(a, b)| a == b).count();
    let longest = left.chars().count().max(right.chars().count());
    let shortest = left.chars().count().min(right.chars().count());
    longest - (start + end).min(shortest)
}

/// A part of an operation's name that no operation of a Managed HSM has.
pub(super) fn check_parts(subject: &Subject<'_>, scene: &Scene<'_>, findings: &mut Findings) {
    if scene.plan.parts().plans.len() != 1 {
        return;
    }
    for expr in scene.plan.parts().exprs.into_iter().flat_map(within) {
        if let Some((operator, text)) = part_of_name(scene, expr)
            && dead_part(subject, operator, &text)
        {
            let message =
                format!("no operation of a Managed HSM is known that {operator} `{text}`");
            findings.query(&NEVER_LOGGED, expr.range.clone(), message);
        }
    }
}

/// The operator and the text of a comparison with a part of an audit record's operation.
fn part_of_name(scene: &Scene<'_>, expr: &Expr) -> Option<(&'static str, String)> {
    let ExprKind::Call(function, args) = &expr.kind else {
        return None;
    };
    let operator = PARTS.into_iter().find(|part| *part == function.name)?;
    let [left, right] = args.as_slice() else {
        return None;
    };
    let (table, column) = scene.fact(left, 0).origin?;
    let is_operation = AUDIT.contains(&table.as_str()) && column == "OperationName";
    let values = texts(scene.query, std::slice::from_ref(right)).filter(|_| is_operation)?;
    Some((operator, values.into_iter().next()?))
}

/// Whether a text is part of known operations, and of none that a Managed HSM may log.
fn dead_part(subject: &Subject<'_>, operator: &str, text: &str) -> bool {
    let text = text.to_lowercase();
    let operations = subject.environment.operations().operations();
    let known = operations.filter(|one| has_part(&one.name, operator, &text));
    let mut known = known.peekable();
    known.peek().is_some()
        && known.all(|one| one.logged == Logged::Never)
        && subject.reads_hsm_only()
}

impl Subject<'_> {
    /// Whether the query keeps rows of Managed HSMs and of nothing else.
    pub(super) fn reads_hsm_only(&self) -> bool {
        let types = self.resource_types();
        !types.is_empty() && types.iter().all(|ty| ty == "managedhsms")
    }

    /// The resource types that the query asks for, in lower case.
    fn resource_types(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        let Some(query) = self.query() else {
            return all;
        };
        walk(query, &mut |scene| {
            let asked = comparisons(scene).into_iter();
            let asked = asked.filter(|one| one.column == "ResourceType" && !one.negated);
            let values = asked.flat_map(|one| one.values);
            all.extend(values.map(|value| value.to_lowercase()));
        });
        all
    }

    /// Whether an operator reads a table of audit records.
    pub(super) fn is_audit_table(plan: &Plan) -> bool {
        match &plan.node {
            Node::Table { name, .. } => AUDIT.contains(&name.as_str()),
            _ => false,
        }
    }
}
