//! Changes by hand: they compose with the edits that were found, and are refused where they cannot.

use rule_convert::{
    ByHand, Conversion, Edit, Mode, Refusal, convert, convert_all, default_accepted,
    default_profile,
};
use sentinel_rules::read;
use sentinel_rules::rule::Rule;
use serde_json::Value;

const QUERY: &str = r#"AzureDiagnostics | where ResourceType == "VAULTS" | where OperationName in ("KeyGet", "SecretGet")"#;

fn rule(query: &str) -> Rule {
    let yaml = format!(
        "id: a\nname: Key Vault rule\nkind: NRT\nquery: {}\n",
        Value::from(query)
    );
    read("case.yaml", yaml.as_bytes())
        .rules
        .pop()
        .expect("a rule")
}

fn change(part: &str, text: &str) -> ByHand {
    let start = QUERY.find(part).expect("a part of the query");
    ByHand {
        range: start..start + part.len(),
        text: text.to_owned(),
        note: "as agreed".to_owned(),
    }
}

fn add(change: ByHand) -> (Conversion, Result<String, Refusal>) {
    let mut conversion = convert(&rule(QUERY), default_profile());
    let answer = conversion.add_by_hand(&rule(QUERY), change, &default_accepted);
    (conversion, answer)
}

#[test]
fn it_composes_with_edits_and_can_be_refused() {
    let (mut conversion, answer) = add(change(r#""SecretGet""#, r#""KeySign""#));
    let id = answer.expect("it is taken");
    let rule = rule(QUERY);
    let after = conversion.apply(&rule, &default_accepted).rule.query;
    assert_eq!(
        after,
        QUERY
            .replace("VAULTS", "MANAGEDHSMS")
            .replace("SecretGet", "KeySign")
    );
    // It wins over the proposal for the list that it stands in, also when that is accepted.
    assert_eq!(
        conversion
            .apply(&rule, &|_| true)
            .rule
            .query
            .matches("KeySign")
            .count(),
        1
    );
    let refused = |edit: &Edit| default_accepted(edit) && edit.id != id;
    assert!(
        !conversion
            .apply(&rule, &refused)
            .rule
            .query
            .contains("KeySign")
    );
    assert!(conversion.remove_by_hand(&id));
    assert!(!conversion.remove_by_hand(&id));
    assert_eq!(conversion.edits, convert(&rule, default_profile()).edits);
}

#[test]
fn it_may_insert_and_comes_twice_in_different_places() {
    let end = QUERY.len();
    let insert = ByHand {
        range: end..end,
        text: " | take 5".to_owned(),
        note: String::new(),
    };
    let (mut conversion, answer) = add(insert.clone());
    assert_eq!(answer, Ok(format!("hand@{end}")));
    let rule = rule(QUERY);
    let more = change(r#""KeyGet""#, r#""KeyList""#);
    assert!(
        conversion
            .add_by_hand(&rule, more, &default_accepted)
            .is_ok()
    );
    let after = conversion.apply(&rule, &default_accepted).rule.query;
    assert!(
        after.contains("KeyList") && after.ends_with("| take 5"),
        "{after}"
    );
    let again = conversion.add_by_hand(&rule, insert, &default_accepted);
    assert!(matches!(again, Err(Refusal::Overlaps(..))), "{again:?}");
}

#[test]
fn it_is_refused_where_it_overlaps_or_does_not_parse_or_is_nowhere() {
    let said = [
        add(change(r#"== "VAULTS""#, r#"=~ "X""#)).1,
        add(change(r#"("KeyGet""#, r#"("KeyGet"#)).1,
        add(ByHand {
            range: 5..9999,
            text: String::new(),
            note: String::new(),
        })
        .1,
    ]
    .map(|answer| answer.expect_err("it is refused").to_string());
    assert!(
        said[0].starts_with("the edit `resource-type@"),
        "{}",
        said[0]
    );
    assert!(
        said[1].starts_with("the converted query would not parse"),
        "{}",
        said[1]
    );
    assert!(said[2].starts_with("bytes 5 to 9999"), "{}", said[2]);
    // What was refused is not kept.
    let (conversion, _) = add(change(r#"("KeyGet""#, r#"("KeyGet"#));
    assert_eq!(
        conversion.edits,
        convert(&rule(QUERY), default_profile()).edits
    );
}

#[test]
fn many_rules_are_counted() {
    let rules = [
        rule(QUERY),
        rule(&QUERY.replace("VAULTS", "MANAGEDHSMS")),
        rule("SigninLogs | take 1"),
        rule(r#"AzureDiagnostics | where ResourceType matches regex "^V[A-Z]+S$""#),
    ];
    let (all, summary) = convert_all(&rules, default_profile(), Mode::Replace, &default_accepted);
    assert_eq!(all.len(), 4);
    assert_eq!(
        (
            summary.converted,
            summary.already_converted,
            summary.unrelated
        ),
        (1, 1, 1)
    );
    assert_eq!(summary.undecided, 2);
    let total: usize = all.iter().map(|one| one.conversion.edits.len()).sum();
    assert_eq!(summary.safe + summary.review + summary.manual, total);
    assert!(
        summary.to_text().starts_with("4 rules: 1 converted"),
        "{}",
        summary.to_text()
    );
}
