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
        add(change("VAULT", "X")).1,
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
fn a_whole_edit_gives_way_and_comes_back() {
    let (mut conversion, answer) = add(change(r#"== "VAULTS""#, r#"=~ "X""#));
    let id = answer.expect("it is taken");
    let rule = rule(QUERY);
    let after = conversion.apply(&rule, &default_accepted).rule.query;
    assert_eq!(after, QUERY.replace(r#"== "VAULTS""#, r#"=~ "X""#));
    conversion.remove_by_hand(&id);
    let after = conversion.apply(&rule, &default_accepted).rule.query;
    assert_eq!(after, QUERY.replace("VAULTS", "MANAGEDHSMS"));
}

/// Writes a converted query anew and gives the query, the places of the changes, and what was refused.
fn rewrite(conversion: &mut Conversion, text: &str) -> (Vec<String>, Vec<String>) {
    let rule = rule(QUERY);
    let converted = conversion.apply(&rule, &default_accepted);
    let rewrite = conversion.rewrite(&rule, &converted, text);
    for id in &rewrite.replaced {
        assert!(conversion.remove_by_hand(id), "{id}");
    }
    let refused = rewrite.refused.clone();
    for change in rewrite.changes {
        conversion.put_by_hand(&rule, change).expect("a place");
    }
    let accepted = |edit: &Edit| default_accepted(edit) && !refused.contains(&edit.id);
    assert_eq!(conversion.apply(&rule, &accepted).rule.query, text);
    let hand = conversion.by_hand().into_iter();
    let shown = |one: ByHand| format!("{} -> {}", &QUERY[one.range.clone()], one.text);
    (hand.map(shown).collect(), refused)
}

#[test]
fn a_query_written_anew_becomes_changes_at_their_places() {
    let rule = rule(QUERY);
    let mut conversion = convert(&rule, default_profile());
    let converted = conversion.apply(&rule, &default_accepted).rule.query;
    // Beside the edits: they stay.
    let wider = converted.replace(r#""SecretGet""#, r#""KeySign", "KeyList""#) + " | take 5";
    let (hand, refused) = rewrite(&mut conversion, &wider);
    let wanted = [r#""SecretGet" -> "KeySign", "KeyList""#, " ->  | take 5"];
    assert_eq!(hand, wanted);
    assert!(refused.is_empty());
    // In the place of one: it gives way. An earlier change is changed on.
    let other = wider
        .replace(r#""MANAGEDHSMS""#, r#""POOLS""#)
        .replace("take 5", "take 6");
    let (hand, refused) = rewrite(&mut conversion, &other);
    assert_eq!(hand[0], r#""VAULTS" -> "POOLS""#);
    assert!(hand.len() == 3 && hand[2].ends_with("take 6"), "{hand:?}");
    assert!(refused.is_empty());
    // Back to what the edits give, and to the original.
    let mut conversion = convert(&rule, default_profile());
    assert_eq!(rewrite(&mut conversion, &converted), (vec![], vec![]));
    let (hand, refused) = rewrite(&mut conversion, QUERY);
    assert!(hand.is_empty());
    assert!(refused.len() == 1 && refused[0].starts_with("resource-type@"));
}

#[test]
fn any_text_can_be_written_anew() {
    let pieces = [
        "",
        "AzureDiagnostics",
        " | where ",
        "ResourceType == ",
        "\"VAULTS\"",
        "\"MANAGEDHSMS\"",
        "\n",
        " and ",
        "x",
        "(",
        "\u{e9}",
    ];
    let mut seed = 7_u32;
    let mut next = move |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % below
    };
    let rule = rule(QUERY);
    for _ in 0..300 {
        let mut conversion = convert(&rule, default_profile());
        let mut text = conversion.apply(&rule, &default_accepted).rule.query;
        for _ in 0..3 {
            for _ in 0..=next(3) {
                let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
                let from = places.get(next(places.len().max(1))).copied().unwrap_or(0);
                let to = places
                    .iter()
                    .copied()
                    .find(|at| *at >= from + next(12))
                    .unwrap_or(from);
                text.replace_range(from..to, pieces[next(pieces.len())]);
            }
            let converted = conversion.apply(&rule, &default_accepted);
            let rewrite = conversion.rewrite(&rule, &converted, &text);
            for id in &rewrite.replaced {
                conversion.remove_by_hand(id);
            }
            if !rewrite.refused.is_empty() {
                break;
            }
            for change in rewrite.changes {
                conversion.put_by_hand(&rule, change).expect("a place");
            }
            assert_eq!(conversion.apply(&rule, &default_accepted).rule.query, text);
        }
    }
}

#[test]
fn many_rules_are_counted() {
    let rules = [
        rule(QUERY),
        rule(&QUERY.replace("VAULTS", "MANAGEDHSMS")),
        rule("SigninLogs | take 1"),
        rule(r#"AzureActivity | where ResourceProviderValue =~ "MICROSOFT.KEYVAULT""#),
        rule(r#"AzureDiagnostics | where ResourceType matches regex "^V[A-Z]+S$""#),
    ];
    let (all, summary) = convert_all(&rules, default_profile(), Mode::Replace, &default_accepted);
    assert_eq!(all.len(), 5);
    assert_eq!(
        (
            summary.converted,
            summary.already_converted,
            summary.unrelated
        ),
        (1, 2, 1)
    );
    assert_eq!(summary.undecided, 2);
    let total: usize = all.iter().map(|one| one.conversion.edits.len()).sum();
    assert_eq!(summary.safe + summary.review + summary.manual, total);
    let applied_or_not = summary.applied + summary.left + summary.manual;
    assert_eq!(applied_or_not, total);
    let dead = ("Operations that are never logged".to_owned(), 1);
    assert!(summary.gaps.contains(&dead), "{:?}", summary.gaps);
    assert!(
        summary.to_text().starts_with("5 rules: 1 converted"),
        "{}",
        summary.to_text()
    );
}
