//! The logs that benchmarks read: a seeded mixture of vaults and Managed HSM pools, written row by row.
//!
//! Other than the samples of the page, they have many callers, addresses and objects, and their rows are
//! not in order of time.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Seconds of the log: 14 days, the longest period of a rule.
const SPAN: u64 = 14 * 24 * 3600;
/// How far a row may stand from its place in time, in seconds.
const DISORDER: u64 = 90;
/// Rows of the table of indicators.
const INDICATORS: u64 = 2000;

/// A column: its name, and its text in a row.
type Column = (&'static str, fn(&Row) -> String);

/// The columns of a row in the order of the portal's export.
const COLUMNS: [Column; 25] = [
    ("TimeGenerated", |row| time(row.time, row.ticks)),
    ("Type", |_| "AzureDiagnostics".to_owned()),
    ("SourceSystem", |_| "Azure".to_owned()),
    ("SubscriptionId", |row| row.subscription()),
    ("ResourceGroup", |row| row.group()),
    ("ResourceProvider", |_| "MICROSOFT.KEYVAULT".to_owned()),
    ("ResourceType", |row| row.kind().to_owned()),
    ("Resource", |row| row.resource_name()),
    ("ResourceId", |row| row.resource_id()),
    ("OperationName", |row| row.operation.to_owned()),
    ("OperationVersion", |_| "7.4".to_owned()),
    ("Category", |_| "AuditEvent".to_owned()),
    ("ResultType", |row| {
        if row.failed {
            "Unauthorized"
        } else {
            "Success"
        }
        .to_owned()
    }),
    ("ResultSignature", |row| {
        if row.failed { "Forbidden" } else { "OK" }.to_owned()
    }),
    ("DurationMs", |row| (1 + row.noise % 480).to_string()),
    ("CallerIPAddress", |row| row.address()),
    ("CorrelationId", |row| {
        guid(row.noise, row.noise.rotate_left(17))
    }),
    ("id_s", |row| format!("{}{}", row.host(), row.path())),
    ("requestUri_s", |row| {
        format!("{}{}?api-version=7.4", row.host(), row.path())
    }),
    ("clientInfo_s", |row| {
        format!(
            "azsdk-net-Security.KeyVault/4.{}.0 (.NET 8.0.{}; Linux)",
            row.caller % 9,
            row.caller % 4
        )
    }),
    ("httpStatusCode_d", |row| {
        if row.failed { "403" } else { "200" }.to_owned()
    }),
    ("identity_claim_appid_g", |row| guid(row.caller % 120, 7)),
    ("identity_claim_oid_g", |row| {
        if row.caller % 3 > 0 {
            guid(row.caller, 1)
        } else {
            String::new()
        }
    }),
    (
        "identity_claim_http_schemas_microsoft_com_identity_claims_objectidentifier_g",
        |row| {
            if row.caller % 3 == 0 {
                guid(row.caller, 1)
            } else {
                String::new()
            }
        },
    ),
    ("identity_claim_upn_s", |row| {
        if row.caller % 4 == 0 {
            format!("user{}@contoso.example", row.caller)
        } else {
            String::new()
        }
    }),
];

/// Operations of vaults and of pools, each with its share in ten thousand.
const VAULT: [(&str, u64); 14] = [
    ("SecretGet", 2300),
    ("KeyGet", 900),
    ("VaultGet", 700),
    ("SecretList", 900),
    ("KeyList", 500),
    ("KeyDecrypt", 1100),
    ("KeySign", 1000),
    ("KeyUnwrap", 900),
    ("CertificateGet", 500),
    ("Authentication", 1188),
    ("SecretDelete", 5),
    ("KeyDelete", 3),
    ("SecretBackup", 2),
    ("KeyPurge", 2),
];
const POOL: [(&str, u64); 7] = [
    ("KeyGet", 3000),
    ("KeyDecrypt", 2500),
    ("KeySign", 2200),
    ("KeyUnwrap", 1500),
    ("KeyCreate", 794),
    ("KeyDelete", 4),
    ("KeyBackup", 2),
];

/// Random numbers (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// A number below a bound; small ones are more frequent, as busy callers are.
    fn uneven(&mut self, bound: u64) -> u64 {
        let (a, b) = (self.below(bound), self.below(bound));
        a * b / bound.max(1)
    }
}

