//! Values that columns of tables are compared with, against what is known of the columns' values.

use std::collections::BTreeSet;
use std::ops::Range;

use kql_analysis::nearest;
use kql_analysis::plan::{Expr, ExprKind, Haystack, Plan};
use rule_convert::{Catalogue, Logged};

use crate::constants::texts;
use crate::facts::Scene;
use crate::finding::Findings;
use crate::registry::{
    NEVER_LOGGED, NOT_IN_DATA, OPERATION_CASE, OPERATION_SPELLING, SUCCESS, VARYING_CASE,
};
use crate::subject::Subject;

/// Tables of Key Vault and Managed HSM audit records.
const AUDIT: [&str; 2] = ["AzureDiagnostics", "AZKVAuditLogs"];
/// Columns that hold ids and names of Azure resources, whose letter case differs between services.
const RESOURCE_COLUMNS: [&str; 6] = [
    "ResourceId",
    "_ResourceId",
    "ResourceType",
    "ResourceGroup",
    "ResourceProvider",
    "Resource",
];
/// The table in which the service writes resources in upper case.
const CAPITALS: &str = "AzureDiagnostics";
/// Columns that hold user names, which people and services write in different letter cases.
const USER_COLUMNS: [&str; 5] = [
    "UserPrincipalName",
    "Caller",
    "AccountUPN",
    "InitiatingProcessAccountUpn",
    "RequesterUpn",
];
/// Operators that compare with a part of a text.
const PARTS: [&str; 4] = ["startswith", "endswith", "contains", "has"];
/// Most letters in which a misspelt operation differs from a known one: names that differ in a verb, such as
/// Put and Get, differ in two.
const MAX_SLIPS: usize = 1;
/// Values that are named in a message.
const SHOWN: usize = 4;

/// A comparison of a table's column with constant texts.
struct Comparison {
    table: String,
    column: String,
    values: BTreeSet<String>,
    folded: bool,
    negated: bool,
    range: Range<usize>,
}

pub(super) fn check(subject: &Subject<'_>, scene: &Scene<'_>, findings: &mut Findings) {
    check_parts(subject, scene, findings);
    for comparison in comparisons(scene) {
        if AUDIT.contains(&comparison.table.as_str()) {
            check_operations(subject, &comparison, findings);
            check_success(&comparison, findings);
        }
        check_varying(&comparison, findings);
        check_data(subject, &comparison, findings);
    }
}

fn comparisons(scene: &Scene<'_>) -> Vec<Comparison> {
    let mut all = Vec::new();
    if scene.plan.parts().plans.len() != 1 {
        return all;
    }
    for expr in scene.plan.parts().exprs {
        let mut open = vec![expr];
        while let Some(expr) = open.pop() {
            all.extend(comparison(scene, expr));
            open.extend(expr.parts().exprs);
        }
    }
    all
}

fn comparison(scene: &Scene<'_>, expr: &Expr) -> Option<Comparison> {
    let (side, others, folded, negated) = match &expr.kind {
        ExprKind::Call(function, args) => {
            let [left, right] = args.as_slice() else {
                return None;
            };
            let (folded, negated) = match function.name {
                "==" => (false, false),
                "!=" | "<>" => (false, true),
                "=~" => (true, false),
                "!~" => (true, true),
                _ => return None,
            };
            match scene.fact(left, 0).origin {
                Some(_) => (left, std::slice::from_ref(right), folded, negated),
                None => (right, std::slice::from_ref(left), folded, negated),
            }
        }
        ExprKind::In(list) => {
            let Haystack::Values(values) = &list.haystack else {
                return None;
            };
            (
                &list.needle,
                values.as_slice(),
                list.ignore_case,
                list.negated,
            )
        }
        _ => return None,
    };
    let (table, column) = scene.fact(side, 0).origin?;
    Some(Comparison {
        table,
        column,
        values: texts(scene.query, others)?,
        folded,
        negated,
        range: expr.range.clone(),
    })
}

