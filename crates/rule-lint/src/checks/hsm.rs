//! Columns that a rule for Managed HSMs demands although their records are not known to fill them.

use kql_analysis::plan::{Expr, ExprKind, Node};
use kql_analysis::value::Value;

use crate::expressions::conjuncts;
use crate::facts::{Scene, walk};
use crate::finding::Findings;
use crate::registry::HSM_CLAIMS;
use crate::subject::Subject;

/// Columns of vault records that no published record of a Managed HSM has.
const UNATTESTED: [&str; 7] = [
    "id_s",
    "identity_claim_oid_g",
    "identity_claim_upn_s",
    "identity_claim_home_oid_g",
    "identity_claim_unique_name_s",
    "identity_claim_ipaddr_s",
    "identity_claim_scp_s",
];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(query) = subject.query() else {
        return;
    };
    let reads_audit = query.any_plan(&Subject::is_audit_table);
    if !reads_audit || !subject.reads_hsm_only() {
        return;
    }
    walk(query, &mut |scene| {
        if let Node::Where { predicate, .. } = &scene.plan.node {
            conjuncts(predicate, &mut |part| demanded(scene, part, findings));
        }
    });
}

/// A condition that a row without the column does not meet.
fn demanded(scene: &Scene<'_>, part: &Expr, findings: &mut Findings) {
    let column = match &part.kind {
        ExprKind::Call(function, args) => match (function.name, args.as_slice()) {
            ("isnotempty" | "notempty" | "isnotnull" | "notnull", [value]) => {
                unattested(scene, value)
            }
            ("==" | "=~" | "has" | "contains" | "startswith" | "endswith", [left, right]) => {
                let empty = matches!(&right.kind, ExprKind::Literal(Value::String(text)) if text.is_empty());
                unattested(scene, left).filter(|_| !empty)
            }
            _ => None,
        },
        ExprKind::In(list) if !list.negated => unattested(scene, &list.needle),
        _ => None,
    };
    if let Some(column) = column {
        let message =
            format!("rows are kept only with `{column}`, which a Managed HSM is not known to fill");
        findings.query(&HSM_CLAIMS, part.range.clone(), message);
    }
}

fn unattested(scene: &Scene<'_>, expr: &Expr) -> Option<String> {
    let (_, column) = scene.fact(expr, 0).origin?;
    UNATTESTED.contains(&column.as_str()).then_some(column)
}