/// What the columns of a row are made from.
struct Row {
    /// Seconds since 1970.
    time: u64,
    ticks: u64,
    pool: bool,
    resource: u64,
    operation: &'static str,
    caller: u64,
    object: u64,
    failed: bool,
    noise: u64,
}

impl Row {
    fn new(random: &mut Random, time: u64) -> Self {
        let pool = random.below(100) < 15;
        let operations: &[(&str, u64)] = if pool { &POOL } else { &VAULT };
        let mut place = random.below(10_000);
        let chosen = operations.iter().find(|(_, share)| {
            let here = place < *share;
            place = place.saturating_sub(*share);
            here
        });
        let caller = random.uneven(600);
        Self {
            time,
            ticks: random.below(10_000_000),
            pool,
            // A caller works with a few resources and their objects.
            resource: (caller + random.below(3)) % if pool { 6 } else { 40 },
            operation: chosen.map_or("KeyGet", |(name, _)| name),
            caller,
            object: (caller * 7 + random.uneven(24)) % 3000,
            failed: random.below(100) < 3,
            noise: random.next(),
        }
    }

    fn kind(&self) -> &'static str {
        if self.pool { "MANAGEDHSMS" } else { "VAULTS" }
    }

    fn resource_name(&self) -> String {
        format!(
            "{}-{:02}",
            if self.pool { "HSM" } else { "KV" },
            self.resource
        )
    }

    fn subscription(&self) -> String {
        guid(self.resource % 4, 3)
    }

    fn group(&self) -> String {
        format!("RG-{}", self.resource % 9)
    }

    fn resource_id(&self) -> String {
        let (subscription, group) = (self.subscription(), self.group());
        let (kind, name) = (self.kind(), self.resource_name());
        format!(
            "/SUBSCRIPTIONS/{subscription}/RESOURCEGROUPS/{group}/PROVIDERS/MICROSOFT.KEYVAULT/{kind}/{name}"
        )
    }

    fn host(&self) -> String {
        let domain = if self.pool { "managedhsm" } else { "vault" };
        format!(
            "https://{}.{domain}.azure.net/",
            self.resource_name().to_lowercase()
        )
    }

    fn path(&self) -> String {
        let kind = if self.operation.starts_with("Secret") {
            "secrets"
        } else {
            "keys"
        };
        format!("{kind}/object-{}", self.object)
    }

    fn address(&self) -> String {
        let host = self.caller * 3 + self.object % 3;
        format!("20.{}.{}.{}", 40 + host % 7, host / 7 % 250, 1 + host % 250)
    }
}

fn guid(a: u64, b: u64) -> String {
    let mut random = Random(a ^ b.rotate_left(32));
    let (a, b) = (random.next(), random.next());
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xffff,
        b >> 48,
        b & 0xffff_ffff_ffff
    )
}

/// ISO 8601 of seconds since 1970 (algorithm of days to civil dates by Howard Hinnant).
fn time(seconds: u64, ticks: u64) -> String {
    let days = seconds / 86_400 + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day = day_of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (
        day - (153 * month + 2) / 5 + 1,
        if month < 10 { month + 3 } else { month - 9 },
    );
    let year = year + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ticks:07}Z")
}

