//! Original and converted query side by side, with every edit marked.

use leptos::html::Pre;
use leptos::prelude::*;
use web::segments::{Mark, Segment, lines, segments};
use workbench::protocol::{Applicability, DiagnosticView, EditView, RuleView, TokenView};

use super::prose;
use super::select::select;
use crate::state::Store;
use crate::words::applicability;

/// What is wrong with a query, with its line and what to do.
pub fn query_error(found: DiagnosticView) -> impl IntoView + use<> {
    let hint = match found.hint.as_str() {
        "" => String::new(),
        hint => format!("; {hint}"),
    };
    view! { <p class="query-error">"Line "{found.line}": "{prose(found.message)}{prose(hint)}</p> }
}

/// Both queries.
#[component]
pub fn QueryPair(rule: RuleView) -> impl IntoView {
    let before = marks(&rule, |edit| edit.range);
    let after = marks(&rule, |edit| edit.converted_range);
    let (original, converted) = (NodeRef::<Pre>::new(), NodeRef::<Pre>::new());
    reveal(rule.key.clone(), original, converted);
    view! {
        <section class="pair" aria-label="Queries">
            {side("Key Vault query", &rule.query, &rule.tokens, &before, errors(&rule, false), original)}
            {side("Managed HSM query", &rule.converted_query, &rule.converted_tokens, &after, errors(&rule, true), converted)}
        </section>
    }
}

/// Selects the place that is asked for, once the queries of its rule are there.
fn reveal(rule: String, original: NodeRef<Pre>, converted: NodeRef<Pre>) {
    let store = expect_context::<Store>();
    Effect::new(move || {
        let Some(place) = store.reveal.get().filter(|place| place.rule == rule) else {
            return;
        };
        let side = match place.converted {
            true => converted.get(),
            false => original.get(),
        };
        if let Some(side) = side {
            select(&side, place.range);
            store.reveal.set(None);
        }
    });
}

fn errors(rule: &RuleView, converted: bool) -> Vec<DiagnosticView> {
    rule.diagnostics
        .iter()
        .filter(|found| found.converted == converted)
        .cloned()
        .collect()
}

/// Marks of the edits that have a place on one side; numbered as in the list of edits.
fn marks(rule: &RuleView, place: fn(&EditView) -> Option<(usize, usize)>) -> Vec<Mark> {
    let numbered = rule.edits.iter().enumerate();
    numbered
        .filter_map(|(index, edit)| {
            let (start, end) = place(edit)?;
            let class = match (edit.accepted, edit.applicability) {
                (_, Applicability::Manual) => "hint",
                (true, _) => "applied",
                (false, _) => "open",
            };
            let title = format!(
                "Edit {}: {}. {}",
                index + 1,
                edit.title,
                applicability(edit.applicability)
            );
            Some(Mark {
                start,
                end,
                number: index + 1,
                class,
                title,
            })
        })
        .collect()
}

/// How many blanks a line begins with, at most half a narrow column.
fn indent(line: &[Segment]) -> usize {
    let text = line.iter().flat_map(|piece| piece.text.chars());
    text.take_while(|one| *one == ' ').count().min(16)
}

/// A piece of a query in the colour of its token; where a mark begins, with its number. `last` is the mark of the
/// piece before.
fn piece(segment: Segment, marks: &[Mark], last: &mut Option<usize>) -> AnyView {
    let begins = segment.mark != *last;
    *last = segment.mark;
    let text = view! { <span class=segment.class>{segment.text}</span> };
    let Some(mark) = segment.mark.and_then(|index| marks.get(index)).cloned() else {
        return text.into_any();
    };
    let number = begins.then(|| view! { <sup aria-hidden="true">{mark.number}</sup> });
    view! { <mark class=mark.class title=mark.title>{number}{text}</mark> }.into_any()
}

fn side(
    title: &'static str,
    query: &str,
    tokens: &[TokenView],
    marks: &[Mark],
    errors: Vec<DiagnosticView>,
    text: NodeRef<Pre>,
) -> impl IntoView + use<> {
    let mut last: Option<usize> = None;
    let mut shown = Vec::new();
    for line in lines(segments(query, tokens, marks)) {
        let indent = format!("{}ch", indent(&line));
        let pieces = line.into_iter().map(|one| piece(one, marks, &mut last));
        let pieces: Vec<AnyView> = pieces.collect();
        shown.push(view! { <span class="code-line" style=("--indent", indent)>{pieces}</span> });
    }
    let errors = errors.into_iter().map(query_error);
    view! {
        <div class="side-query">
            <h3>{title}</h3>
            {errors.collect_view()}
            <pre tabindex="0" aria-label=title node_ref=text><code>{shown}</code></pre>
        </div>
    }
}
