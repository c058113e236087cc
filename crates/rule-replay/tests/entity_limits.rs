//! The entities of alerts held against a computation of its own on generated rules and logs, near the limits of
//! what an alert holds: 500 entities in equal shares for the mappings, and 64 KB. Scheduled and NRT rules, an alert
//! for all rows or for each.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kql_analysis::time::format_datetime;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use rule_replay::Tables;
use rule_replay::timeline::{Alert, Options};

use common::{FIVE_MINUTES, MINUTE, NRT, PER_ROW, at, replay, rule};

/// Entity types with an identifier, and the column that is mapped to it.
const MAPPINGS: [(&str, &str, &str); 10] = [
    ("IP", "Address", "CallerIPAddress"),
    ("URL", "Url", "requestUri_s"),
    ("Host", "HostName", "Resource"),
    ("File", "Name", "clientInfo_s"),
    ("DNS", "DomainName", "CorrelationId"),
    ("AzureResource", "ResourceId", "ResourceId"),
    ("Malware", "Name", "Category"),
    ("Mailbox", "MailboxPrimaryAddress", "ResultSignature"),
    ("SecurityGroup", "DistinguishedName", "ResultDescription"),
    ("CloudApplication", "Name", "OperationName"),
];
const MAX_ENTITIES: usize = 500;
const MAX_BYTES: usize = 64 * 1024;

/// A rule and its rows as the computation knows them.
#[derive(Clone, Debug)]
struct Setting {
    nrt: bool,
    per_row: bool,
    /// Mappings of the rule.
    mappings: usize,
    /// Distinct values of each mapped column, and how long they are.
    values: Vec<(usize, usize)>,
    /// Of so many rows the last one has no value in the columns.
    gap: Option<usize>,
}

/// The rows, each with the texts of the mapped columns.
type Rows = Vec<Vec<String>>;

impl Setting {
    fn yaml(&self) -> String {
        let mut mapped = String::new();
        for (entity, identifier, column) in &MAPPINGS[..self.mappings] {
            let _ = write!(
                mapped,
                "  - entityType: {entity}\n    fieldMappings:\n      - identifier: {identifier}\n        columnName: {column}\n"
            );
        }
        let schedule = if self.nrt { NRT } else { FIVE_MINUTES };
        let grouping = if self.per_row { PER_ROW } else { "" };
        format!(
            "id: 0b5c3a52-3f0e-4c55-9d0a-6f1f0f6f0003\nname: Many\ndescription: Many.\nseverity: Low\ntactics: [Impact]\nquery: AzureDiagnostics | where true\nentityMappings:\n{mapped}{schedule}\n{grouping}\n"
        )
    }

    fn rows(&self) -> Rows {
        let count = self.values.iter().map(|(count, _)| *count).max();
        let cell = |row: usize, column: usize| {
            let (count, length) = self.values[column];
            match self.gap {
                Some(gap) if row % gap == gap - 1 => String::new(),
                _ => format!("{:x<length$}", format!("v{}-{column}-", row % count)),
            }
        };
        let cells = |row| (0..self.mappings).map(|column| cell(row, column)).collect();
        (0..count.unwrap_or_default()).map(cells).collect()
    }

