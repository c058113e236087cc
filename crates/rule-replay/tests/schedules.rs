//! Replay held against a computation of its own on generated logs and rules: runs, alerts with their events
//! and entities, incidents. The computation knows the documented behaviour only; it evaluates no query, but
//! counts the events that each query stands for.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::collections::BTreeSet;

use kql_analysis::value::TICKS_PER_SECOND;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use rule_replay::timeline::{Assumptions, Options, RunOutcome};

use common::{MINUTE, at, log, replay, rule};

const HOUR: i64 = 60 * MINUTE;
const CALLERS: [&str; 4] = ["198.51.100.1", "198.51.100.2", "203.0.113.7", ""];

/// A rule as the computation knows it.
#[derive(Clone, Debug)]
struct Setting {
    nrt: bool,
    frequency: i64,
    period: i64,
    operator: &'static str,
    threshold: usize,
    /// Rows of the log, or rows for each caller that has at least so many.
    grouped: Option<usize>,
    /// `ago()` in the query.
    recent: Option<i64>,
    per_row: bool,
    suppression: Option<i64>,
    matching: Option<&'static str>,
    lookback: i64,
    reopens: bool,
    closed_after: Option<i64>,
    named: bool,
    delay: i64,
}

/// An alert by what can be computed of it.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    made: i64,
    name: String,
    rows: usize,
    summary: bool,
    events: (i64, i64),
    callers: BTreeSet<String>,
}

