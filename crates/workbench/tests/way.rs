//! Rules are converted the way that was chosen, and the rules about Managed HSMs can be added.

use workbench::Session;
use workbench::protocol::{
    Answer, ProofQuestion, ProofView, Question, Reply, Request, Verdict, View, Way,
};

fn view(session: &mut Session, request: Request) -> View {
    match session.handle(request, &mut |_| {}) {
        Reply::View { view, .. } => *view,
        other => panic!("{other:?}"),
    }
}

fn convert(session: &mut Session, profile: &str, widen: bool) -> View {
    let way = Way {
        profile: profile.to_owned(),
        widen,
    };
    view(session, Request::Convert { way })
}

#[test]
fn widened_rules_watch_both_kinds() {
    let mut session = Session::new();
    let before = view(
        &mut session,
        Request::SetNow {
            now: "2026-03-02T00:30:00Z".to_owned(),
        },
    );
    let widened = convert(&mut session, "", true);
    for (replaced, both) in before.rules.iter().zip(&widened.rules) {
        assert!(
            !replaced.converted_query.contains("\"VAULTS\""),
            "{}",
            replaced.name
        );
        for kind in ["\"VAULTS\"", "\"MANAGEDHSMS\""] {
            assert!(both.converted_query.contains(kind), "{}: {kind}", both.name);
        }
    }
    // A reload comes back to it.
    let Reply::View { journal, .. } = session.reply() else {
        panic!("no view");
    };
    let again = view(&mut Session::new(), Request::Open { journal: *journal });
    assert!(again.way.widen);
    assert_eq!(
        again.rules[0].converted_query,
        widened.rules[0].converted_query
    );
    let back = convert(&mut session, "", false);
    assert_eq!(
        back.rules[0].converted_query,
        before.rules[0].converted_query
    );
}

#[test]
fn a_profile_is_chosen_by_its_id() {
    let mut session = Session::new();
    let first = convert(&mut session, "", false);
    let other = first.profiles[1].0.clone();
    let moved = convert(&mut session, &other, false);
    assert_ne!(
        moved.rules[0].converted_query,
        first.rules[0].converted_query
    );
    let way = Way {
        profile: "none".to_owned(),
        widen: false,
    };
    let Reply::Failed { problem } = session.handle(Request::Convert { way }, &mut |_| {}) else {
        panic!("an unknown profile was taken");
    };
    assert!(problem.remedy.contains(&other), "{problem:?}");
}

#[test]
fn the_pack_brings_its_tests() {
    let mut session = Session::new();
    let before = session.view().rules.len();
    let after = view(&mut session, Request::AddPack);
    assert!(after.problems.is_empty(), "{:?}", after.problems);
    assert!(after.rules.len() >= before + 8);
    let question = Question::Tests;
    let Reply::Answer {
        answer: Answer::Tests(tests),
    } = session.handle(Request::Ask { question }, &mut |_| {})
    else {
        panic!("no tests");
    };
    for rule in &after.rules[before..] {
        let own: Vec<_> = tests.iter().filter(|test| test.key == rule.key).collect();
        assert!(own.len() >= 2, "{} has {} tests", rule.name, own.len());
        assert!(own.iter().all(|test| test.passed), "{own:?}");
    }
}

#[test]
fn a_decision_waits_for_the_way_that_has_its_edit() {
    let mut session = Session::new();
    let first = convert(&mut session, "", false);
    let rule = &first.rules[0];
    let widened = convert(&mut session, "", true);
    let is_other = |id: &str| widened.rules[0].edits.iter().all(|edit| edit.id != id);
    let edit = rule
        .edits
        .iter()
        .find(|edit| edit.accepted && is_other(&edit.id));
    let edit = edit.expect("an edit that only replacing has").id.clone();
    convert(&mut session, "", false);
    let refused = view(
        &mut session,
        Request::Decide {
            rule: rule.key.clone(),
            edit: edit.clone(),
            accepted: false,
        },
    );
    convert(&mut session, "", true);
    let Reply::View { journal, .. } = session.reply() else {
        panic!("no view");
    };
    let mut again = Session::new();
    let opened = view(&mut again, Request::Open { journal: *journal });
    assert!(opened.problems.is_empty(), "{:?}", opened.problems);
    let back = convert(&mut again, "", false);
    assert_eq!(
        back.rules[0].converted_query,
        refused.rules[0].converted_query
    );
    let edit = back.rules[0].edits.iter().find(|one| one.id == edit);
    assert!(edit.is_some_and(|edit| !edit.accepted));
}

