//! The tests of a session's rules, and the session as a rule set: written, looked at, opened.

use kql_analysis::text::value_text;
use kql_analysis::time::format_datetime;
use kql_analysis::value::Value;
use kql_engine::Table;
use rule_replay::rule_tests::{Generated, Input, Revision, RuleTest, TestOutcome, actual, run};
use sentinel_rules::bundled::{Pack, SampleRows};
use sentinel_rules::rule::Rule;
use serde_json::{Map, Value as Json};

use crate::files::rule_key;
use crate::loaded_rule::LoadedRule;
use crate::protocol::{
    ExportFile, InputFile, PreviewRule, PreviewView, Problem, TestView, TextFile, Way,
};
use crate::rule_set::{self, RuleSet, SetRule};
use crate::session::Session;
use crate::{replay, samples as sample_sets, way};

/// Rows of the user's own logs that a test made of them may have.
const MAX_OWN_ROWS: usize = 5_000;

/// The tests that come with a bundled rule: the cases beside its file.
pub(crate) fn bundled_tests(key: &str) -> Vec<RuleTest> {
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
    cases.into_iter().map(RuleTest::from).collect()
}

/// The tests of a rule: those that the journal keeps, or those that come with it.
pub(crate) fn tests_of(session: &Session, key: &str) -> Vec<RuleTest> {
    let kept = session.journal.tests.iter().find(|(rule, _)| rule == key);
    match kept {
        Some((_, text)) => serde_json::from_str(text).unwrap_or_default(),
        None => bundled_tests(key),
    }
}

fn keep(session: &mut Session, key: &str, tests: &[RuleTest]) -> Result<(), Problem> {
    let text = serde_json::to_string(tests)
        .map_err(|error| Problem::about("Tests", error.to_string(), "report this"))?;
    session.journal.tests.retain(|(rule, _)| rule != key);
    session.journal.tests.push((key.to_owned(), text));
    Ok(())
}

