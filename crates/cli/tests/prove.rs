//! Proofs of conversions and differences of versions, as a pipeline asks for them.

mod common;

use std::fs;
use std::path::Path;

use serde_json::Value;

use common::{bundled, converted, folder, path, rulesmith, text, text_of};

#[test]
fn a_wrong_conversion_is_told_from_a_right_one() {
    let dir = folder("prove");
    let rule = bundled("sensitive-operations.yaml");
    let proved = rulesmith(&["prove", &rule, "--cases", "20"]);
    let said = text(&proved.stdout);
    assert!(proved.status.success(), "{said}");
    assert!(said.contains("Same. Both rules did the same"), "{said}");
    let out = path(&dir, "converted");
    assert!(
        rulesmith(&["convert", &rule, "--out", &out])
            .status
            .success()
    );
    let mut files = fs::read_dir(&out).expect("a folder");
    let file = files.next().expect("a file").expect("an entry").path();
    let yaml = fs::read_to_string(&file).expect("a rule");
    let wrong = path(&dir, "wrong.yaml");
    fs::write(
        &wrong,
        yaml.replace("columnName: UPNSuffix", "columnName: Name"),
    )
    .expect("a file");
    let proved = rulesmith(&["prove", &rule, &wrong, "--cases", "20", "--format", "json"]);
    assert_eq!(proved.status.code(), Some(1));
    let document: Value = serde_json::from_str(&text(&proved.stdout)).expect("JSON");
    let proof = &document["proofs"][0];
    assert_eq!(proof["verdict"], "differs");
    assert_eq!(proof["counterExample"]["difference"]["aspect"], "entities");
    let rows = proof["counterExample"]["tables"][0]["rows"].as_array();
    assert_eq!(rows.map(Vec::len), Some(1), "{proof}");
}

#[test]
fn edits_that_find_more_on_purpose_are_left_aside_whichever_are_accepted() {
    let dir = folder("prove-accepted");
    let rule = path(&dir, "with-id.yaml");
    let yaml = fs::read_to_string(bundled("sensitive-operations.yaml")).expect("a rule");
    let query = yaml.replace(
        r#"ResourceType =~ "VAULTS""#,
        r#"ResourceType =~ "VAULTS" and isnotempty(id_s)"#,
    );
    assert_ne!(query, yaml);
    fs::write(&rule, query).expect("a file");
    let proved = rulesmith(&["prove", &rule, "--accept", "all", "--cases", "40"]);
    let said = text(&proved.stdout);
    assert!(said.contains("Same. Both rules did the same"), "{said}");
    assert!(said.contains("May drop rows"), "{said}");
}

#[test]
fn a_widened_rule_is_proved_against_both_rules() {
    let dir = folder("prove-widened");
    let out = path(&dir, "out");
    let rule = bundled("sensitive-operations.yaml");
    let file = converted(&rule, &["--widen"], &out);
    let given = file.to_string_lossy().into_owned();
    let proved = rulesmith(&["prove", &rule, "--converted", &given, "--cases", "20"]);
    assert!(proved.status.success(), "{}", text_of(&proved));
    let lost = fs::read_to_string(&file).expect("a rule");
    fs::write(&file, lost.replace(r#"("VAULTS", "#, "(")).expect("a rule");
    let found = rulesmith(&[
        "prove",
        &rule,
        "--widen",
        "--converted",
        &given,
        "--cases",
        "20",
    ]);
    assert_eq!(found.status.code(), Some(1));
    assert!(
        text_of(&found).contains("Differs. On logs of VAULTS"),
        "{}",
        text_of(&found)
    );
}

#[test]
fn a_rule_without_an_original_is_told_why_there_is_nothing_to_prove() {
    let dir = folder("prove-alone");
    let own = path(&dir, "own.yaml");
    let pack = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../rules/managed-hsm/key-purge.yaml"
    );
    fs::copy(pack, &own).expect("a file");
    let proved = rulesmith(&["prove", &own]);
    assert_eq!(proved.status.code(), Some(1));
    let said = text(&proved.stderr);
    assert!(
        said.contains("does not say that it was converted, so there is no original"),
        "{said}"
    );
    let out = path(&dir, "out");
    let file = converted(&bundled("sensitive-operations.yaml"), &[], &out);
    let proved = rulesmith(&["prove", &file.to_string_lossy()]);
    assert_eq!(proved.status.code(), Some(1));
    let said = text(&proved.stderr);
    assert!(
        said.contains("it was converted from \"Sensitive operation in Azure Key Vault\""),
        "{said}"
    );
}

#[test]
fn diff_tells_what_differs_between_two_versions() {
    let dir = folder("diff");
    let (old, new) = (bundled("mass-retrieval.yaml"), path(&dir, "new.yaml"));
    let text_of_old = fs::read_to_string(&old).expect("a rule");
    fs::write(
        &new,
        text_of_old.replace("Operation = 25;", "Operation = 30;"),
    )
    .expect("a file");
    let told = rulesmith(&["diff", &old, &new, "--cases", "20"]);
    let said = text(&told.stdout);
    assert!(told.status.success(), "{}", text(&told.stderr));
    assert!(
        said.contains("Line 1: `readsPerOperation` is now `30`, it was `25`"),
        "{said}"
    );
    assert!(said.contains("alerts 1 and 0, incidents 1 and 0"), "{said}");
    let same = rulesmith(&["diff", &old, &old, "--cases", "5", "--format", "json"]);
    let document: Value = serde_json::from_str(&text(&same.stdout)).expect("JSON");
    assert_eq!(document["query"], serde_json::json!([]));
    assert_eq!(document["example"], Value::Null);
}

#[test]
fn diff_tells_what_versions_say_that_cannot_be_run() {
    let dir = folder("diff-said");
    let (old, new) = (path(&dir, "old.yaml"), path(&dir, "new.yaml"));
    for (file, word) in [(&old, "one"), (&new, "two")] {
        let query =
            format!("externaldata(a: string)['https://example.org/a.csv'] | where a == '{word}'");
        let rule = format!("id: a\nname: A rule\nkind: NRT\nseverity: Low\nquery: |\n  {query}\n");
        fs::write(file, rule).expect("a file");
    }
    let told = rulesmith(&["diff", &old, &new]);
    assert_eq!(told.status.code(), Some(1));
    let (said, why) = (text(&told.stdout), text(&told.stderr));
    assert!(
        said.contains("the filter is now `a == 'two'`, it was `a == 'one'`"),
        "{said}"
    );
    assert!(
        why.contains("the operator `externaldata` is not supported"),
        "{why}"
    );
}

#[test]
fn files_without_the_rule_to_compare_are_told() {
    let rule = bundled("mass-retrieval.yaml");
    let set = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../rules/rule-sets/managed-hsm-article.json")
        .display()
        .to_string();
    let told = rulesmith(&["diff", &set, &rule]);
    let said = text(&told.stderr);
    assert_eq!(told.status.code(), Some(1));
    assert!(
        said.contains("is a rule set, which `rulesmith test` takes"),
        "{said}"
    );
    let told = rulesmith(&["diff", &rule, &rule, "--rule", "None of these"]);
    let said = text(&told.stderr);
    assert!(
        said.contains("holds no rule `None of these`; with --rule say one of: Mass"),
        "{said}"
    );
}
