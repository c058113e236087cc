//! The tests of a session's rules, and the session as a rule set: written, looked at, opened.

use std::borrow::Cow;

use rule_convert::{default_accepted, default_profile};
use rule_replay::rule_tests::{Revision, RuleTest, TestOutcome, run};
use sentinel_rules::bundled::Pack;
use sentinel_rules::rule::Rule;

use crate::files::rule_key;
use crate::loaded_rule::LoadedRule;
use crate::protocol::{
    ExportFile, InputFile, PreviewRule, PreviewView, Problem, TestView, TextFile, Way,
};
use crate::rule_set::{self, RuleSet, SetRule, SetWay};
use crate::session::Session;
use crate::{assume, decisions, replay, way};

/// The tests that come with a bundled rule: the cases beside its file. What they say of the converted rule
/// holds for the default profile.
pub(crate) fn bundled_tests(key: &str, way: &Way) -> Vec<RuleTest> {
    let is_of = |pack: Pack, file: &str| match pack {
        Pack::KeyVault => key == format!("bundled#{file}"),
        Pack::ManagedHsm => key.starts_with(&format!("{}/{file}#", pack.id())),
    };
    let of_pack = |pack: Pack| {
        let all = pack.samples().unwrap_or_default().into_iter();
        all.filter(move |(file, _)| is_of(pack, file))
    };
    let mut of_rule = Pack::ALL.into_iter().flat_map(of_pack);
    let cases = of_rule.next().map(|(_, cases)| cases).unwrap_or_default();
    let is_default = way.profile.is_empty() || way.profile == default_profile().id;
    let tests = cases.into_iter().flat_map(RuleTest::of_case);
    tests
        .filter(|test| is_default || test.revision == Revision::Original)
        .collect()
}

/// The tests of a rule: those that the journal keeps, or those that come with it.
pub(crate) fn tests_of(session: &Session, key: &str) -> Vec<RuleTest> {
    let kept = session.journal.tests.iter().find(|(rule, _)| rule == key);
    match kept {
        Some((_, text)) => serde_json::from_str(text).unwrap_or_default(),
        None => bundled_tests(key, &session.journal.way),
    }
}

/// Keeps the tests of a rule.
pub(crate) fn keep(session: &mut Session, key: &str, tests: &[RuleTest]) -> Result<(), Problem> {
    let text = serde_json::to_string(tests)
        .map_err(|error| Problem::about("Tests", error.to_string(), "report this"))?;
    session.journal.tests.retain(|(rule, _)| rule != key);
    session.journal.tests.push((key.to_owned(), text));
    Ok(())
}

/// Runs every test of the loaded rules.
pub(crate) fn run_tests(session: &Session) -> Vec<TestView> {
    let assumed = assume::of(&session.journal);
    let rules = session.rules.iter();
    rules
        .flat_map(|loaded| {
            let tests = tests_of(session, &loaded.key).into_iter().enumerate();
            tests.map(|(number, test)| {
                let rule = match test.revision {
                    Revision::Original => &loaded.rule,
                    Revision::Converted => &loaded.converted.rule,
                };
                view(loaded, number, &test, run(rule, &test, assumed).outcome)
            })
        })
        .collect()
}

fn view(loaded: &LoadedRule, number: usize, test: &RuleTest, outcome: TestOutcome) -> TestView {
    let passed = outcome == TestOutcome::Passed;
    let disagreements = match outcome {
        TestOutcome::Passed => Vec::new(),
        TestOutcome::Broken { message } => vec![(message, String::new(), String::new())],
        TestOutcome::Failed { disagreements } => disagreements
            .into_iter()
            .map(|one| {
                let side = |text: Option<String>| text.unwrap_or_else(|| "nothing".to_owned());
                (one.path, side(one.expected), side(one.actual))
            })
            .collect(),
    };
    TestView {
        key: loaded.key.clone(),
        rule: match test.revision {
            Revision::Original => loaded.rule.name.clone(),
            Revision::Converted => loaded.converted.rule.name.clone(),
        },
        number,
        name: test.name.clone(),
        passed,
        disagreements,
    }
}

