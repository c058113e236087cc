//! Entity mappings against the columns of the result.

use kql_analysis::nearest;
use kql_analysis::plan::{Expr, ExprKind, Haystack, Node, Plan};
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;
use kql_syntax::ast::Call;
use sentinel_rules::rule::FieldMapping;
use sentinel_rules::validate;

use super::window::conjuncts;
use crate::finding::Findings;
use crate::registry::{
    ENTITY_COLUMN, ENTITY_COLUMN_LOST, ENTITY_IDENTIFIER, ENTITY_LIMITS, ENTITY_TYPE, NO_ENTITIES,
    PLACEHOLDER_ENTITY,
};
use crate::subject::Subject;

/// Deepest nesting of operators that is looked into for a lost column.
const MAX_DEPTH: usize = 200;
/// Words that stand for "no value" and would become entities.
const PLACEHOLDERS: [&str; 6] = ["none", "n/a", "na", "unknown", "null", "-"];

/// The identifiers of each type, as the service's documentation and Azure-Sentinel's tests list them.
const IDENTIFIERS: [(&str, &str); 19] = [
    (
        "Account",
        "Name FullName NTDomain DnsDomain UPNSuffix Sid AadTenantId AadUserId PUID IsDomainJoined DisplayName ObjectGuid CloudAppAccountId",
    ),
    (
        "Host",
        "DnsDomain NTDomain HostName FullName NetBiosName AzureID OMSAgentID OSFamily OSVersion IsDomainJoined",
    ),
    ("IP", "Address"),
    ("URL", "Url"),
    ("AzureResource", "ResourceId"),
    ("CloudApplication", "AppId Name InstanceName"),
    ("DNS", "DomainName"),
    ("File", "Directory Name"),
    ("FileHash", "Algorithm Value"),
    ("Malware", "Name Category"),
    (
        "Process",
        "ProcessId CommandLine ElevationToken CreationTimeUtc",
    ),
    ("RegistryKey", "Hive Key"),
    ("RegistryValue", "Name Value ValueType"),
    ("SecurityGroup", "DistinguishedName SID ObjectGuid"),
    (
        "Mailbox",
        "MailboxPrimaryAddress DisplayName Upn ExternalDirectoryObjectId RiskLevel",
    ),
    (
        "MailCluster",
        "NetworkMessageIds CountByDeliveryStatus CountByThreatType CountByProtectionStatus Threats Query QueryTime MailCount IsVolumeAnomaly Source ClusterSourceIdentifier ClusterSourceType ClusterQueryStartTime ClusterQueryEndTime ClusterGroup",
    ),
    (
        "MailMessage",
        "Recipient Urls Threats Sender P1Sender P1SenderDisplayName P1SenderDomain SenderIP P2Sender P2SenderDisplayName P2SenderDomain ReceivedDate NetworkMessageId InternetMessageId Subject BodyFingerprintBin1 BodyFingerprintBin2 BodyFingerprintBin3 BodyFingerprintBin4 BodyFingerprintBin5 AntispamDirection DeliveryAction DeliveryLocation Language ThreatDetectionMethods",
    ),
    (
        "SubmissionMail",
        "NetworkMessageId Timestamp Recipient Sender SenderIp Subject ReportType SubmissionId SubmissionDate Submitter",
    ),
    (
        "IoTDevice",
        "DeviceId DeviceName Manufacturer Model FirmwareVersion OperatingSystem MacAddress Protocols SerialNumber Source IoTSecurityAgentId DeviceType",
    ),
];

/// Identifiers that are lists, so that a dynamic column fits.
const LISTS: [&str; 5] = [
    "NetworkMessageIds",
    "Urls",
    "Threats",
    "Protocols",
    "ThreatDetectionMethods",
];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let rule = subject.rule;
    if rule.entity_mappings.is_empty() && !rule.extra.contains_key("sentinelEntitiesMappings") {
        findings.field(
            &NO_ENTITIES,
            "entityMappings",
            "no column of the result is mapped to an entity",
        );
    }
    for found in validate(rule) {
        if found.field == "entityMappings" {
            findings.field(&ENTITY_LIMITS, found.field, found.message);
            findings.remedy(&found.remedy);
        }
    }
    for (at, mapping) in rule.entity_mappings.iter().enumerate() {
        for (number, field) in mapping.field_mappings.iter().enumerate() {
            let path = format!("entityMappings[{at}].fieldMappings[{number}]");
            check_identifier(&mapping.entity_type, field, &path, findings);
            check_column(subject, &mapping.entity_type, field, &path, findings);
        }
    }
}

fn check_identifier(entity: &str, field: &FieldMapping, path: &str, findings: &mut Findings) {
    let Some((_, identifiers)) = IDENTIFIERS.iter().find(|(known, _)| *known == entity) else {
        return;
    };
    let known = || identifiers.split(' ');
    if known().any(|known| known == field.identifier) {
        return;
    }
    let message = format!("`{entity}` has no identifier `{}`", field.identifier);
    findings.field(&ENTITY_IDENTIFIER, format!("{path}.identifier"), message);
    let near = nearest(&field.identifier, known());
    let remedy = near.map(|near| format!("did you mean `{near}`?"));
    findings.remedy(&remedy.unwrap_or_default());
}