/// Names in quotes, the first few.
fn list(names: &[&String]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn check_operations(subject: &Subject<'_>, comparison: &Comparison, findings: &mut Findings) {
    if comparison.column != "OperationName" {
        return;
    }
    let catalogue = subject.environment.operations();
    let known = |value: &&String| catalogue.find(value);
    if !comparison.folded {
        let wrong = comparison
            .values
            .iter()
            .filter(|value| known(value).is_some_and(|operation| operation.name != **value));
        let wrong: Vec<&String> = wrong.collect();
        if let Some(first) = wrong.first() {
            let message = format!("{} is logged in another letter case", list(&wrong));
            findings.query(&OPERATION_CASE, comparison.range.clone(), message);
            let name = catalogue
                .find(first)
                .map(|operation| operation.name.clone());
            findings.remedy(
                &name
                    .map(|name| format!("write `{name}`"))
                    .unwrap_or_default(),
            );
        }
    }
    if comparison.negated {
        return;
    }
    check_spelling(catalogue, comparison, findings);
    if !subject.reads_hsm_only() {
        return;
    }
    let never = comparison
        .values
        .iter()
        .filter(|value| known(value).is_some_and(|operation| operation.logged == Logged::Never));
    let never: Vec<&String> = never.collect();
    if never.is_empty() {
        return;
    }
    let message = match never.len() == comparison.values.len() {
        true => format!(
            "a Managed HSM never logs {}, so this is never true",
            list(&never)
        ),
        false => format!("a Managed HSM never logs {}", list(&never)),
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
fn check_parts(subject: &Subject<'_>, scene: &Scene<'_>, findings: &mut Findings) {
    if scene.plan.parts().plans.len() != 1 {
        return;
    }
    for expr in scene.plan.parts().exprs {
        let mut open = vec![expr];
        while let Some(expr) = open.pop() {
            if let Some((operator, text)) = part_of_name(scene, expr)
                && dead_part(subject, operator, &text)
            {
                let message =
                    format!("no operation of a Managed HSM is known that {operator} `{text}`");
                findings.query(&NEVER_LOGGED, expr.range.clone(), message);
            }
            open.extend(expr.parts().exprs);
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
    let has = |name: &str| match operator {
        "startswith" => name.to_lowercase().starts_with(&text),
        "endswith" => name.to_lowercase().ends_with(&text),
        _ => name.to_lowercase().contains(&text),
    };
    let operations = subject.environment.operations().operations();
    let mut known = operations.filter(|one| has(&one.name)).peekable();
    known.peek().is_some()
        && known.all(|one| one.logged == Logged::Never)
        && subject.reads_hsm_only()
}

fn check_success(comparison: &Comparison, findings: &mut Findings) {
    let asks = comparison
        .values
        .iter()
        .any(|value| value.eq_ignore_ascii_case("Success"));
    if comparison.column == "ResultType" && asks {
        let message = "`ResultType` is Success for denied and failed calls too";
        findings.query(&SUCCESS, comparison.range.clone(), message);
    }
}

fn check_varying(comparison: &Comparison, findings: &mut Findings) {
    let column = comparison.column.as_str();
    let of_resource = RESOURCE_COLUMNS.contains(&column);
    if comparison.folded || !(of_resource || USER_COLUMNS.contains(&column)) {
        return;
    }
    let is_id = column.ends_with("ResourceId");
    let doubtful = |value: &&String| {
        let letters = value.chars().any(char::is_alphabetic);
        // A word such as `None` stands for no id.
        letters && (!is_id || value.contains('/'))
    };
    let mut doubtful = comparison.values.iter().filter(doubtful);
    let in_capitals = of_resource && !column.starts_with('_') && comparison.table == CAPITALS;
    let message = match in_capitals {
        false if doubtful.next().is_none() => return,
        false => format!("the letter case of `{column}` varies, and the comparison regards it"),
        true => match doubtful.find(|value| value.to_uppercase() != **value) {
            None => return,
            Some(value) => format!("`{CAPITALS}` has `{column}` in upper case, never `{value}`"),
        },
    };
    findings.query(&VARYING_CASE, comparison.range.clone(), message);
}

/// Values that the column never has in the loaded logs.
fn check_data(subject: &Subject<'_>, comparison: &Comparison, findings: &mut Findings) {
    let Some(values) = subject
        .environment
        .values(&comparison.table, &comparison.column)
    else {
        return;
    };
    if comparison.negated || comparison.values.is_empty() {
        return;
    }
    let has = |value: &&String| match comparison.folded {
        true => values
            .iter()
            .any(|known| known.to_lowercase() == value.to_lowercase()),
        false => values.contains(*value),
    };
    let absent: Vec<&String> = comparison
        .values
        .iter()
        .filter(|value| !has(value))
        .collect();
    if absent.len() < comparison.values.len() {
        return;
    }
    let message = format!(
        "`{}` is never {} in the loaded logs",
        comparison.column,
        list(&absent)
    );
    findings.query(&NOT_IN_DATA, comparison.range.clone(), message);
    let folded = absent.first().map(|value| value.to_lowercase());
    let near = values
        .iter()
        .find(|known| Some(known.to_lowercase()) == folded);
    findings.remedy(
        &near
            .map(|near| format!("the logs have `{near}`: mind the letter case"))
            .unwrap_or_default(),
    );
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
        crate::facts::walk(query, &mut |scene| {
            let asked = comparisons(scene).into_iter();
            let asked = asked.filter(|one| one.column == "ResourceType" && !one.negated);
            all.extend(
                asked
                    .flat_map(|one| one.values)
                    .map(|value| value.to_lowercase()),
            );
        });
        all
    }

    /// Whether an operator reads a table of audit records.
    pub(super) fn is_audit_table(plan: &Plan) -> bool {
        match &plan.node {
            kql_analysis::plan::Node::Table { name, .. } => AUDIT.contains(&name.as_str()),
            _ => false,
        }
    }
}