/// Writes a log of so many rows, as CSV and as JSON Lines, and a table of indicators in both forms.
/// `end` is in seconds since 1970. Files that are there already are kept.
pub fn write(folder: &Path, rows: u64, end: u64) -> std::io::Result<()> {
    let (csv, jsonl) = (
        folder.join(format!("log-{rows}.csv")),
        folder.join(format!("log-{rows}.jsonl")),
    );
    if csv.exists() && jsonl.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    indicators(folder, end)?;
    // Files appear under their names when they are whole.
    let unfinished = [
        csv.with_extension("csv.part"),
        jsonl.with_extension("jsonl.part"),
    ];
    let [mut as_csv, mut as_json] = [
        BufWriter::with_capacity(1 << 20, File::create(&unfinished[0])?),
        BufWriter::with_capacity(1 << 20, File::create(&unfinished[1])?),
    ];
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    writeln!(as_csv, "{}", names.join(","))?;
    let mut random = Random(5);
    for index in 0..rows {
        let place = end - SPAN + (SPAN - DISORDER) * index / rows.max(1);
        let row = Row::new(&mut random, 0);
        let row = Row {
            time: place + random.below(DISORDER),
            ..row
        };
        let cells: Vec<String> = COLUMNS.iter().map(|(_, cell)| cell(&row)).collect();
        let quoted = cells.iter().map(|cell| match cell.contains(',') {
            true => format!("\"{cell}\""),
            false => cell.clone(),
        });
        writeln!(as_csv, "{}", quoted.collect::<Vec<_>>().join(","))?;
        let members = names
            .iter()
            .zip(&cells)
            .filter(|(_, cell)| !cell.is_empty());
        let members = members.map(|(name, cell)| match *name {
            "httpStatusCode_d" => format!("\"{name}\":{cell}"),
            _ => format!("\"{name}\":\"{cell}\""),
        });
        writeln!(as_json, "{{{}}}", members.collect::<Vec<_>>().join(","))?;
    }
    as_csv.flush()?;
    as_json.flush()?;
    std::fs::rename(&unfinished[0], &csv)?;
    std::fs::rename(&unfinished[1], &jsonl)
}

/// Indicators of addresses, one in a hundred of which is a caller's.
fn indicators(folder: &Path, end: u64) -> std::io::Result<()> {
    let mut csv = BufWriter::new(File::create(folder.join("indicators.csv"))?);
    let mut jsonl = BufWriter::new(File::create(folder.join("indicators.jsonl"))?);
    let mut random = Random(6);
    writeln!(
        csv,
        "TimeGenerated,Id,ObservableKey,ObservableValue,IsActive,ValidUntil,Confidence,Data"
    )?;
    for index in 0..INDICATORS {
        let made = time(end - 3600 - random.below(SPAN - 7200), 0);
        let until = time(end + 86_400 * 30, 0);
        let id = format!("indicator--{}", guid(index, 9));
        let address = match index % 100 {
            0 => Row {
                caller: index / 100,
                ..Row::new(&mut random, 0)
            }
            .address(),
            _ => format!(
                "203.{}.{}.{}",
                random.below(100),
                random.below(250),
                1 + random.below(250)
            ),
        };
        let confidence = random.below(100);
        writeln!(
            csv,
            "{made},{id},ipv4-addr:value,{address},true,{until},{confidence},\"{{\"\"description\"\":\"\"scanner\"\"}}\""
        )?;
        writeln!(
            jsonl,
            "{{\"Type\":\"ThreatIntelIndicators\",\"TimeGenerated\":\"{made}\",\"Id\":\"{id}\",\"ObservableKey\":\"ipv4-addr:value\",\"ObservableValue\":\"{address}\",\"IsActive\":true,\"ValidUntil\":\"{until}\",\"Confidence\":{confidence},\"Data\":{{\"description\":\"scanner\"}}}}"
        )?;
    }
    csv.flush()?;
    jsonl.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        assert_eq!(time(0, 1), "1970-01-01T00:00:00.0000001Z");
        assert_eq!(time(1_772_411_400, 0), "2026-03-02T00:30:00.0000000Z");
        assert_eq!(time(1_709_164_799, 0), "2024-02-28T23:59:59.0000000Z");
        assert_eq!(time(1_709_251_200, 0), "2024-03-01T00:00:00.0000000Z");
    }
}