/// Takes a test out.
pub(crate) fn remove_test(session: &mut Session, key: &str, number: usize) -> Result<(), Problem> {
    let mut tests = tests_of(session, key);
    if number >= tests.len() {
        return Err(Problem::about(
            key,
            "the rule has no such test",
            "run the tests again",
        ));
    }
    tests.remove(number);
    keep(session, key, &tests)
}

/// The session as a rule set file.
pub(crate) fn file(session: &Session) -> Result<ExportFile, Problem> {
    let rules = session.rules.iter().map(|loaded| SetRule {
        rule: rule_set::source(loaded.rule.clone()),
        edits: rule_set::states(&loaded.conversion.edits, &|edit| loaded.is_accepted(edit)),
        hand_edits: loaded.hand_edits(),
        tests: tests_of(session, &loaded.key),
        ..SetRule::default()
    });
    let set = RuleSet {
        rules: rules.collect(),
        ..way::of_rule_set(session)?
    };
    Ok(ExportFile {
        name: "rules.rulesmith.json".to_owned(),
        mime: "application/json".to_owned(),
        text: set.write()?,
        command: "rulesmith test rules.rulesmith.json".to_owned(),
    })
}

/// How a set wants its rules converted: as it says, or as the session does.
fn way_of(session: &Session, set: &RuleSet) -> Result<(SetWay, Way), Problem> {
    if let Some(set_way) = set.way()? {
        let id = &set_way.profile.id;
        let is_first = *id == default_profile().id;
        let way = Way {
            profile: if is_first { String::new() } else { id.clone() },
            widen: set.widen,
        };
        return Ok((set_way, way));
    }
    let way = session.journal.way.clone();
    let profile = way::profile(&session.profiles, &way)?.clone();
    let mode = way::mode(&way);
    let profile = Cow::Owned(profile);
    Ok((SetWay { profile, mode }, way))
}

/// A set that this session can open, with each rule as the set has it.
struct Openable {
    set: RuleSet,
    rules: Vec<LoadedRule>,
    way: Way,
    title: String,
}

fn openable(session: &Session, text: &str) -> Result<Openable, Problem> {
    let set = rule_set::read("rule set", text.as_bytes())?;
    let (set_way, way) = way_of(session, &set)?;
    let mut rules = Vec::new();
    for (index, rule) in set.rules.iter().enumerate() {
        let place = format!("rules[{index}]");
        let mut loaded = loaded(rule.original(&place)?, rule);
        rule.conversion(&loaded.rule, &set_way, &place)?;
        loaded.convert(&set_way.profile, set_way.mode);
        take_over(&mut loaded, rule)?;
        rules.push(loaded);
    }
    let title = set_way.profile.title.clone();
    Ok(Openable {
        set,
        rules,
        way,
        title,
    })
}

/// Takes over the changes by hand of a set, and the state of every edit.
fn take_over(loaded: &mut LoadedRule, rule: &SetRule) -> Result<(), Problem> {
    for change in &rule.hand_edits {
        loaded.put_by_hand(change.change())?;
    }
    for edit in loaded.conversion.edits.clone() {
        loaded.decide(&edit.id, rule.is_accepted(&edit));
    }
    Ok(())
}

fn loaded(original: Rule, rule: &SetRule) -> LoadedRule {
    let bundled = rule.rule.bundled.is_some();
    LoadedRule::new(rule_key(&original, bundled), bundled, original)
}

/// What opening a rule set would change. Nothing is changed.
pub(crate) fn preview(session: &Session, text: &str) -> Result<PreviewView, Problem> {
    let Openable {
        set,
        rules: loaded,
        way,
        title,
    } = openable(session, text)?;
    let rules = set.rules.iter().zip(&loaded);
    Ok(PreviewView {
        changes: changes_of_all(session, &set, &way, &title)?,
        rules: rules
            .map(|(rule, loaded)| PreviewRule {
                name: loaded.rule.name.clone(),
                changes: changes(session, rule, loaded),
            })
            .collect(),
        name: set.name,
        notes: set.notes,
    })
}