fn check_column(
    subject: &Subject<'_>,
    entity: &str,
    field: &FieldMapping,
    path: &str,
    findings: &mut Findings,
) {
    let Some(result) = subject.result() else {
        return;
    };
    let path = format!("{path}.columnName");
    let what = format!("{entity} {}", field.identifier);
    match result.index_of(&field.column_name) {
        None => missing(subject, result, &field.column_name, &what, path, findings),
        Some(at) => {
            let ty = result.columns[at].ty;
            if !fits(&field.identifier, ty) {
                let message = format!(
                    "{what} is mapped from `{}`, which is of type {}",
                    field.column_name,
                    ty.name()
                );
                findings.field(&ENTITY_TYPE, path.clone(), message);
            }
            check_placeholder(subject, field, &what, path, findings);
        }
    }
}

/// Whether values of a type say what an identifier needs.
fn fits(identifier: &str, ty: ScalarType) -> bool {
    match ty {
        ScalarType::String | ScalarType::Guid | ScalarType::Unknown => true,
        ScalarType::Dynamic => LISTS.contains(&identifier),
        ScalarType::DateTime => identifier.contains("Time") || identifier.contains("Date"),
        ScalarType::Bool => identifier.starts_with("Is"),
        ScalarType::TimeSpan => false,
        _ => !matches!(
            identifier,
            "Address" | "ResourceId" | "Url" | "UPNSuffix" | "DomainName"
        ),
    }
}

/// A column that the result lacks: lost on the way, or never there.
fn missing(
    subject: &Subject<'_>,
    result: &Schema,
    column: &str,
    what: &str,
    path: String,
    findings: &mut Findings,
) {
    let lost = subject
        .result_plan()
        .and_then(|plan| loser(plan, column, MAX_DEPTH));
    if let Some(operator) = lost {
        let word = subject
            .rule
            .query
            .get(operator.range.clone())
            .unwrap_or_default();
        let word = word.split_whitespace().next().unwrap_or("an operator");
        let message = format!("{what} is mapped from `{column}`, which `{word}` drops");
        findings.query(&ENTITY_COLUMN_LOST, operator.range.clone(), message);
        return;
    }
    let message = format!("{what} is mapped from `{column}`, which the result does not have");
    findings.field(&ENTITY_COLUMN, path, message);
    findings.remedy(&near_column(result, column).unwrap_or_default());
}

/// A remedy that names the nearest column.
pub(super) fn near_column(result: &Schema, column: &str) -> Option<String> {
    let columns = result.columns.iter().map(|column| column.name.as_str());
    let near = nearest(column, columns)?;
    Some(format!("did you mean `{near}`?"))
}

/// The last operator whose input has a column and whose result does not.
pub(super) fn loser<'p>(plan: &'p Plan, column: &str, depth: usize) -> Option<&'p Plan> {
    let depth = depth.checked_sub(1)?;
    let inputs = plan.parts().plans;
    if inputs
        .iter()
        .any(|input| input.schema.index_of(column).is_some())
    {
        return Some(plan);
    }
    inputs
        .into_iter()
        .find_map(|input| loser(input, column, depth))
}

/// A column that `column_ifexists` or the like fills with a word when there is no value.
fn check_placeholder(
    subject: &Subject<'_>,
    field: &FieldMapping,
    what: &str,
    path: String,
    findings: &mut Findings,
) {
    let Some(plan) = subject.result_plan() else {
        return;
    };
    if let Some(word) = fallback(subject, plan, &field.column_name, MAX_DEPTH) {
        let when = match word.is_of_absent_column {
            true => "the log lacks a column",
            false => "the log has no value",
        };
        let message = format!(
            "{what} is mapped from `{}`, which is `{}` when {when}",
            field.column_name, word.text
        );
        findings.field(&PLACEHOLDER_ENTITY, path, message);
    }
}

/// A word that stands for "no value".
struct Placeholder {
    text: String,
    /// Whether it stands for a column that the table does not have, and not for an empty cell.
    is_of_absent_column: bool,
}

/// The placeholder that the operators that compute a column give it.
fn fallback(subject: &Subject<'_>, plan: &Plan, column: &str, depth: usize) -> Option<Placeholder> {
    let depth = depth.checked_sub(1)?;
    let at = plan.schema.index_of(column)?;
    let input = plan.parts().plans.into_iter().next();
    let Some(expr) = computed(plan, at) else {
        // Joins and unions have several inputs; which one a column comes from is not followed.
        let passes = !matches!(plan.node, Node::Join { .. } | Node::Union { .. });
        let word = fallback(subject, input.filter(|_| passes)?, column, depth);
        return word.filter(|word| !drops(plan, at, &word.text));
    };
    if let Some(word) = own_fallback(subject, expr) {
        return Some(word);
    }
    let is_choice = matches!(&expr.kind, ExprKind::Call(function, _) if is_choice(function.name));
    // A word is one part only: what takes another part of a text finds nothing.
    let is_other = is_choice || takes_later_part(expr);
    let from = columns(expr).into_iter().next().filter(|_| !is_other)?;
    let input = input?;
    fallback(subject, input, &input.schema.columns.get(from)?.name, depth)
}

