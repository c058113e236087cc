//! What a timeline says about itself, and what ingestion delays do to it.

mod common;

use common::{FIVE_MINUTES, MINUTE, NRT, PER_ROW, at, deletes, log, many, options, replay};
use expect_test::{Expect, expect};
use rule_replay::Tables;
use rule_replay::timeline::{Options, RowTimes, Timeline};

const RARELY: &str = "kind: Scheduled\nqueryFrequency: 15m\nqueryPeriod: 5m\ntriggerOperator: gt\ntriggerThreshold: 0";
const TWICE: &str = "kind: Scheduled\nqueryFrequency: 5m\nqueryPeriod: 15m\ntriggerOperator: gt\ntriggerThreshold: 0";
const NO_INCIDENTS: &str = "incidentConfiguration:\n  createIncident: false";

fn check(timeline: &Timeline, expected: Expect) {
    expected.assert_eq(&timeline.notes.join("\n"));
}

fn late(delay: i64) -> Options {
    Options {
        ingestion_delay: delay,
        ..options("10:05:00", at("10:30:00"))
    }
}

fn two() -> Tables {
    log(&[
        (at("10:04:00"), "198.51.100.1"),
        (at("10:07:00"), "198.51.100.2"),
    ])
}

#[test]
fn rows_between_two_runs_are_counted() {
    let rule = deletes(RARELY, NO_INCIDENTS);
    let timeline = replay(&rule, &two(), options("10:05:00", at("10:35:00")));
    check(
        &timeline,
        expect![
            "The period is shorter than the frequency, which Sentinel refuses: 1 row of the log between the windows of two runs, read by none."
        ],
    );
}

#[test]
fn rows_that_arrive_too_late_are_counted_unless_the_period_is_longer() {
    let timeline = replay(
        &deletes(FIVE_MINUTES, NO_INCIDENTS),
        &two(),
        late(10 * MINUTE),
    );
    check(
        &timeline,
        expect![
            "Rows that are ingested more than five minutes after a run are not in it, and the next run no longer asks for their time: 2 rows of the log read by none. Lengthen the period by the delay, and let the query ask for ingestion_time() > ago(the frequency)."
        ],
    );
    let mut rule = deletes(TWICE, NO_INCIDENTS);
    let timeline = replay(&rule, &two(), late(10 * MINUTE));
    // Rows of 10:04 and 10:07 are ingested at 10:14 and 10:17: the runs of 10:10, 10:15 and 10:20 have them.
    assert_eq!(timeline.alerts.len(), 3);
    rule.query = rule.query.replace(
        "AzureDiagnostics",
        "AzureDiagnostics | where ingestion_time() > ago(5m)",
    );
    let timeline = replay(&rule, &two(), late(10 * MINUTE));
    let found: Vec<usize> = timeline.alerts.iter().map(|one| one.rows.rows()).collect();
    assert_eq!(
        found,
        [1, 2, 1],
        "a run sees what is ingested until five minutes after it"
    );
}

#[test]
fn what_a_run_reads_is_what_it_can_see_of_its_span() {
    let tables = two();
    let timeline = replay(&deletes(TWICE, ""), &tables, late(10 * MINUTE));
    let times = RowTimes::of(&tables);
    let read: Vec<usize> = timeline.runs.iter().map(|run| times.read_by(run)).collect();
    assert_eq!(read, [0, 1, 2, 1, 0, 0]);
    let span = timeline.runs[1].span;
    assert_eq!((span.from, span.to), (at("09:55:00"), at("10:10:00")));
}

#[test]
fn a_mapping_of_what_is_not_there_is_told() {
    let fields = "sentinelEntitiesMappings:\n  - columnName: Entities";
    let mut rule = deletes(FIVE_MINUTES, &format!("{fields}\n{NO_INCIDENTS}"));
    rule.entity_mappings[0].field_mappings[0].column_name = "Address".to_owned();
    let timeline = replay(&rule, &two(), options("10:05:00", at("10:10:00")));
    check(
        &timeline,
        expect![[r#"
            The entity mapping names columns that the result does not have: Address. Sentinel leaves those entities out.
            The rule takes entities from the alerts in a column (sentinelEntitiesMappings). They are not computed here, because what such a column holds is not documented: alerts lack these entities, and incidents that are grouped by entities may be others than in Sentinel."#]],
    );
}

#[test]
fn more_rows_than_alerts_hang_on_an_order_that_is_not_promised() {
    let rule = deletes(FIVE_MINUTES, &format!("{PER_ROW}\n{NO_INCIDENTS}"));
    let timeline = replay(&rule, &many(151), options("10:05:00", at("10:05:00")));
    check(
        &timeline,
        expect![
            "A run had more rows than it may make alerts: the first have one each, the last alert is over all. Kusto promises which rows come first only after `sort` or `top`."
        ],
    );
}

#[test]
fn a_rule_that_says_nothing_about_incidents_makes_what_is_taken_for_granted() {
    let mut options = options("10:05:00", at("10:10:00"));
    let rule = deletes(FIVE_MINUTES, "");
    check(
        &replay(&rule, &two(), options),
        expect![
            "The rule does not say whether alerts make incidents; each is taken to make one, as the wizard has it."
        ],
    );
    let assumptions = &mut options.assumptions;
    assumptions
        .set("noIncidentSettings", "none")
        .expect("an option");
    check(
        &replay(&rule, &two(), options),
        expect![
            "The rule does not say whether alerts make incidents; they are taken to make none."
        ],
    );
}

#[test]
fn the_clock_of_a_single_near_real_time_run_is_that_of_the_timeline() {
    let mut rule = deletes(NRT, "");
    rule.query.push_str(" | extend At = now()");
    let tables = log(&[(at("10:01:30"), "198.51.100.1")]);
    let timeline = replay(&rule, &tables, options("10:00:00", at("11:00:00")));
    let single = rule_replay::replay(&rule, &tables, at("11:00:00")).expect("an outcome");
    let clock = |table: &kql_engine::Table| table.column_named("At").map(|at| at.get(0));
    let expected = Some(kql_analysis::value::Value::DateTime(at("10:04:00")));
    assert_eq!(clock(&timeline.alerts[0].rows), expected);
    assert_eq!(clock(&single.result), expected);
}
