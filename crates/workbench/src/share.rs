//! Rules to share: what is inside is said, no row of a log goes along unless the user wants it, and then
//! with pseudonyms. A small set fits into an address; reading one changes nothing.

use std::collections::BTreeSet;
use std::io::{Read, Write};

use audit_logs::redact::{Options, redact_text};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rule_replay::rule_tests::{Revision, RuleTest, TestOutcome, run};
use rule_replay::timeline::Assumptions;

use crate::assume;
use crate::counted::counted;
use crate::loaded_rule::LoadedRule;
use crate::protocol::{ExportFile, Problem, ShareAsk, ShareView, UnpackedView, Way};
use crate::rule_set::{self, RuleSet, SetRule};
use crate::session::Session;
use crate::sets;
use crate::ship::seed;
use crate::way;

/// Longest set in an address, in letters. What is behind `#` is sent to no server, but mail programs and
/// chats cut longer addresses.
pub const MAX_ADDRESS_LETTERS: usize = 16_000;

/// Largest set that an address may unpack to, in bytes.
pub const MAX_UNPACKED_BYTES: u64 = 1024 * 1024;

/// Replacements that are shown.
const SHOWN: usize = 200;

/// The rules to share.
pub(crate) fn share(session: &Session, ask: &ShareAsk) -> Result<ShareView, Problem> {
    let wanted = session.rules.iter();
    let wanted = wanted.filter(|rule| ask.rules.is_empty() || ask.rules.contains(&rule.key));
    let wanted: Vec<&LoadedRule> = wanted.collect();
    if wanted.is_empty() {
        return Err(Problem::about(
            "Sharing",
            "no rule is chosen",
            "choose one, or load rules first",
        ));
    }
    let mut told = Told::default();
    let mut rules: Vec<SetRule> = wanted
        .iter()
        .map(|loaded| set_rule(session, loaded, ask.rows, &mut told))
        .collect();
    let replaced = match ask.rows && told.rows > 0 {
        true => redact(&mut rules, ask, &mut told)?,
        false => Vec::new(),
    };
    if ask.rows {
        told.check(&wanted, &rules, assume::of(&session.journal));
    }
    let set = RuleSet {
        rules,
        ..way::of_rule_set(session)?
    };
    Ok(ShareView {
        address: pack(&set)?,
        contents: told.sentences(&wanted),
        replaced,
        file: ExportFile {
            name: "rules.rulesmith.json".to_owned(),
            mime: "application/json".to_owned(),
            text: set.write()?,
            command: "rulesmith test rules.rulesmith.json".to_owned(),
        },
    })
}

/// A rule with its tests. Those that hold rows of the user's logs come only when they are wanted.
fn set_rule(session: &Session, loaded: &LoadedRule, rows: bool, told: &mut Told) -> SetRule {
    let bundled = sets::bundled_tests(&loaded.key, &Way::default());
    let own = |test: &RuleTest| !test.input.rows.is_empty() && !bundled.contains(test);
    let (with_rows, mut tests): (Vec<RuleTest>, Vec<RuleTest>) =
        sets::tests_of(session, &loaded.key)
            .into_iter()
            .partition(own);
    told.own_from.push(tests.len());
    told.left_out += if rows { 0 } else { with_rows.len() };
    if rows {
        told.rows += with_rows
            .iter()
            .flat_map(|test| &test.input.rows)
            .map(|group| group.times * group.at.len().max(1))
            .sum::<usize>();
        tests.extend(with_rows);
    }
    told.tests += tests.len();
    told.decided += usize::from(
        session
            .journal
            .decisions
            .iter()
            .any(|(key, ..)| *key == loaded.key),
    );
    SetRule {
        rule: rule_set::source(loaded.rule.clone()),
        edits: rule_set::states(&loaded.conversion.edits, &|edit| loaded.is_accepted(edit)),
        hand_edits: loaded.hand_edits(),
        tests,
        ..SetRule::default()
    }
}

/// Puts pseudonyms into the tests with rows of the user's, the same name always by the same one, and gives what was replaced.
fn redact(
    rules: &mut [SetRule],
    ask: &ShareAsk,
    told: &mut Told,
) -> Result<Vec<(String, String)>, Problem> {
    if ask.seed.trim().is_empty() {
        return Err(Problem::about(
            "Sharing",
            "rows go along only with pseudonyms, and these need a seed",
            "write any word as the seed, and keep it like the log",
        ));
    }
    let broken =
        |error: serde_json::Error| Problem::about("Sharing", error.to_string(), "report this");
    let firsts = told.own_from.clone();
    let tests: Vec<&[RuleTest]> = rules
        .iter()
        .zip(&firsts)
        .map(|(rule, first)| rule.tests.get(*first..).unwrap_or_default())
        .collect();
    let before = serde_json::to_value(&tests).map_err(broken)?;
    let options = Options {
        seed: seed(&ask.seed),
        keep: ask.keep.clone(),
    };
    let redacted = redact_text(&before.to_string(), &options);
    let after: serde_json::Value = serde_json::from_str(&redacted.text).map_err(broken)?;
    let mut replaced = BTreeSet::new();
    differences(&before, &after, &mut replaced);
    let tests: Vec<Vec<RuleTest>> = serde_json::from_value(after).map_err(broken)?;
    for ((rule, first), tests) in rules.iter_mut().zip(firsts).zip(tests) {
        rule.tests.truncate(first);
        rule.tests.extend(tests);
    }
    let kinds = redacted.replaced.iter();
    let kinds: Vec<String> = kinds
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    told.replaced = kinds.join(", ");
    Ok(replaced.into_iter().take(SHOWN).collect())
}

