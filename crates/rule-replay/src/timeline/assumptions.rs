//! What Microsoft does not document about runs, alerts and incidents, as named options: each has a default,
//! what else may be, and how sure the default is.

use sentinel_rules::duration::Duration;
use serde::Serialize;

/// An option with two answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Whether a run reads rows of its own time.
    WindowEnd,
    /// Where the first and last event of an alert come from.
    EventTimes,
    /// Which row fills the placeholders of an alert with several.
    OverrideRow,
    /// From when on a rule pauses.
    SuppressionStart,
    /// Whether alerts without entities match each other.
    WithoutEntities,
    /// What a rule without incident settings does.
    NoIncidentSettings,
}

/// An option as it is written, and what is known of it.
struct Known {
    asked: Asked,
    name: &'static str,
    title: &'static str,
    /// The default and the other answer, each with its meaning.
    answers: [(&'static str, &'static str); 2],
    certainty: &'static str,
}

const UNKNOWN: &str = "not documented";
const INFERRED: &str = "inferred, not documented";

const KNOWN: [Known; 6] = [
    Known {
        asked: Asked::WindowEnd,
        name: "windowEnd",
        title: "A row whose time is that of the run",
        answers: [
            ("excluded", "is read by the next run only"),
            ("included", "is read by this run too"),
        ],
        certainty: UNKNOWN,
    },
    Known {
        asked: Asked::EventTimes,
        name: "eventTimes",
        title: "The first and last event of an alert",
        answers: [
            (
                "rows",
                "are those of its rows, in TimeGenerated, timestamp, StartTimeUtc and EndTimeUtc, or StartTime and EndTime",
            ),
            ("window", "are the ends of the span that the run reads"),
        ],
        certainty: INFERRED,
    },
    Known {
        asked: Asked::OverrideRow,
        name: "overrideRow",
        title: "Alert details that come from columns",
        answers: [
            ("first", "are those of the first row"),
            ("last", "are those of the last row"),
        ],
        certainty: UNKNOWN,
    },
    Known {
        asked: Asked::SuppressionStart,
        name: "suppressionStart",
        title: "A rule pauses",
        answers: [
            ("run", "from the time of the run that raised an alert"),
            ("alert", "from the time at which the alert is made"),
        ],
        certainty: UNKNOWN,
    },
    Known {
        asked: Asked::WithoutEntities,
        name: "withoutEntities",
        title: "Alerts without entities, grouped by all entities,",
        answers: [
            ("together", "match each other"),
            ("apart", "match no alert"),
        ],
        certainty: UNKNOWN,
    },
    Known {
        asked: Asked::NoIncidentSettings,
        name: "noIncidentSettings",
        title: "A rule without incident settings",
        answers: [
            ("create", "makes an incident of each alert"),
            ("none", "makes no incident"),
        ],
        certainty: UNKNOWN,
    },
];

/// Name of the option that says when somebody closes an incident.
const CLOSED_AFTER: &str = "incidentsClosedAfter";
/// Its default.
const NEVER: &str = "never";

/// What a timeline takes for granted where Microsoft says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Assumptions {
    other: [bool; KNOWN.len()],
    closed_after: Option<Duration>,
}

/// An option with its value, to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Assumption {
    /// Name by which it is set.
    pub name: &'static str,
    /// What is asked, to be followed by one of the meanings.
    #[serde(skip)]
    pub title: &'static str,
    /// What each choice means.
    #[serde(skip)]
    pub meanings: Vec<&'static str>,
    /// Whether any duration is a value too.
    #[serde(skip)]
    pub takes_any_duration: bool,
    /// What is assumed, in a sentence.
    pub meaning: String,
    /// Value.
    pub value: String,
    /// Value unless it is set.
    pub default: &'static str,
    /// The values it takes; a duration stands for any.
    pub choices: Vec<&'static str>,
    /// How sure the default is.
    pub certainty: &'static str,
}

impl Assumptions {
    /// Options by name, all others by default. The error says which there are, or which values.
    pub fn of<'s>(
        settings: impl IntoIterator<Item = (&'s String, &'s String)>,
    ) -> Result<Self, String> {
        let mut all = Self::default();
        for (name, value) in settings {
            all.set(name, value)?;
        }
        Ok(all)
    }

    /// Sets an option by name. The error says which there are, or which values.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let value = value.trim();
        if name.eq_ignore_ascii_case(CLOSED_AFTER) {
            self.closed_after = match value.eq_ignore_ascii_case(NEVER) {
                true => None,
                false => Some(duration(value)?),
            };
            return Ok(());
        }
        let mut places = self.other.iter_mut().zip(&KNOWN);
        let Some((other, known)) = places.find(|(_, known)| known.name.eq_ignore_ascii_case(name))
        else {
            let names: Vec<&str> = KNOWN.iter().map(|known| known.name).collect();
            return Err(format!(
                "there is no `{name}`; there is {}, {CLOSED_AFTER}",
                names.join(", ")
            ));
        };
        let mut answers = known.answers.iter();
        let place = answers.position(|(answer, _)| answer.eq_ignore_ascii_case(value));
        *other = place.ok_or_else(|| {
            let [(one, _), (two, _)] = known.answers;
            format!("{}: `{value}` is neither {one} nor {two}", known.name)
        })? == 1;
        Ok(())
    }

    /// All options with their values.
    pub fn all(&self) -> Vec<Assumption> {
        let two = KNOWN.iter().zip(self.other).map(|(known, other)| {
            let [(default, first_meaning), (second, second_meaning)] = known.answers;
            let (value, meaning) = known.answers[usize::from(other)];
            Assumption {
                name: known.name,
                title: known.title,
                meanings: vec![first_meaning, second_meaning],
                takes_any_duration: false,
                meaning: format!("{} {meaning}.", known.title),
                value: value.to_owned(),
                default,
                choices: vec![default, second],
                certainty: known.certainty,
            }
        });
        two.chain([self.closing()]).collect()
    }

    fn closing(&self) -> Assumption {
        let (value, meaning) = match self.closed_after {
            None => (NEVER.to_owned(), "Nobody closes an incident.".to_owned()),
            Some(after) => {
                let after = after.to_short();
                let meaning = format!("An incident is closed {after} after its last alert.");
                (after, meaning)
            }
        };
        Assumption {
            name: CLOSED_AFTER,
            title: "Somebody closes an incident",
            meanings: vec!["never", "so long after its last alert"],
            takes_any_duration: true,
            meaning,
            value,
            default: NEVER,
            choices: vec![NEVER, "8h"],
            certainty: "depends on your people",
        }
    }

    /// Whether an option does not have its default.
    pub(super) fn is_other(&self, asked: Asked) -> bool {
        let place = KNOWN.iter().position(|known| known.asked == asked);
        place.is_some_and(|place| self.other.get(place) == Some(&true))
    }

    /// How long after its last alert somebody closes an incident.
    pub(super) fn closed_after(&self) -> Option<Duration> {
        self.closed_after
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    Duration::parse(text)
        .filter(|duration| duration.seconds > 0)
        .ok_or_else(|| {
            format!(
                "{CLOSED_AFTER}: `{text}` is neither {NEVER} nor a duration; write it like 8h or 1d"
            )
        })
}