/// A row of the result: its time, its caller.
type Row = (i64, &'static str);

/// A run that is due.
struct Run {
    now: i64,
    /// The events that it sees.
    seen: Vec<Row>,
    /// When its alerts are made.
    made: i64,
    /// What stands for the events of an alert without rows.
    span: (i64, i64),
}

fn minutes(ticks: i64) -> String {
    format!("{}m", ticks / MINUTE)
}

impl Setting {
    fn yaml(&self) -> String {
        let recent = self.recent.map_or_else(String::new, |recent| {
            format!(" | where TimeGenerated > ago({})", minutes(recent))
        });
        let grouped = self.grouped.map_or_else(String::new, |least| {
            format!(
                " | summarize Calls = count(), TimeGenerated = max(TimeGenerated) by CallerIPAddress | where Calls >= {least}"
            )
        });
        let schedule = match self.nrt {
            true => "kind: NRT".to_owned(),
            false => format!(
                "kind: Scheduled\nqueryFrequency: {}\nqueryPeriod: {}\ntriggerOperator: {}\ntriggerThreshold: {}",
                minutes(self.frequency),
                minutes(self.period),
                self.operator,
                self.threshold
            ),
        };
        let mut fields = String::new();
        if self.per_row {
            fields.push_str("eventGroupingSettings:\n  aggregationKind: AlertPerResult\n");
        }
        if let Some(duration) = self.suppression {
            let minutes = duration / MINUTE;
            fields.push_str(&format!(
                "suppressionEnabled: true\nsuppressionDuration: PT{minutes}M\n"
            ));
        }
        if let Some(matching) = self.matching {
            fields.push_str(&format!(
                "incidentConfiguration:\n  createIncident: true\n  groupingConfiguration:\n    enabled: true\n    reopenClosedIncident: {}\n    lookbackDuration: PT{}M\n    matchingMethod: {matching}\n    groupByEntities: [IP]\n",
                self.reopens,
                self.lookback / MINUTE
            ));
        }
        if self.named {
            fields.push_str(
                "alertDetailsOverride:\n  alertDisplayNameFormat: \"Call of {{CallerIPAddress}}\"\n",
            );
        }
        format!(
            "id: 0b5c3a52-3f0e-4c55-9d0a-6f1f0f6f0002\nname: Call\ndescription: A call.\nseverity: Low\ntactics: [Impact]\nquery: |\n  AzureDiagnostics{recent}{grouped}\nentityMappings:\n  - entityType: IP\n    fieldMappings:\n      - identifier: Address\n        columnName: CallerIPAddress\n{schedule}\n{fields}"
        )
    }

    /// The runs from a time to another.
    fn runs(&self, events: &[Row], (from, to): (i64, i64)) -> Vec<Run> {
        let seen = |(low, high): (i64, i64), latest: i64| -> Vec<Row> {
            let seen = events
                .iter()
                .filter(|(time, _)| (low..high).contains(time) && time + self.delay <= latest);
            seen.copied().collect()
        };
        let (first, step) = match self.nrt {
            // The first whole minute.
            true => (-(-from).div_euclid(MINUTE) * MINUTE, MINUTE),
            false => (from, self.frequency),
        };
        let times = (0..).map(|number| first + number * step);
        let runs = times.take_while(|now| *now <= to).map(|now| {
            let (span, made, latest) = match self.nrt {
                true => {
                    let end = now - 2 * MINUTE - self.delay;
                    ((end - MINUTE, end), now, i64::MAX)
                }
                false => ((now - self.period, now), now + 5 * MINUTE, now + 5 * MINUTE),
            };
            let seen = seen(span, latest);
            Run {
                now,
                seen,
                made,
                span,
            }
        });
        // A near real time rule runs each minute; those that read nothing are not told.
        runs.filter(|run| !self.nrt || !run.seen.is_empty())
            .collect()
    }

    fn result(&self, now: i64, rows: &[Row]) -> Vec<Row> {
        let recent = self.recent.map_or(i64::MIN, |recent| now - recent);
        let rows = rows.iter().copied().filter(|(time, _)| *time > recent);
        let rows: Vec<Row> = rows.collect();
        let Some(least) = self.grouped else {
            return rows;
        };
        let mut groups: Vec<(Row, usize)> = Vec::new();
        for (time, caller) in rows {
            match groups.iter_mut().find(|((_, known), _)| *known == caller) {
                Some(((latest, _), count)) => (*latest, *count) = ((*latest).max(time), *count + 1),
                None => groups.push(((time, caller), 1)),
            }
        }
        let kept = groups.into_iter().filter(|(_, count)| *count >= least);
        kept.map(|(row, _)| row).collect()
    }

    fn fires(&self, rows: usize) -> bool {
        match self.operator {
            _ if self.nrt => rows > 0,
            "gt" => rows > self.threshold,
            "lt" => rows < self.threshold,
            "eq" => rows == self.threshold,
            _ => rows != self.threshold,
        }
    }

    /// What the alert of some rows says.
    fn told(&self, rows: &[Row], (made, span): (i64, (i64, i64)), summary: bool) -> Told {
        let times = rows.iter().map(|(time, _)| *time);
        let callers = rows.iter().map(|(_, caller)| (*caller).to_owned());
        let first = rows.first().map(|(_, caller)| *caller).unwrap_or_default();
        Told {
            made,
            name: match self.named && !first.is_empty() {
                true => format!("Call of {first}"),
                false => "Call".to_owned(),
            },
            rows: rows.len(),
            summary,
            events: times.clone().min().zip(times.max()).unwrap_or(span),
            callers: callers.filter(|caller| !caller.is_empty()).collect(),
        }
    }

    /// Outcome of each run and the alerts of all.
    fn alerts(&self, events: &[Row], span: (i64, i64)) -> (Vec<&'static str>, Vec<Told>) {
        let (mut outcomes, mut alerts) = (Vec::new(), Vec::new());
        let mut paused_until = i64::MIN;
        let most = if self.nrt { 30 } else { 150 };
        for run in self.runs(events, span) {
            let now = run.now;
            if now < paused_until {
                outcomes.push("suppressed");
                continue;
            }
            let rows = self.result(now, &run.seen);
            if !self.fires(rows.len()) {
                outcomes.push("quiet");
                continue;
            }
            outcomes.push("fired");
            let when = (run.made, run.span);
            match self.per_row && !rows.is_empty() {
                true if rows.len() <= most => {
                    alerts.extend(rows.iter().map(|row| self.told(&[*row], when, false)));
                }
                true => {
                    let single = rows.iter().take(most - 1);
                    alerts.extend(single.map(|row| self.told(&[*row], when, false)));
                    alerts.push(self.told(&rows, when, true));
                }
                false => alerts.push(self.told(&rows, when, false)),
            }
            paused_until = self.suppression.map_or(i64::MIN, |pause| now + pause);
        }
        (outcomes, alerts)
    }

    /// The alerts of each incident, with how often it was reopened.
    fn incidents(&self, alerts: &[Told]) -> Vec<(Vec<usize>, usize)> {
        let mut made: Vec<(Vec<usize>, usize)> = Vec::new();
        for (at, alert) in alerts.iter().enumerate() {
            let alike = |other: &Told| match self.matching {
                None => false,
                Some("AnyAlert") => true,
                Some(_) => other.callers == alert.callers,
            };
            let closes = |last: usize| {
                let closed = self.closed_after.map(|after| alerts[last].made + after);
                closed.is_some_and(|closed| alert.made >= closed)
            };
            let taking = made.iter_mut().rev().find(|(members, _)| {
                let (first, last) = (members[0], members[members.len() - 1]);
                alike(&alerts[first])
                    && alert.made <= alerts[first].made + self.lookback
                    && members.len() < 150
                    && (self.reopens || !closes(last))
            });
            match taking {
                Some((members, reopened)) => {
                    *reopened += usize::from(closes(members[members.len() - 1]));
                    members.push(at);
                }
                None => made.push((vec![at], 0)),
            }
        }
        made
    }
}

fn settings() -> impl Strategy<Value = Setting> {
    let spans = || select(vec![5 * MINUTE, 10 * MINUTE, HOUR, 90 * MINUTE, 6 * HOUR]);
    let maybe = |spans: Vec<i64>| proptest::option::of(select(spans));
    let schedule = (
        proptest::bool::weighted(0.35),
        spans(),
        spans(),
        select(vec!["gt", "gt", "lt", "eq", "ne"]),
        0..4_usize,
        proptest::option::of(1..4_usize),
        maybe(vec![5 * MINUTE, HOUR]),
    );
    let rest = (
        any::<bool>(),
        maybe(vec![10 * MINUTE, HOUR, 6 * HOUR]),
        proptest::option::of(select(vec!["AllEntities", "AnyAlert", "Selected"])),
        select(vec![5 * MINUTE, HOUR, 5 * HOUR, 24 * HOUR]),
        any::<bool>(),
        maybe(vec![30 * MINUTE, 2 * HOUR]),
        any::<bool>(),
        select(vec![0, 0, 2 * MINUTE, 6 * MINUTE, 20 * MINUTE]),
    );
    (schedule, rest).prop_map(|(schedule, rest)| {
        let (nrt, one, other, operator, threshold, grouped, recent) = schedule;
        let (per_row, suppression, matching, lookback, reopens, closed_after, named, delay) = rest;
        Setting {
            nrt,
            frequency: one.min(other),
            period: one.max(other),
            operator,
            threshold,
            grouped,
            recent: recent.filter(|_| !nrt),
            per_row,
            suppression: suppression.filter(|pause| *pause >= one.min(other)),
            matching,
            lookback,
            reopens,
            closed_after,
            named,
            delay,
        }
    })
}

/// Events within a day: some at whole minutes, some together, and now and then more than a run has alerts for.
fn events() -> impl Strategy<Value = Vec<Row>> {
    let event = (
        0..12 * 60_i64,
        select(vec![0, 0, 1, 30]),
        select(CALLERS.to_vec()),
    );
    let event = event.prop_map(|(minute, second, caller)| {
        (
            at("00:00:00") + minute * MINUTE + second * TICKS_PER_SECOND,
            caller,
        )
    });
    let few = proptest::collection::vec(event, 1..30);
    (few, proptest::bool::weighted(0.1)).prop_map(|(mut events, burst)| {
        if burst {
            let start = at("05:00:00");
            events.extend(
                (0..170).map(|n| (start + n * TICKS_PER_SECOND / 5, CALLERS[n as usize % 3])),
            );
        }
        events.sort_unstable();
        events
    })
}

fn outcome(outcome: &RunOutcome) -> &'static str {
    match outcome {
        RunOutcome::Fired { .. } => "fired",
        RunOutcome::Quiet { .. } => "quiet",
        RunOutcome::Suppressed => "suppressed",
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 160,
        rng_seed: RngSeed::Fixed(5),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_timeline_is_what_the_documented_behaviour_makes_of_the_events(
        setting in settings(),
        events in events(),
        from in select(vec!["00:00:00", "00:03:20", "04:59:59"]),
    ) {
        let (from, to) = (at(from), at("14:00:00"));
        let mut assumptions = Assumptions::default();
        if let Some(after) = setting.closed_after {
            assumptions.set("incidentsClosedAfter", &minutes(after)).expect("an option");
        }
        let options = Options {
            ingestion_delay: setting.delay,
            assumptions,
            ..Options::between(from, to)
        };
        let rule = rule(&setting.yaml());
        let timeline = replay(&rule, &log(&events), options);
        let (outcomes, alerts) = setting.alerts(&events, (from, to));
        let replayed: Vec<&str> = timeline.runs.iter().map(|run| outcome(&run.outcome)).collect();
        prop_assert_eq!(replayed, outcomes, "{}", setting.yaml());
        let replayed: Vec<Told> = timeline.alerts.iter().map(|alert| Told {
            made: alert.made,
            name: alert.name.clone(),
            rows: alert.rows.rows(),
            summary: alert.summary,
            events: alert.events,
            callers: alert.entities.iter().flat_map(|entity| &entity.identifiers).map(|(_, value)| value.clone()).collect(),
        }).collect();
        prop_assert_eq!(&replayed, &alerts, "{}", setting.yaml());
        let replayed: Vec<(Vec<usize>, usize)> = timeline.incidents.iter()
            .map(|incident| (incident.alerts.clone(), incident.reopened.len()))
            .collect();
        prop_assert_eq!(replayed, setting.incidents(&alerts), "{}", setting.yaml());
    }
}
