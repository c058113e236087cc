//! The comparison of two loaded rules, or of two versions of one.

use leptos::prelude::*;
use workbench::protocol::{
    Answer, DiffQuestion, DiffView, FieldChange, LogDiff, QueryChange, Question, RuleVersion, View,
};

use super::example::{Example, grid};
use crate::parts::{prose, sentences};
use crate::state::Store;
use crate::words::{counted, minute};

/// Generated logs on which a difference is looked for.
const CASES: usize = 150;

/// Two choices and what differs.
#[component]
pub fn Versions() -> impl IntoView {
    let store = expect_context::<Store>();
    let (old, new) = (RwSignal::new(0_usize), RwSignal::new(1_usize));
    let found = RwSignal::new(None::<DiffView>);
    let compare = move |_| {
        let versions = versions(&store.view.get_untracked());
        let version = |chosen: RwSignal<usize>| versions.get(chosen.get_untracked()).cloned();
        let (Some((_, old)), Some((_, new))) = (version(old), version(new)) else {
            return;
        };
        let question = DiffQuestion {
            old,
            new,
            seed: 1,
            cases: CASES,
        };
        store.ask_long(
            "Comparing",
            Question::Diff(question),
            move |answer| match answer {
                Ok(Answer::Diff(diff)) => found.set(Some(*diff)),
                Ok(_) => {}
                Err(problem) => store.failure.set(Some(problem)),
            },
        );
    };
    view! {
        <section class="panel versions" aria-label="Compare two versions">
            <h3>"Compare two versions"</h3>
            <p>
                "Format, comments, names of "<code>"let"</code>"s and the order of operands do not count. Rows and incidents are compared on the loaded logs and on samples."
            </p>
            <div class="actions">
                <label>"Old version " {choice(store, old)}</label>
                <label>"New version " {choice(store, new)}</label>
                <button on:click=compare>"Compare"</button>
            </div>
            <div aria-live="polite">{move || found.get().map(shown)}</div>
        </section>
    }
}

/// Every loaded rule before and after its conversion, with its label.
fn versions(view: &View) -> Vec<(String, RuleVersion)> {
    let rules = view.rules.iter().flat_map(|rule| {
        let version = |name: &str, converted| {
            let label = match (converted, rule.version.as_str()) {
                (true, _) => format!("{name} (converted)"),
                (false, "") => name.to_owned(),
                (false, version) => format!("{name} {version}"),
            };
            (
                label,
                RuleVersion {
                    rule: rule.key.clone(),
                    converted,
                },
            )
        };
        [
            version(&rule.name, false),
            version(&rule.converted_name, true),
        ]
    });
    rules.collect()
}

fn choice(store: Store, chosen: RwSignal<usize>) -> impl IntoView {
    let options = move || {
        let versions = versions(&store.view.get());
        let option = |(place, (label, _)): (usize, (String, RuleVersion))| {
            view! { <option value=place.to_string() selected=move || chosen.get() == place>{label}</option> }
        };
        versions.into_iter().enumerate().map(option).collect_view()
    };
    let choose = move |event| {
        if let Ok(place) = event_target_value(&event).parse() {
            chosen.set(place);
        }
    };
    view! { <select on:change=choose>{options}</select> }
}

fn shown(diff: DiffView) -> impl IntoView {
    let problem = (!diff.problem.is_empty())
        .then(|| view! { <p class="query-error">{prose(diff.problem)}</p> });
    let whole = diff.whole.map(|whole| {
        let logs = whole.logs.into_iter().map(log).collect_view();
        let names = ("Old version", "New version");
        let example = whole
            .example
            .map(|example| view! { <Example example=example names=names/> });
        (
            view! { <p class="verdict">{prose(whole.sentence)}</p> },
            view! { {logs} {example} },
        )
    });
    let (sentence, rest) = whole.unzip();
    view! {
        {problem}
        {sentence}
        {fields(diff.fields)}
        {query(diff.query)}
        {rest}
    }
}

fn fields(fields: Vec<FieldChange>) -> Option<impl IntoView> {
    (!fields.is_empty()).then(|| {
        let rows = fields
            .into_iter()
            .map(|one| vec![one.field, one.before, one.after]);
        let columns = ["Field", "Old version", "New version"]
            .map(str::to_owned)
            .to_vec();
        view! { <h4>"Fields"</h4>{grid("Fields that differ".to_owned(), columns, rows.collect())} }
    })
}

fn query(changes: Vec<QueryChange>) -> Option<impl IntoView> {
    (!changes.is_empty()).then(|| {
        let all = changes.into_iter().map(|change| change.sentence).collect();
        view! { <h4>"Query"</h4>{sentences(all)} }
    })
}

fn log(log: LogDiff) -> impl IntoView {
    let runs = log.shown.into_iter().map(|run| {
        let (old, new) = run.counts;
        let time = minute(&run.time);
        view! {
            <details>
                <summary>{time.clone()}" UTC: "{counted(old, "row")}" only in the old version, "{counted(new, "row")}" only in the new one"</summary>
                {grid(format!("Rows only in the old version at {time}"), run.old_columns, run.only_old)}
                {grid(format!("Rows only in the new version at {time}"), run.new_columns, run.only_new)}
            </details>
        }
    });
    let runs = runs.collect_view();
    let incident = |which: &'static str| {
        move |one: workbench::protocol::IncidentLine| {
            view! { <li>"Only "{which}": "{minute(&one.time)}" UTC, "{one.severity}", "{counted(one.alerts, "alert")}", "{one.entities}</li> }
        }
    };
    let old = log.only_old.into_iter().map(incident("old")).collect_view();
    let new = log.only_new.into_iter().map(incident("new")).collect_view();
    view! {
        <h4>"On "{log.name}</h4>
        <p class="facts">
            "Rows differ in "{log.differing_runs}" of "{counted(log.runs, "run")}
            ". Alerts: "{log.alerts.0}" and "{log.alerts.1}". Incidents: "{log.incidents.0}" and "{log.incidents.1}" (old and new)."
        </p>
        {runs}
        <ul class="sentences">{old}{new}</ul>
    }
}
