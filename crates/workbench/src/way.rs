//! How the session converts its rules: by which profile, and whether they watch both kinds of resource.

use rule_convert::{Mode, Profile, convert_as, default_profile};
use sentinel_rules::rule::Rule;

use crate::loaded_rule::LoadedRule;
use crate::protocol::{ExportFile, InputFile, Problem, Way};
use crate::rule_set::{self, RuleSet};
use crate::session::Session;

/// Largest profile file that is read.
const MAX_PROFILE_BYTES: usize = 256 * 1024;

/// A profile of the user's own.
#[derive(Clone, Debug)]
pub(crate) struct OwnProfile {
    /// Text of its file.
    pub text: String,
    pub profile: Profile,
}

/// The profiles to choose from: id and title.
pub(crate) fn profiles(own: &[OwnProfile]) -> Vec<(String, String)> {
    all(own)
        .map(|profile| (profile.id.clone(), profile.title.clone()))
        .collect()
}

fn all(own: &[OwnProfile]) -> impl Iterator<Item = &Profile> {
    let own = own.iter().map(|own| &own.profile);
    rule_convert::profiles().iter().chain(own)
}

/// Converts all rules this way. Nothing changes when there is no such profile.
pub(crate) fn convert(session: &mut Session, way: Way) -> Result<(), Problem> {
    if way == session.journal.way {
        return Ok(());
    }
    let profile = profile(&session.profiles, &way)?.clone();
    for loaded in &mut session.rules {
        loaded.convert(&profile, mode(&way));
    }
    session.journal.way = way;
    Ok(())
}

/// Converts a new rule as the others are.
pub(crate) fn follow(own: &[OwnProfile], way: &Way, rule: &mut LoadedRule) {
    if *way != Way::default()
        && let Ok(profile) = profile(own, way)
    {
        rule.convert(profile, mode(way));
    }
}

/// Whether a rule has an edit one way or another.
pub(crate) fn has_edit(own: &[OwnProfile], rule: &Rule, id: &str) -> bool {
    let ways = all(own).flat_map(|profile| [(profile, Mode::Replace), (profile, Mode::Widen)]);
    let mut conversions = ways.map(|(profile, mode)| convert_as(rule, profile, mode));
    conversions.any(|conversion| conversion.edits.iter().any(|edit| edit.id == id))
}

/// Adds a profile file of the user's own, in place of one with the same id, and converts all rules by it.
pub(crate) fn add_profile(session: &mut Session, name: &str, text: &str) -> Result<(), Problem> {
    let profile = keep_profile(session, name, text)?;
    let widen = session.journal.way.widen && has_both(&profile);
    let way = Way {
        profile: profile.id.clone(),
        widen,
    };
    for loaded in &mut session.rules {
        loaded.convert(&profile, mode(&way));
    }
    session.journal.way = way;
    Ok(())
}

/// Whether a profile tells two kinds of resource apart, so that a rule can watch both.
fn has_both(profile: &Profile) -> bool {
    !profile.column.is_empty()
}

/// Whether a file is meant as a profile: YAML with the field that every profile and no rule has.
pub(crate) fn is_profile_file(file: &InputFile) -> bool {
    let name = file.name.to_lowercase();
    let is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    let is_small = file.bytes.len() <= MAX_PROFILE_BYTES;
    let text = std::str::from_utf8(&file.bytes).unwrap_or_default();
    is_yaml && is_small && Profile::is_one(text)
}

/// Reads a profile file and keeps it, in place of one with the same id.
pub(crate) fn keep_profile(
    session: &mut Session,
    name: &str,
    text: &str,
) -> Result<Profile, Problem> {
    if text.len() > MAX_PROFILE_BYTES {
        return Err(Problem::about(
            name,
            format!("the file is larger than {MAX_PROFILE_BYTES} bytes"),
            "a profile is a short YAML file; look at one that comes with the program",
        ));
    }
    let profile = Profile::read(text).map_err(|error| Problem {
        subject: name.to_owned(),
        line: error.line,
        field: error.field,
        message: error.message,
        remedy: error.remedy,
    })?;
    if rule_convert::profile(&profile.id).is_some() {
        return Err(Problem {
            field: Some("id".to_owned()),
            ..Problem::about(
                name,
                format!("a profile `{}` comes with the program", profile.id),
                "give yours an id of its own",
            )
        });
    }
    forget(session, &profile.id);
    session
        .journal
        .profiles
        .push((name.to_owned(), text.to_owned()));
    session.profiles.push(OwnProfile {
        text: text.to_owned(),
        profile: profile.clone(),
    });
    Ok(profile)
}

fn forget(session: &mut Session, id: &str) {
    let texts: Vec<String> = session
        .profiles
        .iter()
        .filter(|own| own.profile.id == id)
        .map(|own| own.text.clone())
        .collect();
    session.profiles.retain(|own| own.profile.id != id);
    session
        .journal
        .profiles
        .retain(|(_, text)| !texts.contains(text));
}

/// Takes a profile of the user's own out; rules that it converted go back to the first one.
pub(crate) fn remove_profile(session: &mut Session, id: &str) -> Result<(), Problem> {
    if session.profiles.iter().all(|own| own.profile.id != id) {
        return Err(Problem::about(
            "Conversion",
            format!("there is no profile `{id}` of yours"),
            "reload the page",
        ));
    }
    if session.journal.way.profile == id {
        let widen = session.journal.way.widen;
        convert(
            session,
            Way {
                profile: String::new(),
                widen,
            },
        )?;
    }
    forget(session, id);
    Ok(())
}

/// The file of a profile, to start one's own from.
pub(crate) fn profile_file(session: &Session, id: &str) -> Result<ExportFile, Problem> {
    let own = session.profiles.iter().find(|own| own.profile.id == id);
    let text = match own {
        Some(own) => Some(own.text.as_str()),
        None => rule_convert::profile_text(id),
    };
    let Some(text) = text else {
        return Err(unknown(&session.profiles, id));
    };
    let name = format!("{id}.yaml");
    Ok(ExportFile {
        command: format!("rulesmith convert RULE… --profile {name} --out converted"),
        name,
        mime: "application/yaml".to_owned(),
        text: text.to_owned(),
    })
}

/// What a rule set of this session says about the way of conversion.
pub(crate) fn of_rule_set(session: &Session) -> Result<RuleSet, Problem> {
    let way = &session.journal.way;
    let id = profile(&session.profiles, way)?.id.clone();
    let own = session.profiles.iter().find(|own| own.profile.id == id);
    Ok(RuleSet {
        version: rule_set::version(),
        profile: Some(id),
        profile_text: own.map(|own| own.text.clone()),
        widen: way.widen,
        assume: session.journal.assumptions.iter().cloned().collect(),
        ..RuleSet::default()
    })
}

/// The profile of a way. Fails when there is none of its id.
pub(crate) fn profile<'p>(own: &'p [OwnProfile], way: &Way) -> Result<&'p Profile, Problem> {
    if way.profile.is_empty() {
        return Ok(default_profile());
    }
    let mut known = all(own);
    known
        .find(|profile| profile.id == way.profile)
        .ok_or_else(|| unknown(own, &way.profile))
}

fn unknown(own: &[OwnProfile], id: &str) -> Problem {
    let known: Vec<&str> = all(own).map(|one| one.id.as_str()).collect();
    Problem::about(
        "Conversion",
        format!("there is no profile `{id}`"),
        format!("choose one of {}", known.join(", ")),
    )
}

/// What converted rules are about.
pub(crate) fn mode(way: &Way) -> Mode {
    match way.widen {
        true => Mode::Widen,
        false => Mode::Replace,
    }
}
