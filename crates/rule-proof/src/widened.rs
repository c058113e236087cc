//! The proof of a rule that watches both kinds of resource.
//!
//! Such a rule means the same as the two rules that it stands for when three things hold. On logs of the
//! original's resource it does what the original does. On logs of the target it does what the plain
//! conversion does, the one that watches the target alone. On a log with rows of both it gives the rows of
//! both; where the query puts rows together (counts, joins, series) that need not be so, and what changes is
//! said with an example.

use rule_convert::{Mode, Profile};
use rule_replay::Tables;
use rule_replay::words::counted;
use sentinel_rules::rule::Rule;

use crate::carry::Reads;
use crate::expected::expected;
use crate::mixed::{self, Together};
use crate::pair::CannotRun;
use crate::prove::{Input, OnStep, Settings, Trial};
use crate::verdict::{Proof, Tried, Verdict};

/// What is proved.
#[derive(Clone, Copy, Debug)]
pub struct Widened<'r> {
    /// The rule that was converted.
    pub original: &'r Rule,
    /// Its conversion for the target alone.
    pub plain: &'r Rule,
    /// The rule about both kinds of resource.
    pub both: &'r Rule,
    /// How it was converted.
    pub profile: &'r Profile,
    /// Loaded rows by table, and known tables without rows.
    pub tables: &'r Tables,
}

/// Tries to find a log on which a rule for both does something else than the original and the plain
/// conversion. Fails when one of the three cannot be run at all.
pub fn prove_widened(
    widened: Widened<'_>,
    settings: &Settings,
    on_step: OnStep<'_>,
) -> Result<Proof, CannotRun> {
    let way = (widened.profile, Mode::Widen);
    let expected = expected(widened.original, widened.both, way);
    let trial = |rule, reads| {
        let input = Input {
            original: rule,
            converted: widened.both,
            profile: Some(widened.profile),
            tables: widened.tables,
        };
        Trial::of(input, reads, &expected)
    };
    let mut original = trial(widened.original, Reads::Original)?;
    let stopped = original.run(settings, &mut |done, steps| on_step(done, 2 * steps))?;
    let (fired_on, bases) = (original.fired_on.clone(), original.bases.clone());
    let first = original.conclude(stopped);
    if matches!(first.verdict, Verdict::Differs | Verdict::Stopped) {
        return Ok(of_one(&widened, first, &widened.profile.from));
    }
    let mut target = trial(widened.plain, Reads::Target)?;
    let stopped = target.run(settings, &mut |done, steps| {
        on_step(steps + done, 2 * steps)
    })?;
    let logs: Vec<_> = bases.into_iter().chain(fired_on).collect();
    let together = match target.counter_example.is_none() && !stopped {
        true => Some(mixed::tried(&widened, &target, &logs)?),
        false => None,
    };
    let second = target.conclude(stopped);
    Ok(match together {
        None => {
            let mut proof = of_one(&widened, second, &widened.profile.to);
            proof.tried = sum(first.tried, proof.tried);
            proof
        }
        Some(together) => of_all(&widened, first, second, together),
    })
}

/// A proof that ended with the logs of one kind of resource.
fn of_one(widened: &Widened<'_>, proof: Proof, kind: &str) -> Proof {
    Proof {
        sentence: format!("On logs of {kind}: {}", proof.sentence),
        original: widened.original.name.clone(),
        intended: Vec::new(),
        ..proof
    }
}

fn of_all(widened: &Widened<'_>, first: Proof, second: Proof, together: Together) -> Proof {
    let tried = sum(sum(first.tried, second.tried), together.tried);
    let differs = together.is_mistake;
    let any = |verdict| {
        [&first, &second]
            .iter()
            .any(|proof| proof.verdict == verdict)
    };
    let verdict = match () {
        () if differs => Verdict::Differs,
        () if any(Verdict::NothingShown) => Verdict::NothingShown,
        () if any(Verdict::NotToldApart) => Verdict::NotToldApart,
        () => Verdict::Same,
    };
    let not_told_apart = match differs {
        true => Vec::new(),
        false => first.not_told_apart,
    };
    let mut not_exercised = first.not_exercised;
    for part in second.not_exercised {
        // The rule for both is in either proof, and what one of them reached is not missing.
        if !part.in_converted {
            not_exercised.push(part);
        }
    }
    let sentence = match verdict {
        Verdict::Differs => format!(
            "The rules differ on a log with both kinds of resource. {}",
            together.sentence
        ),
        Verdict::NothingShown => format!(
            "Nothing is shown: on logs of {} or of {} no rule raised an alert in any of {}. Load a log on which they should fire.",
            widened.profile.from,
            widened.profile.to,
            counted(tried.cases as u64, "case"),
        ),
        _ => format!(
            "On logs of {} the rule does what the original does, and on logs of {} what the plain conversion does, in {} of which {} raised alerts. {}{}",
            widened.profile.from,
            widened.profile.to,
            counted(tried.cases as u64, "case"),
            tried.fired,
            match verdict {
                Verdict::NotToldApart => {
                    "But it says something else than the conversion makes of the original, and no log told them apart. "
                }
                _ => "",
            },
            together.sentence,
        ),
    };
    let (example, beside) = match differs {
        true => (together.example, None),
        false => (None, together.example),
    };
    Proof {
        original: widened.original.name.clone(),
        converted: widened.both.name.clone(),
        verdict,
        sentence,
        tried,
        counter_example: example,
        together: beside,
        findings: second.findings,
        not_told_apart,
        intended: Vec::new(),
        not_exercised,
        carried: second.carried,
    }
}

fn sum(one: Tried, other: Tried) -> Tried {
    Tried {
        logs: one.logs + other.logs,
        generated: one.generated + other.generated,
        cases: one.cases + other.cases,
        fired: one.fired + other.fired,
        predicates: one.predicates.max(other.predicates),
    }
}