/// Texts that differ at the same place of two documents of the same shape.
fn differences(
    before: &serde_json::Value,
    after: &serde_json::Value,
    found: &mut BTreeSet<(String, String)>,
) {
    use serde_json::Value;
    match (before, after) {
        (Value::String(before), Value::String(after)) if before != after => {
            found.insert((before.clone(), after.clone()));
        }
        (Value::Array(before), Value::Array(after)) => {
            let pairs = before.iter().zip(after);
            pairs.for_each(|(before, after)| differences(before, after, found));
        }
        (Value::Object(before), Value::Object(after)) => {
            let pairs = before.values().zip(after.values());
            pairs.for_each(|(before, after)| differences(before, after, found));
        }
        _ => {}
    }
}

/// What the user is told of a set.
#[derive(Default)]
struct Told {
    tests: usize,
    rows: usize,
    left_out: usize,
    decided: usize,
    replaced: String,
    broken: usize,
    /// For each rule, the number of its first test with rows of the user's.
    own_from: Vec<usize>,
}

impl Told {
    /// Counts the tests that say something else with pseudonyms than with the names.
    fn check(&mut self, loaded: &[&LoadedRule], rules: &[SetRule], assumed: Assumptions) {
        for (loaded, rule) in loaded.iter().zip(rules) {
            let failing = rule.tests.iter().filter(|test| {
                let rule = match test.revision {
                    Revision::Original => &loaded.rule,
                    Revision::Converted => &loaded.converted.rule,
                };
                run(rule, test, assumed).outcome != TestOutcome::Passed
            });
            self.broken += failing.count();
        }
    }

    fn sentences(&self, rules: &[&LoadedRule]) -> Vec<String> {
        let mut out = Vec::new();
        let names: Vec<&str> = rules.iter().map(|rule| rule.rule.name.as_str()).collect();
        out.push(format!(
            "{}: {}.",
            counted(rules.len(), "rule"),
            names.join("; ")
        ));
        out.push(match self.decided {
            0 => "The state of every edit of the conversion, all as proposed.".to_owned(),
            some => format!(
                "The state of every edit; you decided on edits of {}.",
                counted(some, "rule")
            ),
        });
        out.push(match self.tests {
            0 => "No tests.".to_owned(),
            some => format!("{}.", counted(some, "test")),
        });
        out.push(match (self.rows, self.left_out) {
            (0, 0) => "No row of a log.".to_owned(),
            (0, left) => format!(
                "No row of a log: {} with rows of yours stay here.",
                counted(left, "test")
            ),
            (rows, _) => format!("{} of your logs, with pseudonyms.", counted(rows, "row")),
        });
        if !self.replaced.is_empty() {
            out.push(format!(
                "Replaced: {}. A name that stands only in free text is not recognised.",
                self.replaced
            ));
        }
        if self.broken > 0 {
            out.push(format!(
                "{} would not pass with the pseudonyms; name the words that must stay.",
                counted(self.broken, "test")
            ));
        }
        let by_hand: usize = rules.iter().map(|rule| rule.hand_edits().len()).sum();
        if by_hand > 0 {
            out.push(format!(
                "{} that you wrote by hand.",
                counted(by_hand, "edit")
            ));
        }
        out
    }
}

/// A set as a part of an address, or why it needs a file.
fn pack(set: &RuleSet) -> Result<Result<String, String>, Problem> {
    let broken = |message: String| Problem::about("Sharing", message, "report this");
    // Shorter than the file, which is written for people.
    let text = set.write()?;
    let document: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(document.to_string().as_bytes());
    let bytes = written
        .and_then(|()| encoder.finish())
        .map_err(|error| broken(error.to_string()))?;
    let packed = URL_SAFE_NO_PAD.encode(bytes);
    Ok(match packed.len() > MAX_ADDRESS_LETTERS {
        true => Err(format!(
            "The address would have {} letters, and more than {MAX_ADDRESS_LETTERS} are cut by mail programs and chats: share the file, or fewer rules.",
            packed.len()
        )),
        false => Ok(packed),
    })
}

/// What an address holds, and what opening it would change. Nothing is changed.
pub(crate) fn unpack(session: &Session, packed: &str) -> Result<UnpackedView, Problem> {
    let broken = |message: &str| {
        Problem::about(
            "Shared rules",
            message,
            "ask for the address again, as a whole, or for the file",
        )
    };
    let bytes = URL_SAFE_NO_PAD
        .decode(packed.trim())
        .map_err(|_| broken("the address is cut or changed"))?;
    let mut text = String::new();
    DeflateDecoder::new(bytes.as_slice())
        .take(MAX_UNPACKED_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(|_| broken("the address is cut or changed"))?;
    if text.len() as u64 > MAX_UNPACKED_BYTES {
        return Err(broken(
            "the address holds more than a rule set of an address may",
        ));
    }
    let preview = sets::preview(session, &text)?;
    Ok(UnpackedView { text, preview })
}
