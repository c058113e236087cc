//! Redacted logs: nothing is left that names somebody, everything is where it was, and it loads the same.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use audit_logs::generate::{Options as Sample, generate, scenario};
use audit_logs::load;
use audit_logs::redact::{Options, redact, redact_text};
use audit_logs::write::{Format, SHAPES, write};
use proptest::prelude::*;

fn options(seed: u64) -> Options {
    Options {
        seed,
        keep: Vec::new(),
    }
}

fn redacted(text: &str) -> String {
    redact_text(text, &options(1)).text
}

fn sample(shape: &str) -> Vec<u8> {
    let sample = Sample {
        seed: 3,
        rows: 0,
        end: kql_analysis::time::parse_datetime("2026-03-02T00:30:00Z").expect("a time"),
        documented_shape: false,
    };
    let found = scenario("hsm-all").expect("a scenario");
    write(
        &generate(found, &sample),
        Format::from_name(shape).expect("a format"),
    )
}

#[test]
fn a_log_of_every_format_loads_with_the_same_rows() {
    for (shape, _) in SHAPES {
        let bytes = sample(shape);
        let redacted = redact("log", &bytes, &options(5)).expect("a text");
        let (before, after) = (
            load("log", &bytes).expect("rows"),
            load("log", redacted.text.as_bytes()).expect("rows"),
        );
        assert_eq!(before.len(), after.len(), "{shape}");
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before.table.rows(), after.table.rows(), "{shape}");
            assert_eq!(before.table.schema(), after.table.schema(), "{shape}");
            assert_eq!(before.span, after.span, "{shape}");
        }
    }
}

/// Values of a column before and after: each value has one pseudonym, no two have the same.
fn pairs(column: &str, before: &[u8], after: &str) -> BTreeMap<String, String> {
    let table = |bytes: &[u8]| load("log", bytes).expect("rows").remove(0).table;
    let (before, after) = (table(before), table(after.as_bytes()));
    let index = before.schema().index_of(column).expect("a column");
    let mut pairs = BTreeMap::new();
    let mut back = BTreeMap::new();
    for row in 0..before.rows() {
        let cells = [&before, &after].map(|table| match table.value(row, index) {
            kql_analysis::value::Value::String(text) => text.to_string(),
            other => format!("{other:?}"),
        });
        let [old, new] = cells;
        assert_eq!(
            pairs.entry(old.clone()).or_insert_with(|| new.clone()),
            &new
        );
        assert_eq!(back.entry(new).or_insert_with(|| old.clone()), &old);
    }
    pairs
}

#[test]
fn each_value_has_one_pseudonym_and_what_is_no_name_stays() {
    let before = sample("jsonl");
    let after = redact("log", &before, &options(5)).expect("a text").text;
    for column in [
        "CallerIPAddress",
        "CorrelationId",
        "Resource",
        "ResourceGroup",
        "ResourceId",
        "id_s",
    ] {
        let pairs = pairs(column, &before, &after);
        let kept: Vec<_> = pairs
            .iter()
            .filter(|(old, new)| old == new && !old.is_empty())
            .collect();
        assert!(kept.is_empty(), "{column}: {kept:?}");
        for old in pairs.keys().filter(|old| old.len() > 4) {
            assert!(
                !after.contains(old.as_str()),
                "{column}: {old} is still there"
            );
        }
    }
    for column in [
        "OperationName",
        "ResultType",
        "ResourceType",
        "ResourceProvider",
        "Category",
        "clientInfo_s",
    ] {
        let changed: Vec<_> = pairs(column, &before, &after)
            .into_iter()
            .filter(|(old, new)| old != new)
            .collect();
        assert!(changed.is_empty(), "{column}: {changed:?}");
    }
    assert_eq!(
        after,
        redact("log", &before, &options(5)).expect("a text").text
    );
    assert_ne!(
        after,
        redact("log", &before, &options(6)).expect("a text").text
    );
}