/// Runs every test of the loaded rules.
pub(crate) fn run_tests(session: &Session) -> Vec<TestView> {
    let rules = session.rules.iter();
    rules
        .flat_map(|loaded| {
            let tests = tests_of(session, &loaded.key).into_iter().enumerate();
            tests.map(|(number, test)| {
                let rule = match test.revision {
                    Revision::Original => &loaded.rule,
                    Revision::Converted => &loaded.converted.rule,
                };
                view(loaded, number, &test, run(rule, &test).outcome)
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

/// Adds a test to a rule: the loaded log as its input, what the schedule makes of it as expected.
pub(crate) fn add_test(session: &mut Session, key: &str) -> Result<(), Problem> {
    let index = session.rule_index(key)?;
    let span = replay::span(&session.logs).ok_or_else(|| {
        Problem::about(
            "Tests",
            "no loaded row has a time",
            "load audit logs or a sample first",
        )
    })?;
    let input = input(session)?;
    let mut tests = tests_of(session, key);
    let Some(loaded) = session.rules.get(index) else {
        return Ok(());
    };
    let rule = &loaded.converted.rule;
    let options = replay::options(rule, span, session.now);
    let logs = session.logs.iter().map(|log| log.name.clone());
    let mut names: Vec<String> = logs.collect();
    names.dedup();
    let mut test = RuleTest {
        name: format!("On {}", names.join(", ")),
        input,
        from: Some(format_datetime(options.from)),
        to: Some(format_datetime(options.to)),
        ..RuleTest::default()
    };
    test.expect = actual(rule, &test)
        .map_err(|message| Problem::about(&rule.name, message, "mend the rule first"))?;
    tests.push(test);
    keep(session, key, &tests)
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

/// The loaded log as the input of a test: a sample by its name, own logs row by row.
fn input(session: &Session) -> Result<Input, Problem> {
    let sample = session.logs.iter().find_map(|log| log.sample.clone());
    let own = session.logs.iter().filter(|log| log.sample.is_none());
    let own: Vec<&crate::loaded_log::LoadedLog> = own.collect();
    let rows: usize = own.iter().map(|log| log.loaded.table.rows()).sum();
    if rows > MAX_OWN_ROWS {
        return Err(Problem::about(
            "Tests",
            format!("the loaded logs have more than {MAX_OWN_ROWS} rows"),
            "load only the rows that the test is about",
        ));
    }
    let rows = own
        .iter()
        .flat_map(|log| written(&log.loaded.table_name, &log.loaded.table));
    Ok(Input {
        generate: sample.map(|scenario| Generated {
            scenario,
            seed: sample_sets::SEED,
            rows: 0,
            end: format_datetime(sample_sets::END),
            documented_shape: false,
        }),
        rows: rows.collect(),
    })
}

/// The rows of a table as a test holds them: the columns that have a value, as text.
fn written(name: &str, table: &Table) -> Vec<SampleRows> {
    let columns = || table.schema().columns.iter().zip(table.columns());
    let row = |row: usize| {
        let mut at = Vec::new();
        let mut cells = Map::new();
        for (column, cell) in columns() {
            let value = cell.get(row);
            match (&value, column.name.as_str()) {
                (Value::DateTime(time), "TimeGenerated") => at.push(format_datetime(*time)),
                _ => {
                    let text = value_text(&value, column.ty).into_owned();
                    if !text.is_empty() {
                        cells.insert(column.name.clone(), Json::from(text));
                    }
                }
            }
        }
        SampleRows {
            table: name.to_owned(),
            at,
            times: 1,
            row: cells,
        }
    };
    (0..table.rows()).map(row).collect()
}

/// The session as a rule set file.
pub(crate) fn file(session: &Session) -> Result<ExportFile, Problem> {
    let rules = session.rules.iter().map(|loaded| SetRule {
        rule: rule_set::source(loaded.rule.clone()),
        edits: rule_set::states(&loaded.conversion.edits, &|edit| loaded.is_accepted(edit)),
        tests: tests_of(session, &loaded.key),
        ..SetRule::default()
    });
    let set = RuleSet {
        version: rule_set::version(),
        profile: Some(way::of_rule_set(session)?.id.clone()),
        rules: rules.collect(),
        ..RuleSet::default()
    };
    Ok(ExportFile {
        name: "rules.rulesmith.json".to_owned(),
        mime: "application/json".to_owned(),
        text: set.write()?,
        command: "rulesmith test rules.rulesmith.json".to_owned(),
    })
}

/// A set that this session can open, with each rule as it was loaded.
fn openable(session: &Session, text: &str) -> Result<(RuleSet, Vec<LoadedRule>), Problem> {
    let set = rule_set::read("rule set", text.as_bytes())?;
    let own = way::of_rule_set(session)?;
    if let Some(profile) = set.profile()?
        && profile.id != own.id
    {
        return Err(Problem::about(
            "Rule set",
            format!("this set converts by another profile, {}", profile.title),
            "choose that profile under Conversion and open the set again",
        ));
    }
    let rules = rules_in(&set)?;
    Ok((set, rules))
}

/// The rules of a set, each as it was loaded.
fn rules_in(set: &RuleSet) -> Result<Vec<LoadedRule>, Problem> {
    let way = Way {
        profile: set.profile.clone().unwrap_or_default(),
        widen: false,
    };
    let mut rules = Vec::new();
    for (index, rule) in set.rules.iter().enumerate() {
        let place = format!("rules[{index}]");
        if !rule.hand_edits.is_empty() {
            return Err(Problem::about(
                "Rule set",
                format!("{place}: the page cannot take over changes by hand"),
                "use the command line for this set",
            ));
        }
        let mut loaded = loaded(rule.original(&place)?, rule);
        way::follow(&way, &mut loaded);
        rule.check_edits(&loaded.conversion, &place)?;
        rules.push(loaded);
    }
    Ok(rules)
}

fn loaded(original: Rule, rule: &SetRule) -> LoadedRule {
    let bundled = rule.rule.bundled.is_some();
    LoadedRule::new(rule_key(&original, bundled), bundled, original)
}

/// What opening a rule set would change. Nothing is changed.
pub(crate) fn preview(session: &Session, text: &str) -> Result<PreviewView, Problem> {
    let (set, loaded) = openable(session, text)?;
    let rules = set.rules.iter().zip(&loaded);
    Ok(PreviewView {
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
    for edit in &loaded.conversion.edits {
        let (before, after) = (
            known.unwrap_or(loaded).is_accepted(edit),
            rule.is_accepted(edit),
        );
        if before != after {
            let word = if after { "accepted" } else { "refused" };
            changes.push(format!(
                "The edit “{}” ({}) is {word}.",
                edit.title, edit.id
            ));
        }
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

/// Opens a rule set: takes over its rules, the state of their edits, and their tests.
pub(crate) fn open(session: &mut Session, name: &str, text: &str) -> Result<(), Problem> {
    let (set, loaded) = openable(session, text)?;
    let file = InputFile {
        name: name.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    session
        .journal
        .rule_files
        .retain(|known| known.name != name);
    session.journal.rule_files.push(TextFile::encode(&file));
    let keys: Vec<String> = loaded.iter().map(|rule| rule.key.clone()).collect();
    session
        .journal
        .decisions
        .retain(|(rule, ..)| !keys.contains(rule));
    session.add_rules(loaded);
    for (rule, key) in set.rules.iter().zip(&keys) {
        let index = session.rule_index(key)?;
        let edits = session
            .rules
            .get(index)
            .map(|loaded| loaded.conversion.edits.clone());
        for edit in edits.unwrap_or_default() {
            session.decide(key, &edit.id, rule.is_accepted(&edit))?;
        }
        keep(session, key, &rule.tests)?;
    }
    Ok(())
}

/// The rules of a rule set file as they were loaded, for a session that is rebuilt.
pub(crate) fn rules_of(file: &InputFile) -> Result<Vec<LoadedRule>, Problem> {
    rules_in(&rule_set::read(&file.name, &file.bytes)?)
}