    fn log(&self, rows: &Rows) -> Tables {
        let time = format_datetime(at("10:00:30"));
        let line = |row: &Vec<String>| {
            let cells = MAPPINGS.iter().zip(row);
            let cells: String = cells
                .map(|((_, _, column), text)| format!(r#","{column}":"{text}""#))
                .collect();
            format!(r#"{{"TimeGenerated":"{time}","ResourceType":"VAULTS"{cells}}}"#)
        };
        let text: Vec<String> = rows.iter().map(line).collect();
        let loaded = audit_logs::load("log", text.join("\n").as_bytes()).expect("rows");
        let tables = loaded.into_iter();
        tables.map(|one| (one.table_name, one.table)).collect()
    }

    /// The entities of an alert of some rows, each as its type and value, and whether some are left out.
    fn entities(&self, rows: &[Vec<String>]) -> (Vec<(&'static str, String)>, bool) {
        let share = MAX_ENTITIES / self.mappings;
        let mut entities = Vec::new();
        let mut is_cut = false;
        for (column, (entity, _, _)) in MAPPINGS[..self.mappings].iter().enumerate() {
            let mut seen = BTreeSet::new();
            let texts = rows.iter().map(|row| row[column].clone());
            let distinct = texts.filter(|text| !text.is_empty() && seen.insert(text.clone()));
            let distinct: Vec<String> = distinct.collect();
            is_cut |= distinct.len() > share;
            let kept = distinct.into_iter().take(share);
            entities.extend(kept.map(|text| (*entity, text)));
        }
        let mut bytes = 0;
        let mut kept = 0;
        for (entity, text) in &entities {
            let identifier = MAPPINGS.iter().find(|(known, _, _)| known == entity);
            let identifier = identifier.map_or("", |(_, identifier, _)| identifier);
            // The number of an entity takes one digit here.
            bytes += format!(r#"{{"$id":"1","Type":"{entity}","{identifier}":"{text}"}},"#).len();
            if bytes > MAX_BYTES {
                break;
            }
            kept += 1;
        }
        is_cut |= kept < entities.len();
        entities.truncate(kept);
        (entities, is_cut)
    }

    /// The rows of each alert.
    fn alerts(&self, rows: &Rows) -> Vec<Rows> {
        let most = if self.nrt { 30 } else { 150 };
        let single = match rows.len() > most {
            true => most - 1,
            false => rows.len(),
        };
        match self.per_row {
            false => vec![rows.clone()],
            true => {
                let singles = rows.iter().take(single).map(|row| vec![row.clone()]);
                let rest = (single < rows.len()).then(|| rows.clone());
                singles.chain(rest).collect()
            }
        }
    }
}

fn settings() -> impl Strategy<Value = Setting> {
    // Counts at a mapping's share of the 500, one below and above, and far from it.
    let near = select(vec![-1_i64, 0, 1, 7, -400]);
    let lengths = select(vec![12, 12, 40, 120, 400]);
    let values = proptest::collection::vec((near, lengths), MAPPINGS.len());
    (
        any::<bool>(),
        any::<bool>(),
        1..=MAPPINGS.len(),
        values,
        proptest::option::weighted(0.3, 2..9_usize),
    )
        .prop_map(|(nrt, per_row, mappings, values, gap)| {
            let share = i64::try_from(MAX_ENTITIES / mappings).unwrap_or_default();
            let values = values.into_iter().map(|(near, length)| {
                let count = (share + near).max(1);
                (usize::try_from(count).unwrap_or(1), length)
            });
            Setting {
                nrt,
                per_row,
                mappings,
                values: values.take(mappings).collect(),
                gap,
            }
        })
}

/// The entities of an alert, each as its type and value.
fn told(alert: &Alert) -> Vec<(&str, String)> {
    let entities = alert.entities.iter().map(|entity| {
        let texts = entity.identifiers.iter().map(|(_, text)| text.clone());
        (entity.entity_type.as_str(), texts.collect::<String>())
    });
    entities.collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        rng_seed: RngSeed::Fixed(6),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn alerts_hold_the_entities_that_have_room(setting in settings()) {
        let rows = setting.rows();
        let options = Options::between(at("10:00:00"), at("10:00:00") + 10 * MINUTE);
        let timeline = replay(&rule(&setting.yaml()), &setting.log(&rows), options);
        let expected = setting.alerts(&rows);
        prop_assert_eq!(timeline.alerts.len(), expected.len());
        for (alert, rows) in timeline.alerts.iter().zip(&expected) {
            let (entities, is_cut) = setting.entities(rows);
            prop_assert_eq!(told(alert), entities);
            prop_assert_eq!(!alert.cuts.is_empty(), is_cut, "{:?}", alert.cuts);
        }
    }
}

/// How many entities an alert has of so many callers, and what it says of the others.
fn of_callers(count: usize, schedule: &str) -> (usize, String) {
    let setting = Setting {
        nrt: schedule == NRT,
        per_row: false,
        mappings: 1,
        values: vec![(count, 12)],
        gap: None,
    };
    let options = Options::between(at("10:00:00"), at("10:00:00") + 10 * MINUTE);
    let log = setting.log(&setting.rows());
    let timeline = replay(&rule(&setting.yaml()), &log, options);
    let alert = timeline.alerts.first().expect("an alert");
    let cuts: Vec<&str> = alert.cuts.iter().map(|cut| cut.sentence.as_str()).collect();
    (alert.entities.len(), cuts.join(" "))
}

#[test]
fn an_alert_holds_500_entities_and_says_that_there_are_more() {
    for schedule in [FIVE_MINUTES, NRT] {
        assert_eq!(of_callers(499, schedule), (499, String::new()));
        assert_eq!(of_callers(500, schedule), (500, String::new()));
        let more = "The IP entities of CallerIPAddress are the first 500, more are left out: an alert holds 500 entities.";
        assert_eq!(of_callers(501, schedule), (500, more.to_owned()));
    }
}