/// What changes for all rules: how they are converted, and by which profiles.
fn changes_of_all(
    session: &Session,
    set: &RuleSet,
    way: &Way,
    title: &str,
) -> Result<Vec<String>, Problem> {
    let mut changes = Vec::new();
    let own = |text: &String| session.profiles.iter().any(|own| own.text == *text);
    if set.profile_text.as_ref().is_some_and(|text| !own(text)) {
        changes.push(format!("The profile “{title}” of the set is added."));
    }
    if *way != session.journal.way {
        let watch = match way.widen {
            true => ", and watch both kinds of resource",
            false => "",
        };
        changes.push(format!(
            "All loaded rules are converted by the profile “{title}”{watch}."
        ));
    }
    changes.extend(assumed(session, set)?);
    Ok(changes)
}

/// What is taken for granted otherwise once a set is open, a sentence each.
fn assumed(session: &Session, set: &RuleSet) -> Result<Vec<String>, Problem> {
    let (before, after) = (assume::of(&session.journal).all(), set.assumptions()?.all());
    let pairs = before.into_iter().zip(after);
    let other = pairs.filter(|(before, after)| before.value != after.value);
    Ok(other.map(|(_, after)| after.meaning).collect())
}

fn changes(session: &Session, rule: &SetRule, loaded: &LoadedRule) -> Vec<String> {
    let mut changes = Vec::new();
    let known = session.rules.iter().find(|known| known.key == loaded.key);
    match known {
        None => changes.push("The rule is added.".to_owned()),
        Some(known) if known.rule != loaded.rule => {
            changes.push("The rule takes the place of the one that is loaded.".to_owned());
        }
        Some(_) => {}
    }
    let found = loaded.conversion.edits.iter();
    for edit in found.filter(|edit| !edit.is_by_hand()) {
        let before = known.map_or_else(|| default_accepted(edit), |known| known.is_accepted(edit));
        let after = loaded.is_accepted(edit);
        if before != after {
            let word = if after { "accepted" } else { "refused" };
            changes.push(format!(
                "The edit “{}” ({}) is {word}.",
                edit.title, edit.id
            ));
        }
    }
    let (before, after) = (
        known.map(LoadedRule::hand_edits).unwrap_or_default(),
        loaded.hand_edits(),
    );
    if before != after {
        changes.push(format!(
            "Its edits by hand are replaced: {} now, {} then.",
            before.len(),
            after.len()
        ));
    }
    let before = tests_of(session, &loaded.key);
    if before != rule.tests {
        changes.push(format!(
            "Its tests are replaced: {} now, {} then.",
            before.len(),
            rule.tests.len()
        ));
    }
    changes
}

/// Opens a rule set: takes over its way of conversion, its rules, the state of their edits, its changes by
/// hand and its tests.
pub(crate) fn open(session: &mut Session, name: &str, text: &str) -> Result<(), Problem> {
    let opened = openable(session, text)?;
    if let Some(profile) = &opened.set.profile_text {
        let file = format!("{}.yaml", opened.way.profile);
        way::keep_profile(session, &file, profile)?;
    }
    way::convert(session, opened.way)?;
    let file = InputFile {
        name: name.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let journal = &mut session.journal;
    journal.rule_files.retain(|known| known.name != name);
    journal.rule_files.push(TextFile::encode(&file));
    let keys: Vec<String> = opened.rules.iter().map(|rule| rule.key.clone()).collect();
    journal.decisions.retain(|(rule, ..)| !keys.contains(rule));
    session.add_rules(opened.rules);
    for (rule, key) in opened.set.rules.iter().zip(&keys) {
        decisions::keep(session, key)?;
        keep(session, key, &rule.tests)?;
    }
    session.journal.assumptions = assume::kept(&opened.set.assumptions()?);
    replay::again(session);
    Ok(())
}

/// The rules of a rule set file as they were loaded, for a session that is rebuilt: what the set says of
/// them is in the journal.
pub(crate) fn rules_of(file: &InputFile) -> Result<Vec<LoadedRule>, Problem> {
    let set = rule_set::read(&file.name, &file.bytes)?;
    let rules = set.rules.iter().enumerate();
    rules
        .map(|(index, rule)| Ok(loaded(rule.original(&format!("rules[{index}]"))?, rule)))
        .collect()
}
