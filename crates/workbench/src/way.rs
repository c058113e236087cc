//! How the session converts its rules: by which profile, and whether they watch both kinds of resource.

use rule_convert::{Mode, Profile, convert_as, default_profile};
use sentinel_rules::rule::Rule;

use crate::loaded_rule::LoadedRule;
use crate::protocol::{Problem, Way};
use crate::session::Session;

/// The profiles to choose from: id and title.
pub(crate) fn profiles() -> Vec<(String, String)> {
    let all = rule_convert::profiles().iter();
    all.map(|profile| (profile.id.clone(), profile.title.clone()))
        .collect()
}

/// Converts all rules this way. Nothing changes when there is no such profile.
pub(crate) fn convert(session: &mut Session, way: Way) -> Result<(), Problem> {
    if way == session.journal.way {
        return Ok(());
    }
    let profile = profile(&way)?;
    for loaded in &mut session.rules {
        loaded.convert(profile, mode(&way));
    }
    session.journal.way = way;
    Ok(())
}

/// Converts a new rule as the others are.
pub(crate) fn follow(way: &Way, rule: &mut LoadedRule) {
    if *way != Way::default()
        && let Ok(profile) = profile(way)
    {
        rule.convert(profile, mode(way));
    }
}

/// Whether a rule has an edit one way or another.
pub(crate) fn has_edit(rule: &Rule, id: &str) -> bool {
    let ways = rule_convert::profiles()
        .iter()
        .flat_map(|profile| [(profile, Mode::Replace), (profile, Mode::Widen)]);
    let mut conversions = ways.map(|(profile, mode)| convert_as(rule, profile, mode));
    conversions.any(|conversion| conversion.edits.iter().any(|edit| edit.id == id))
}

/// The profile by which a conversion is proved. A rule that watches both kinds does something else than the
/// original on purpose, so that there is nothing to prove.
pub(crate) fn to_prove(session: &Session) -> Result<&'static Profile, Problem> {
    match session.journal.way.widen {
        true => Err(Problem::about(
            "Proof",
            "rules that watch both kinds of resource find more than the original on purpose",
            "let them watch Managed HSM alone under Conversion, and prove that",
        )),
        false => profile(&session.journal.way),
    }
}

/// The profile of a rule set of this session. A set says by which profile its rules are converted, and all
/// of its rules are about the target alone.
pub(crate) fn of_rule_set(session: &Session) -> Result<&'static Profile, Problem> {
    match session.journal.way.widen {
        true => Err(Problem::about(
            "Rule set",
            "a rule set cannot hold rules that watch both kinds of resource",
            "let the rules watch Managed HSM alone under Conversion, or export them for deployment",
        )),
        false => profile(&session.journal.way),
    }
}

/// The profile of a way. Fails when there is none of its id.
fn profile(way: &Way) -> Result<&'static Profile, Problem> {
    if way.profile.is_empty() {
        return Ok(default_profile());
    }
    rule_convert::profile(&way.profile).ok_or_else(|| {
        let known: Vec<&str> = rule_convert::profiles()
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        Problem::about(
            "Conversion",
            format!("there is no profile `{}`", way.profile),
            format!("choose one of {}", known.join(", ")),
        )
    })
}

fn mode(way: &Way) -> Mode {
    match way.widen {
        true => Mode::Widen,
        false => Mode::Replace,
    }
}