#[test]
fn names_are_found_inside_of_urls_ids_claims_and_nested_text() {
    let text = r#"{"callerIpAddress":"203.0.113.9","identity":{"claim":{"upn":"ada.l@contoso.example","http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname":"Ada"}},
"properties":{"requestUri":"https://hsm-prod.managedhsm.azure.net/keys/payroll/0123456789abcdef0123456789abcdef?api-version=7.4","note":"{\"by\":\"ADA\",\"host\":\"https://build7.contoso.example/x\",\"key\":\"payroll\\n\"}"},
"resourceId":"/SUBSCRIPTIONS/11111111-2222-3333-4444-555555555555/RESOURCEGROUPS/RG-PAY/PROVIDERS/MICROSOFT.KEYVAULT/MANAGEDHSMS/HSM-PROD"}"#;
    let out = redacted(text);
    for gone in [
        "203.0.113",
        "ada",
        "Ada",
        "contoso",
        "hsm-prod",
        "HSM-PROD",
        "payroll",
        "0123456789abcdef",
        "11111111",
        "RG-PAY",
        "build7",
    ] {
        assert!(!out.contains(gone), "{gone} in {out}");
    }
    for kept in [
        "callerIpAddress",
        "https://",
        ".managedhsm.azure.net/keys/",
        "api-version=7.4",
        "schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
        "/PROVIDERS/MICROSOFT.KEYVAULT/MANAGEDHSMS/",
    ] {
        assert!(out.contains(kept), "{kept} in {out}");
    }
    let value: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let note: serde_json::Value =
        serde_json::from_str(value["properties"]["note"].as_str().expect("a note")).expect("JSON");
    let hsm = value["resourceId"]
        .as_str()
        .and_then(|id| id.rsplit('/').next())
        .expect("a name")
        .to_lowercase();
    assert!(
        value["properties"]["requestUri"]
            .as_str()
            .expect("a URL")
            .contains(&format!("//{hsm}.managedhsm"))
    );
    assert_eq!(
        note["by"],
        note["by"].as_str().expect("a name").to_uppercase().as_str()
    );
    assert!(out.contains(note["key"].as_str().expect("a key").trim_end()));
}

#[test]
fn times_versions_and_kept_words_stay() {
    for text in [
        "2026-03-02T09:14:07.1234567Z",
        "1/29/2022, 10:33:12.123 AM",
        "azsdk-python-keyvault-keys/4.9.0 Python/3.11.5 (Linux-5.15)",
        "https://management.azure.com/subscriptions?api-version=2023-07-01",
        "127.0.0.1 ::1",
    ] {
        assert_eq!(redacted(text), text);
    }
    let keep = Options {
        seed: 1,
        keep: vec!["509E4652-DA8D-478D-A730-E9D4A1996CA4".to_owned()],
    };
    let id = "509e4652-da8d-478d-a730-e9d4a1996ca4";
    assert_eq!(redact_text(id, &keep).text, id);
}

fn v4(address: u32) -> u32 {
    let text = Ipv4Addr::from(address).to_string();
    let out: Ipv4Addr = redacted(&text).parse().expect("an address");
    u32::from(out)
}

fn is_public(address: u32) -> bool {
    let address = Ipv4Addr::from(address);
    let shared = address.octets()[0] == 100 && address.octets()[1] & 0xc0 == 64;
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || shared)
        && (1..240).contains(&address.octets()[0])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn subnets_and_ranges_of_addresses_are_kept(address in any::<u32>(), other in any::<u32>(), shared in 16_u32..32) {
        let near = address & (u32::MAX << (32 - shared)) | other & !(u32::MAX << (32 - shared));
        let (a, b) = (v4(address), v4(near));
        prop_assert_eq!(is_public(a), is_public(address));
        if is_public(address) && address >> 24 != 0 {
            prop_assert_eq!((a ^ b).leading_zeros(), (address ^ near).leading_zeros());
        }
        let private = 0x0a00_0000 | address >> 8;
        prop_assert_eq!(v4(private) >> 24, 10);
    }

    #[test]
    fn prefixes_of_ipv6_are_kept(address in any::<u128>(), other in any::<u128>(), shared in 16_u32..128) {
        let global = |bits: u128| bits & (u128::MAX >> 3) | 1 << 125;
        let (first, second) = (global(address), global(address & (u128::MAX << (128 - shared)) | other & !(u128::MAX << (128 - shared))));
        let out = |bits: u128| {
            let text = Ipv6Addr::from(bits).to_string();
            u128::from(redacted(&text).parse::<Ipv6Addr>().expect("an address"))
        };
        prop_assert_eq!((out(first) ^ out(second)).leading_zeros(), (first ^ second).leading_zeros());
    }

    #[test]
    fn any_text_is_redacted(text in "[\\PC\n\"\\\\/:@.a-f0-9-]{0,80}") {
        let once = redacted(&text);
        prop_assert_eq!(&once, &redacted(&text));
        prop_assert_eq!(once.lines().count(), text.lines().count());
    }
}
