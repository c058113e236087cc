//! The events of the samples.

use kql_analysis::time::format_datetime;
use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND};
use serde_json::Value;

use super::prng::Random;
use super::raw::{Caller, Event, Resource, folded_record, indicator, record};
use super::{Generated, Options};

const SECOND: i64 = TICKS_PER_SECOND;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// Days of ordinary activity before the special day.
const ORDINARY_DAYS: i64 = 20;
/// Callers that share one address; each alone stays below the thresholds of the rules.
const WORKLOADS: u64 = 2;
/// Reads of each of them on an ordinary day.
const READS_PER_WORKLOAD: u64 = 16;
/// Callers on the day of the spike, each with as many reads as an ordinary one.
const SPIKE_CALLERS: u64 = 24;
/// Reads of one key in the second test; the rule asks for more than 25.
const MASS_READS: i64 = 28;

/// A log under construction.
pub(crate) struct Log {
    resource: Resource,
    options: Options,
    random: Random,
    records: Vec<(i64, Value)>,
    indicators: Vec<Value>,
    /// Midnight at which the special day begins.
    day: i64,
}

impl Log {
    /// A log that holds nothing yet.
    pub fn new(resource: Resource, options: &Options) -> Self {
        let midnight = options.end.div_euclid(TICKS_PER_DAY) * TICKS_PER_DAY;
        Self {
            resource,
            options: *options,
            random: Random::new(options.seed),
            records: Vec::new(),
            indicators: Vec::new(),
            day: midnight - TICKS_PER_DAY,
        }
    }

    /// The records before the end that was asked for, in order of time.
    pub fn finish(mut self) -> Generated {
        self.records.retain(|(time, _)| *time < self.options.end);
        self.records.sort_by_key(|(time, _)| *time);
        Generated {
            records: self.records.into_iter().map(|(_, record)| record).collect(),
            indicators: self.indicators,
        }
    }

    /// Steady reads of two workloads behind one address, every day alike, with some at 00:31 to 00:58.
    pub fn ordinary_days(&mut self) {
        let workloads = self.callers(WORKLOADS, "198.51.100.10");
        for days_before in (0..=ORDINARY_DAYS).rev() {
            let midnight = self.day - days_before * TICKS_PER_DAY;
            for caller in &workloads {
                let reads = READS_PER_WORKLOAD + self.random.below(3);
                self.reads_over_day(midnight, caller, reads, 1);
            }
        }
    }

    /// Reads spread over a day; `early` of them in its first hour.
    fn reads_over_day(&mut self, midnight: i64, caller: &Caller, reads: u64, early: u64) {
        for number in 0..reads {
            let time = match number < early {
                true => midnight + 31 * MINUTE + self.jitter(27 * MINUTE),
                false => midnight + HOUR + self.jitter(22 * HOUR),
            };
            self.read("prod", time, caller, "keys/app-key");
        }
    }

    /// A read of a key. On a vault, half of the reads are of the vault itself: only those carry the long
    /// claims that some versions of the rules ask for.
    fn read(&mut self, pool: &str, time: i64, caller: &Caller, path: &str) {
        self.add(&Event {
            time,
            operation: "KeyGet",
            pool,
            path,
            caller,
        });
        if self.resource == Resource::Vault {
            self.add(&Event {
                time: time + SECOND,
                operation: "VaultGet",
                pool,
                path: "",
                caller,
            });
        }
    }

    /// Test 1: a key is created and deleted.
    pub fn create_and_delete(&mut self) {
        let ada = self.person("ada@contoso.example", "198.51.100.24");
        let at = self.day + 10 * HOUR;
        for (minutes, operation) in [(2, "KeyCreate"), (5, "KeyDelete")] {
            let time = at + minutes * MINUTE + self.jitter(MINUTE / 2);
            self.add(&Event {
                time,
                operation,
                pool: "demo",
                path: "keys/test-key",
                caller: &ada,
            });
        }
        if self.resource == Resource::Vault {
            let time = at + 9 * MINUTE;
            self.add(&Event {
                time,
                operation: "VaultDelete",
                pool: "demo",
                path: "",
                caller: &ada,
            });
        }
    }

    /// Test 2: one key is read more than 25 times within an hour.
    pub fn mass_read(&mut self) {
        let grace = self.person("grace@contoso.example", "198.51.100.31");
        for number in 0..MASS_READS {
            let time = self.day + 20 * HOUR + number * 2 * MINUTE + self.jitter(MINUTE);
            self.read("demo", time, &grace, "keys/payroll-key");
        }
    }

    /// Test 3: a caller's address stands among the indicators, within the last hour.
    pub fn known_address(&mut self) {
        let eve = self.person("eve@contoso.example", "203.0.113.66");
        let time = self.options.end - 20 * MINUTE - self.jitter(5 * MINUTE);
        self.read("demo", time, &eve, "keys/payroll-key");
        for (address, description) in [
            ("203.0.113.66", "Scanner of key stores"),
            ("203.0.113.99", "Command and control"),
            ("192.0.2.200", "Spam source"),
        ] {
            self.indicator(address, description);
        }
    }

    /// A day on which many workloads read as much as two do on other days, from the same address.
    pub fn spike(&mut self) {
        let callers = self.callers(SPIKE_CALLERS, "198.51.100.10");
        for caller in &callers {
            self.reads_over_day(self.day, caller, READS_PER_WORKLOAD, 4);
        }
    }

    /// Ordinary signing on a second resource until there are as many records as asked for.
    pub fn fill_up(&mut self) {
        let signers = self.callers(40, "198.51.100.77");
        while self.records.len() < self.options.rows {
            let number = self.records.len();
            let Some(caller) = signers.get(number % signers.len()) else {
                return;
            };
            let span = self.options.end - (self.day - 13 * TICKS_PER_DAY);
            let time = self.options.end - MINUTE - self.jitter(span);
            let operation = ["KeySign", "KeyVerify", "KeyWrap", "KeyUnwrap"][number % 4];
            self.add(&Event {
                time,
                operation,
                pool: "lab",
                path: "keys/signing-key",
                caller,
            });
        }
    }

    /// A random span of less than `span`, in ticks.
    fn jitter(&mut self, span: i64) -> i64 {
        i64::try_from(self.random.below(span.unsigned_abs())).unwrap_or_default()
    }

    /// A new caller.
    fn person(&mut self, upn: &'static str, address: &'static str) -> Caller {
        Caller {
            upn,
            object_id: self.random.guid(),
            address,
        }
    }

    /// Workloads behind one address.
    fn callers(&mut self, count: u64, address: &'static str) -> Vec<Caller> {
        (0..count).map(|_| self.person("", address)).collect()
    }

    /// Adds an indicator that is valid on the special day.
    fn indicator(&mut self, address: &str, description: &str) {
        let day = |days: i64| format_datetime(self.day + days * TICKS_PER_DAY);
        let valid = [day(-2), day(90)];
        let id = self.random.guid();
        self.indicators
            .push(indicator(&id, address, description, valid));
    }

    /// Adds the record of an event.
    fn add(&mut self, event: &Event<'_>) {
        let correlation = self.random.guid();
        let duration = 8 + self.random.below(60);
        let record = match (self.resource, self.options.documented_shape) {
            (Resource::ManagedHsm, true) => folded_record(event, &correlation, duration),
            _ => record(self.resource, event, &correlation, duration),
        };
        self.records.push((event.time, record));
    }
}
