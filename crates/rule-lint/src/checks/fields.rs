//! The rule's fields: what the service refuses, ids, versions, formats of alert details.

use kql_syntax::SyntaxKind;
use kql_syntax::ast::{Expr, Named};
use sentinel_rules::rule::RuleKind;
use sentinel_rules::validate;

use crate::finding::Findings;
use crate::registry::{FIELD, ID, LEGACY_ENTITY, OVERRIDE_LIMIT, VERSION};
use crate::subject::Subject;

/// Most placeholders in a format of an alert detail.
const MAX_PLACEHOLDERS: usize = 3;
/// Longest format of an alert's name, in characters.
const MAX_NAME: usize = 256;
/// Longest format of an alert's description, in characters.
const MAX_DESCRIPTION: usize = 5_000;
/// Columns that older rules made for the service to find, each with the entity that they meant.
const LEGACY: [(&str, &str); 6] = [
    ("AccountCustomEntity", "Account"),
    ("HostCustomEntity", "Host"),
    ("IPCustomEntity", "IP"),
    ("URLCustomEntity", "URL"),
    ("ProcessCustomEntity", "Process"),
    ("FileHashCustomEntity", "FileHash"),
];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    validated(subject, findings);
    check_id(&subject.rule.id, findings);
    check_version(subject.rule.version.as_deref(), findings);
    check_formats(subject, findings);
    check_legacy(subject, findings);
}

/// What the model's own checks say, but for entity mappings, which have codes of their own.
fn validated(subject: &Subject<'_>, findings: &mut Findings) {
    for found in validate(subject.rule) {
        if found.field == "entityMappings" {
            continue;
        }
        let field = match found.field.as_str() {
            "displayName" => "name",
            other => other,
        };
        findings.field(&FIELD, field, found.message);
        findings.remedy(&found.remedy);
    }
}

fn check_id(id: &str, findings: &mut Findings) {
    let sound = id.len() == 36
        && id.char_indices().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        });
    if !sound {
        let message = match id.is_empty() {
            true => "the rule has no id".to_owned(),
            false => format!("`{id}` is not a GUID"),
        };
        findings.field(&ID, "id", message);
    }
}

fn check_version(version: Option<&str>, findings: &mut Findings) {
    let Some(version) = version else {
        return;
    };
    let parts: Vec<&str> = version.split('.').collect();
    let number = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    if parts.len() != 3 || !parts.iter().all(number) {
        findings.field(
            &VERSION,
            "version",
            format!("`{version}` is not three numbers"),
        );
    }
}

fn check_formats(subject: &Subject<'_>, findings: &mut Findings) {
    let formats = [
        ("alertDisplayNameFormat", MAX_NAME),
        ("alertDescriptionFormat", MAX_DESCRIPTION),
    ];
    for (name, longest) in formats {
        let Some(format) = subject.format(name) else {
            continue;
        };
        let field = format!("alertDetailsOverride.{name}");
        let count = placeholders(format).len();
        if count > MAX_PLACEHOLDERS {
            let message = format!(
                "the format has {count} placeholders; at most {MAX_PLACEHOLDERS} are allowed"
            );
            findings.field(&OVERRIDE_LIMIT, field, message);
        } else if format.chars().count() > longest {
            let message = format!("the format is longer than {longest} characters");
            findings.field(&OVERRIDE_LIMIT, field, message);
            findings.remedy("shorten it");
        }
    }
}

/// The columns named in `{{…}}`.
pub(super) fn placeholders(format: &str) -> Vec<&str> {
    let pieces = format.split("{{").skip(1);
    pieces
        .filter_map(|piece| piece.split_once("}}"))
        .map(|(name, _)| name.trim())
        .collect()
}

fn check_legacy(subject: &Subject<'_>, findings: &mut Findings) {
    for node in subject.root().descendants() {
        if node.kind() != SyntaxKind::NamedExpression {
            continue;
        }
        let Some(Expr::Named(named)) = Expr::cast(node) else {
            continue;
        };
        if let Some((column, entity)) = legacy(&named)
            && !maps(subject, column)
        {
            let message = format!("`{column}` is made, but no mapping of `{entity}` uses it");
            findings.query(&LEGACY_ENTITY, named.range(), message);
        }
    }
}

fn legacy(named: &Named) -> Option<(&'static str, &'static str)> {
    let name = named.name()?.text();
    LEGACY.into_iter().find(|(column, _)| *column == name)
}

fn maps(subject: &Subject<'_>, column: &str) -> bool {
    let mappings = subject.rule.entity_mappings.iter();
    mappings
        .flat_map(|mapping| &mapping.field_mappings)
        .any(|field| field.column_name == column)
}

impl Subject<'_> {
    /// A text of the alert details override.
    pub(super) fn format(&self, name: &str) -> Option<&str> {
        self.rule
            .alert_details_override
            .as_ref()?
            .get(name)?
            .as_str()
    }

    /// Whether the rule is near real time.
    pub(super) fn is_nrt(&self) -> bool {
        self.rule.kind == RuleKind::Nrt
    }
}
