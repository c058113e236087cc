//! The trigger against the number of rows that the query can give.

use sentinel_rules::rule::TriggerOperator;

use crate::bounds::{Rows, rows};
use crate::finding::Findings;
use crate::registry::{ALWAYS_FIRES, NEVER_FIRES};
use crate::subject::Subject;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((query, plan)) = subject.query().zip(subject.result_plan()) else {
        return;
    };
    let (operator, threshold) = match &subject.rule.schedule {
        Some(schedule) => (schedule.operator, u64::from(schedule.threshold)),
        None => (TriggerOperator::GreaterThan, 0),
    };
    let rows = rows(query, plan);
    let (can_fire, can_rest) = possible(operator, threshold, rows);
    if !can_fire {
        let message = format!(
            "the query gives {}, which never meets the trigger",
            words(rows)
        );
        findings.field(&NEVER_FIRES, "triggerThreshold", message);
    } else if !can_rest {
        let message = format!(
            "the query gives {} whatever happened, which meets the trigger",
            words(rows)
        );
        findings.query(&ALWAYS_FIRES, plan.range.clone(), message);
    }
}

/// Whether some number of rows meets the trigger, and whether some does not.
fn possible(operator: TriggerOperator, threshold: u64, rows: Rows) -> (bool, bool) {
    let most = rows.most.unwrap_or(u64::MAX);
    let one_value = rows.least == most;
    let holds = (rows.least..=most).contains(&threshold);
    match operator {
        TriggerOperator::GreaterThan => (most > threshold, rows.least <= threshold),
        TriggerOperator::LessThan => (rows.least < threshold, most >= threshold),
        TriggerOperator::Equal => (holds, !(one_value && holds)),
        TriggerOperator::NotEqual => (!(one_value && holds), holds),
    }
}

fn words(rows: Rows) -> String {
    let plural = |rows: u64| if rows == 1 { "row" } else { "rows" };
    match rows.most {
        Some(most) if most == rows.least => format!("exactly {most} {}", plural(most)),
        Some(most) => format!("at most {most} {}", plural(most)),
        None => format!("at least {} {}", rows.least, plural(rows.least)),
    }
}