/// Whether a filter drops the rows in which a column is a word.
fn drops(plan: &Plan, column: usize, word: &str) -> bool {
    let Node::Where { predicate, .. } = &plan.node else {
        return false;
    };
    let mut is_dropped = false;
    conjuncts(predicate, &mut |part| {
        let (needle, others) = match &part.kind {
            ExprKind::Call(function, args) if matches!(function.name, "!=" | "!~") => {
                (args.first(), args.get(1..).unwrap_or_default())
            }
            ExprKind::In(list) => match &list.haystack {
                Haystack::Values(values) if list.negated => (Some(&list.needle), &values[..]),
                _ => return,
            },
            _ => return,
        };
        let is_word = |expr: &Expr| match &expr.kind {
            ExprKind::Literal(Value::String(text)) => text.eq_ignore_ascii_case(word),
            ExprKind::Literal(Value::Array(items)) => items.iter().any(|item| match item {
                Value::String(text) => text.eq_ignore_ascii_case(word),
                _ => false,
            }),
            _ => false,
        };
        let is_column =
            needle.is_some_and(|one| matches!(one.kind, ExprKind::Column(at) if at == column));
        is_dropped |= is_column && others.iter().any(is_word);
    });
    is_dropped
}

/// Whether an expression takes another part of a split text than the first.
fn takes_later_part(expr: &Expr) -> bool {
    let is_later = |expr: &Expr| match &expr.kind {
        ExprKind::Literal(Value::Long(number)) => *number != 0,
        ExprKind::Literal(Value::Int(number)) => *number != 0,
        _ => false,
    };
    let is_split =
        |expr: &Expr| matches!(&expr.kind, ExprKind::Call(function, _) if function.name == "split");
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        let found = match &expr.kind {
            ExprKind::Index(base, index) => is_split(base) && is_later(index),
            ExprKind::Call(_, args) => is_split(expr) && args.get(2).is_some_and(is_later),
            _ => false,
        };
        if found {
            return true;
        }
        open.extend(expr.parts().exprs);
    }
    false
}

/// The expression that an operator computes a column with.
fn computed(plan: &Plan, at: usize) -> Option<&Expr> {
    match &plan.node {
        Node::Extend { columns, .. } => {
            let own = columns.iter().rev().find(|(target, _)| *target == at);
            own.map(|(_, expr)| expr)
        }
        Node::Project { columns, .. } => columns.get(at).map(|column| &column.expr),
        Node::Summarize {
            keys,
            aggregates,
            outputs,
            ..
        } => {
            let ExprKind::Column(grouped) = outputs.get(at)?.expr.kind else {
                return None;
            };
            let calls = aggregates
                .iter()
                .flat_map(|call| (0..call.names.len()).map(|number| call.args.get(number)));
            let keys = keys.iter().map(|key| Some(&key.expr));
            keys.chain(calls).nth(grouped).flatten()
        }
        _ => None,
    }
}

/// Whether a function chooses between its arguments, so that a word may be dealt with there.
fn is_choice(name: &str) -> bool {
    matches!(name, "iff" | "iif" | "case" | "coalesce")
}

fn own_fallback(subject: &Subject<'_>, expr: &Expr) -> Option<Placeholder> {
    let word = |text: &str, is_of_absent_column| {
        is_placeholder(text).then(|| Placeholder {
            text: text.to_owned(),
            is_of_absent_column,
        })
    };
    let placeholder = |text: &str| word(text, false);
    match &expr.kind {
        ExprKind::Literal(Value::String(text)) => return placeholder(text),
        ExprKind::Call(function, args) if is_choice(function.name) => {
            return args.iter().skip(1).find_map(|arg| match &arg.kind {
                ExprKind::Literal(Value::String(text)) => placeholder(text),
                _ => None,
            });
        }
        _ => {}
    }
    // The binder has decided `column_ifexists` already; the tree still has its second argument.
    let nodes = subject.root().descendants();
    let calls = nodes.filter_map(Call::cast).filter(|call| {
        let range = call.range();
        expr.range.start <= range.start && range.end <= expr.range.end
    });
    calls
        .filter(|call| {
            let name = call.name().map(|name| name.text()).unwrap_or_default();
            matches!(name.as_str(), "column_ifexists" | "columnifexists")
        })
        .find_map(|call| word(&call.arguments().get(1)?.string()?, true))
}

/// The columns that an expression reads, in order.
pub(super) fn columns(expr: &Expr) -> Vec<usize> {
    let mut all = Vec::new();
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        if let ExprKind::Column(at) = expr.kind {
            all.push(at);
        }
        open.extend(expr.parts().exprs.into_iter().rev());
    }
    all
}

fn is_placeholder(text: &str) -> bool {
    PLACEHOLDERS.contains(&text.to_lowercase().as_str())
}
