//! Rules on their schedule: runs, alerts and incidents of small logs whose outcome can be counted by hand.

mod common;

use expect_test::{Expect, expect};
use kql_analysis::time::format_datetime;
use kql_analysis::value::TICKS_PER_DAY;
use rule_replay::timeline::{Options, RunOutcome, Timeline, simulate, time_of_last_reader};
use rule_replay::words::severity;

use common::{
    DAILY, FIVE_MINUTES, HOURLY_OVER_A_DAY, MINUTE, NRT, PER_ROW, alerts_of, at, deletes, log,
    many, options, replay,
};

/// Counts of runs, and every alert and incident.
fn check(timeline: &Timeline, expected: Expect) {
    let count = |wanted: fn(&RunOutcome) -> bool| {
        timeline
            .runs
            .iter()
            .filter(|run| wanted(&run.outcome))
            .count()
    };
    let mut lines = vec![format!(
        "{} runs: {} fired, {} quiet, {} suppressed",
        timeline.runs.len(),
        count(|outcome| matches!(outcome, RunOutcome::Fired { .. })),
        count(|outcome| matches!(outcome, RunOutcome::Quiet { .. })),
        count(|outcome| matches!(outcome, RunOutcome::Suppressed)),
    )];
    let clock = |ticks: i64| format_datetime(ticks)[8..19].to_owned();
    lines.extend(timeline.alerts.iter().map(|alert| {
        let summary = if alert.summary {
            ", sums up the run"
        } else {
            ""
        };
        format!(
            "alert {} {}: {} rows{summary}, events {} to {}, {}",
            clock(alert.made),
            alert.name,
            alert.rows.rows(),
            clock(alert.events.0),
            clock(alert.events.1),
            severity(alert.severity),
        )
    }));
    lines.extend(timeline.incidents.iter().map(|incident| {
        let entities = incident.entities.iter();
        let values = entities.flat_map(|entity| &entity.identifiers);
        let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
        format!(
            "incident {} {}: alerts {:?}, {}",
            clock(incident.made),
            incident.title,
            incident.alerts,
            values.join(" ")
        )
    }));
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn a_daily_rule_tells_of_an_event_up_to_a_day_later() {
    let tables = log(&[(at("10:00:00"), "198.51.100.1")]);
    let rule = deletes(DAILY, "");
    let to = time_of_last_reader(&rule, at("09:00:00"), at("10:00:00"), 0);
    check(
        &replay(&rule, &tables, options("09:00:00", to)),
        expect![[r#"
            2 runs: 1 fired, 1 quiet, 0 suppressed
            alert 02T09:05:00 Key deleted: 1 rows, events 01T10:00:00 to 01T10:00:00, Low
            incident 02T09:05:00 Key deleted: alerts [0], 198.51.100.1"#]],
    );
}

#[test]
fn a_period_longer_than_the_frequency_repeats_a_finding() {
    let tables = log(&[(at("10:30:00"), "198.51.100.1")]);
    let rule = deletes(HOURLY_OVER_A_DAY, "");
    let timeline = replay(
        &rule,
        &tables,
        options("10:00:00", at("10:00:00") + 2 * TICKS_PER_DAY),
    );
    assert_eq!(timeline.alerts.len(), 24);
    assert!(
        timeline.notes[0].contains("up to 24 runs"),
        "{:?}",
        timeline.notes
    );
}

#[test]
fn windows_that_meet_read_each_event_once() {
    // The second event lies on the boundary of two windows.
    let tables = log(&[
        (at("10:04:59"), "198.51.100.1"),
        (at("10:05:00"), "198.51.100.2"),
    ]);
    check(
        &replay(
            &deletes(FIVE_MINUTES, ""),
            &tables,
            options("10:05:00", at("10:15:00")),
        ),
        expect![[r#"
            3 runs: 2 fired, 1 quiet, 0 suppressed
            alert 01T10:10:00 Key deleted: 1 rows, events 01T10:04:59 to 01T10:04:59, Low
            alert 01T10:15:00 Key deleted: 1 rows, events 01T10:05:00 to 01T10:05:00, Low
            incident 01T10:10:00 Key deleted: alerts [0], 198.51.100.1
            incident 01T10:15:00 Key deleted: alerts [1], 198.51.100.2"#]],
    );
}

#[test]
fn a_row_that_is_ingested_late_is_lost() {
    let tables = log(&[(at("10:04:00"), "198.51.100.1")]);
    let rule = deletes(FIVE_MINUTES, "");
    // With six minutes it is ingested at the very moment at which its run begins.
    for (delay, alerts) in [
        (0, 1),
        (5 * MINUTE, 1),
        (6 * MINUTE, 1),
        (6 * MINUTE + 1, 0),
    ] {
        let options = Options {
            ingestion_delay: delay,
            ..options("10:05:00", at("10:30:00"))
        };
        let timeline = replay(&rule, &tables, options);
        assert_eq!(timeline.alerts.len(), alerts, "{delay} ticks");
    }
}

#[test]
fn a_near_real_time_rule_that_is_enabled_reads_the_minutes_of_its_runs() {
    // Enabled at 10:00:30, its first run at 10:01 reads the minute of 09:58.
    let tables = log(&[
        (at("09:57:59"), "198.51.100.1"),
        (at("09:58:00"), "198.51.100.2"),
        (at("10:00:40"), "198.51.100.3"),
    ]);
    check(
        &replay(
            &deletes(NRT, ""),
            &tables,
            options("10:00:30", at("11:00:00")),
        ),
        expect![[r#"
            2 runs: 2 fired, 0 quiet, 0 suppressed
            alert 01T10:01:00 Key deleted: 1 rows, events 01T09:58:00 to 01T09:58:00, Low
            alert 01T10:03:00 Key deleted: 1 rows, events 01T10:00:40 to 01T10:00:40, Low
            incident 01T10:01:00 Key deleted: alerts [0], 198.51.100.2
            incident 01T10:03:00 Key deleted: alerts [1], 198.51.100.3"#]],
    );
}

#[test]
fn details_match_whatever_the_order_of_the_rows() {
    let tables = log(&[
        (at("10:01:00"), "198.51.100.1"),
        (at("10:02:00"), "198.51.100.2"),
        (at("10:06:00"), "198.51.100.2"),
        (at("10:07:00"), "198.51.100.1"),
    ]);
    let fields = "customDetails:\n  Callers: Caller\nincidentConfiguration:\n  createIncident: true\n  groupingConfiguration:\n    enabled: true\n    reopenClosedIncident: false\n    lookbackDuration: PT1H\n    matchingMethod: Selected\n    groupByCustomDetails: [Callers]";
    let timeline = replay(
        &deletes(FIVE_MINUTES, fields),
        &tables,
        options("10:05:00", at("10:10:00")),
    );
    assert_eq!(alerts_of(&timeline), [[0, 1]]);
}

#[test]
fn suppression_skips_runs_and_loses_what_only_they_read() {
    let events: Vec<(i64, &str)> = (0..6)
        .map(|n| (at("10:01:00") + n * 5 * MINUTE, "198.51.100.1"))
        .collect();
    let rule = deletes(
        FIVE_MINUTES,
        "suppressionEnabled: true\nsuppressionDuration: 12m",
    );
    check(
        &replay(&rule, &log(&events), options("10:05:00", at("10:30:00"))),
        expect![[r#"
            6 runs: 2 fired, 0 quiet, 4 suppressed
            alert 01T10:10:00 Key deleted: 1 rows, events 01T10:01:00 to 01T10:01:00, Low
            alert 01T10:25:00 Key deleted: 1 rows, events 01T10:16:00 to 01T10:16:00, Low
            incident 01T10:10:00 Key deleted: alerts [0], 198.51.100.1
            incident 01T10:25:00 Key deleted: alerts [1], 198.51.100.1"#]],
    );
}

#[test]
fn a_rule_can_fire_on_absence() {
    let tables = log(&[(at("10:01:00"), "198.51.100.1")]);
    let rule = deletes(
        &FIVE_MINUTES
            .replace("gt", "lt")
            .replace("Threshold: 0", "Threshold: 1"),
        "",
    );
    check(
        &replay(&rule, &tables, options("10:05:00", at("10:10:00"))),
        expect![[r#"
            2 runs: 1 fired, 1 quiet, 0 suppressed
            alert 01T10:15:00 Key deleted: 0 rows, events 01T10:05:00 to 01T10:10:00, Low
            incident 01T10:15:00 Key deleted: alerts [0], "#]],
    );
}

#[test]
fn alerts_per_row_are_capped_and_the_last_one_sums_up() {
    for (kind, rows, alerts) in [
        (FIVE_MINUTES, 150, 150),
        (FIVE_MINUTES, 151, 150),
        (NRT, 30, 30),
        (NRT, 31, 30),
    ] {
        let timeline = replay(
            &deletes(kind, PER_ROW),
            &many(rows),
            options("10:00:00", at("10:05:00")),
        );
        assert_eq!(timeline.alerts.len(), alerts, "{rows} rows");
        let last = &timeline.alerts[alerts - 1];
        let whole = usize::try_from(rows).expect("few") > alerts;
        assert_eq!(last.summary, whole, "{rows} rows");
        assert_eq!(last.rows.rows(), if whole { alerts + 1 } else { 1 });
    }
}

#[test]
fn a_near_real_time_rule_runs_for_each_minute_with_rows() {
    let tables = log(&[
        (at("10:00:10"), "198.51.100.1"),
        (at("10:00:50"), "198.51.100.2"),
        (at("10:03:00"), "198.51.100.3"),
    ]);
    check(
        &replay(
            &deletes(NRT, ""),
            &tables,
            options("10:00:00", at("11:00:00")),
        ),
        expect![[r#"
            2 runs: 2 fired, 0 quiet, 0 suppressed
            alert 01T10:03:00 Key deleted: 2 rows, events 01T10:00:10 to 01T10:00:50, Low
            alert 01T10:06:00 Key deleted: 1 rows, events 01T10:03:00 to 01T10:03:00, Low
            incident 01T10:03:00 Key deleted: alerts [0], 198.51.100.1 198.51.100.2
            incident 01T10:06:00 Key deleted: alerts [1], 198.51.100.3"#]],
    );
}

/// Three alerts of two callers: the first and the last of the same one, 20 minutes apart.
fn grouped(configuration: &str) -> Timeline {
    let tables = log(&[
        (at("10:01:00"), "198.51.100.1"),
        (at("10:06:00"), "198.51.100.2"),
        (at("10:21:00"), "198.51.100.1"),
    ]);
    let fields = format!(
        "incidentConfiguration:\n  createIncident: true\n  groupingConfiguration:\n    enabled: true\n    reopenClosedIncident: false\n{configuration}"
    );
    replay(
        &deletes(FIVE_MINUTES, &fields),
        &tables,
        options("10:05:00", at("10:30:00")),
    )
}

#[test]
fn alerts_with_the_same_entities_share_an_incident() {
    let timeline = grouped("    lookbackDuration: PT1H\n    matchingMethod: AllEntities");
    assert_eq!(alerts_of(&timeline), [[0, 2].as_slice(), &[1]]);
}

#[test]
fn any_alerts_share_an_incident() {
    let timeline = grouped("    lookbackDuration: PT1H\n    matchingMethod: AnyAlert");
    assert_eq!(alerts_of(&timeline), [[0, 1, 2]]);
}

#[test]
fn an_incident_takes_no_alert_after_its_time() {
    // The third alert is made 20 minutes after the first.
    let within = grouped("    lookbackDuration: PT20M\n    matchingMethod: AnyAlert");
    assert_eq!(alerts_of(&within), [[0, 1, 2]]);
    let after = grouped("    lookbackDuration: PT19M\n    matchingMethod: AnyAlert");
    assert_eq!(alerts_of(&after), [[0, 1].as_slice(), &[2]]);
}

#[test]
fn chosen_details_decide_what_goes_together() {
    let by_name = grouped(
        "    lookbackDuration: PT1H\n    matchingMethod: Selected\n    groupByAlertDetails: [DisplayName]",
    );
    assert_eq!(alerts_of(&by_name), [[0, 1, 2]]);
    let by_entity = grouped(
        "    lookbackDuration: PT1H\n    matchingMethod: Selected\n    groupByEntities: [IP]",
    );
    assert_eq!(alerts_of(&by_entity), [[0, 2].as_slice(), &[1]]);
}

#[test]
fn matching_methods_of_old_exports_mean_the_same() {
    let any = grouped("    lookbackDuration: PT1H\n    entitiesMatchingMethod: None");
    assert_eq!(alerts_of(&any), [[0, 1, 2]]);
    let by_entity = grouped(
        "    lookbackDuration: PT1H\n    entitiesMatchingMethod: Custom\n    groupByEntities: [Ip]",
    );
    assert_eq!(alerts_of(&by_entity), [[0, 2].as_slice(), &[1]]);
}

#[test]
fn a_rule_may_make_alerts_only() {
    let tables = log(&[(at("10:01:00"), "198.51.100.1")]);
    let rule = deletes(
        FIVE_MINUTES,
        "incidentConfiguration:\n  createIncident: false",
    );
    let timeline = replay(&rule, &tables, options("10:05:00", at("10:05:00")));
    assert_eq!((timeline.alerts.len(), timeline.incidents.len()), (1, 0));
}

#[test]
fn an_incident_holds_150_alerts() {
    let events: Vec<(i64, &str)> = (0..151)
        .map(|n| (at("01:00:30") + n * 5 * MINUTE, "198.51.100.1"))
        .collect();
    let fields = "incidentConfiguration:\n  createIncident: true\n  groupingConfiguration:\n    enabled: true\n    reopenClosedIncident: false\n    lookbackDuration: P7D\n    matchingMethod: AnyAlert";
    let rule = deletes(FIVE_MINUTES, fields);
    let timeline = replay(
        &rule,
        &log(&events),
        options("01:05:00", at("01:05:00") + TICKS_PER_DAY),
    );
    let sizes: Vec<usize> = timeline
        .incidents
        .iter()
        .map(|one| one.alerts.len())
        .collect();
    assert_eq!(sizes, [150, 1]);
}

#[test]
fn a_span_with_too_many_runs_is_refused() {
    let tables = log(&[(at("10:01:00"), "198.51.100.1")]);
    let long = options("10:00:00", at("10:00:00") + 400 * TICKS_PER_DAY);
    let failure = simulate(&deletes(FIVE_MINUTES, ""), &tables, long).expect_err("too long");
    assert!(failure.message.contains("100000 runs"), "{failure:?}");
}