#[test]
fn a_rule_that_watches_both_is_proved_against_both_rules_that_it_stands_for() {
    let mut session = Session::new();
    for rule in convert(&mut session, "", true).rules {
        let question = Question::Proof(ProofQuestion {
            rule: rule.key.clone(),
            seed: 1,
            cases: 40,
        });
        let proof = match session.handle(Request::Ask { question }, &mut |_| {}) {
            Reply::Answer {
                answer: Answer::Proof(proof),
            } => *proof,
            _ => panic!("{} is not proved", rule.name),
        };
        let ProofView::Proved(proof) = proof else {
            panic!("{}: {proof:?}", rule.name);
        };
        assert_eq!(
            proof.verdict,
            Verdict::Same,
            "{}: {}",
            rule.name,
            proof.sentence
        );
        assert!(
            proof.sentence.contains("rows of both"),
            "{}",
            proof.sentence
        );
    }
}

#[test]
fn a_rule_of_the_pack_that_was_removed_is_added_again() {
    let mut session = Session::new();
    assert!(!session.view().has_pack);
    let added = view(&mut session, Request::AddPack);
    assert!(added.has_pack);
    let rule = added.rules.last().expect("a rule").key.clone();
    assert!(!view(&mut session, Request::RemoveRule { rule }).has_pack);
    assert!(view(&mut session, Request::AddPack).has_pack);
}

/// A profile file of one's own: the first one, for another type and with another id.
fn own_profile() -> String {
    let text = rule_convert::profile_text("key-vault-to-managed-hsm").expect("the first profile");
    text.replacen("id: key-vault-to-managed-hsm", "id: to-pools", 1)
        .replacen(
            "title: Azure Key Vault to Azure Managed HSM",
            "title: To pools",
            1,
        )
        .replacen("to: MANAGEDHSMS", "to: POOLS", 1)
}

fn add_profile(session: &mut Session, text: &str) -> Reply {
    let request = Request::AddProfile {
        name: "pools.yaml".to_owned(),
        text: text.to_owned(),
    };
    session.handle(request, &mut |_| {})
}

#[test]
fn a_profile_of_ones_own_is_chosen_kept_and_travels() {
    let mut session = Session::new();
    let Reply::View {
        view: added,
        journal,
    } = add_profile(&mut session, &own_profile())
    else {
        panic!("the profile was not taken");
    };
    assert_eq!(added.way.profile, "to-pools");
    assert_eq!(added.own_profiles, ["to-pools"]);
    let is_by_it = |view: &View| view.rules[0].converted_query.contains("POOLS");
    assert!(is_by_it(&added));
    let mut again = Session::new();
    let opened = view(&mut again, Request::Open { journal: *journal });
    assert!(
        opened.problems.is_empty() && is_by_it(&opened),
        "{:?}",
        opened.problems
    );
    // It goes into the rule set, and out of it into another session.
    let question = Question::RuleSet;
    let Reply::Answer {
        answer: Answer::File(file),
    } = again.handle(Request::Ask { question }, &mut |_| {})
    else {
        panic!("no file");
    };
    let open = Request::OpenRuleSet {
        name: "set.json".to_owned(),
        text: file.text,
    };
    let taken = view(&mut Session::new(), open);
    assert!(taken.own_profiles == ["to-pools"] && is_by_it(&taken));
    let id = "to-pools".to_owned();
    let removed = view(&mut again, Request::RemoveProfile { id });
    assert!(removed.own_profiles.is_empty() && !is_by_it(&removed));
}

#[test]
fn a_profile_that_does_not_fit_is_refused_with_place_and_remedy() {
    let mut session = Session::new();
    let refused = |session: &mut Session, text: &str| match add_profile(session, text) {
        Reply::Failed { problem } => problem,
        other => panic!("{other:?}"),
    };
    let broken = own_profile().replacen("to: POOLS", "to: ''", 1);
    let problem = refused(&mut session, &broken);
    assert!(
        problem.line.is_some() && problem.field.is_some(),
        "{problem:?}"
    );
    assert!(!problem.remedy.is_empty());
    let taken = own_profile().replacen("id: to-pools", "id: key-vault-to-managed-hsm", 1);
    assert_eq!(refused(&mut session, &taken).field.as_deref(), Some("id"));
    assert!(session.view().own_profiles.is_empty());
}

#[test]
fn a_rule_about_managed_hsms_from_the_start_has_nothing_to_be_held_against() {
    let mut session = Session::new();
    let added = view(&mut session, Request::AddPack);
    let own = added.rules.last().expect("a rule");
    let question = Question::Proof(ProofQuestion {
        rule: own.key.clone(),
        seed: 1,
        cases: 40,
    });
    let Reply::Answer {
        answer: Answer::Proof(proof),
    } = session.handle(Request::Ask { question }, &mut |_| {})
    else {
        panic!("{} is not answered", own.name);
    };
    let ProofView::CannotRun(why) = *proof else {
        panic!("{}: {proof:?}", own.name);
    };
    assert!(
        why.contains("there is no original to hold it against"),
        "{why}"
    );
}
