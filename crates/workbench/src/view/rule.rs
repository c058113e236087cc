//! A rule with its conversion as the page shows it.

use kql_syntax::text::LineIndex;
use rule_convert::{Edit, Kept, Target, compare_with_replace_all};
use rule_replay::words;
use sentinel_rules::rule::Rule;

use crate::loaded_rule::LoadedRule;
use crate::protocol::{EditView, FieldView, KeptView, RuleView};
use crate::view::{outcome, timeline};

/// The view of a rule.
pub(crate) fn of(loaded: &LoadedRule) -> RuleView {
    let (rule, converted) = (&loaded.rule, &loaded.converted.rule);
    let lines = LineIndex::new(&rule.query);
    let converted_lines = LineIndex::new(&converted.query);
    let [painted, converted_painted] = &loaded.painted;
    let painted = painted.of(&rule.query, &lines, false);
    let converted_painted = converted_painted.of(&converted.query, &converted_lines, true);
    RuleView {
        key: loaded.key.clone(),
        origin: origin(rule),
        bundled: loaded.bundled,
        fields: fields(rule, converted),
        name: rule.name.clone(),
        converted_name: converted.name.clone(),
        kind: words::kind(rule.kind).to_owned(),
        severity: words::severity(rule.severity).to_owned(),
        tactics: rule.tactics.clone(),
        techniques: rule.techniques.clone(),
        version: rule.version.clone().unwrap_or_default(),
        schedule: words::schedule(rule),
        query: rule.query.clone(),
        converted_query: converted.query.clone(),
        diagnostics: [painted.diagnostics, converted_painted.diagnostics].concat(),
        tokens: painted.tokens,
        converted_tokens: converted_painted.tokens,
        edits: edits(loaded, &lines, &converted_lines),
        kept: loaded
            .conversion
            .kept
            .iter()
            .map(|kept| kept_view(kept, &lines))
            .collect(),
        replace_all: compare_with_replace_all(rule, &loaded.conversion),
        run: loaded.run.as_ref().map(|run| outcome::of(run, &rule.query)),
        converted_run: loaded
            .converted_run
            .as_ref()
            .map(|run| outcome::of(run, &converted.query)),
        timeline: loaded
            .timeline
            .as_ref()
            .map(|replayed| timeline::of(&loaded.converted.rule, replayed)),
    }
}

fn origin(rule: &Rule) -> String {
    match rule.origin.path.is_empty() {
        true => rule.origin.file.clone(),
        false => format!("{}, {}", rule.origin.file, rule.origin.path),
    }
}

fn edits(loaded: &LoadedRule, lines: &LineIndex, converted_lines: &LineIndex) -> Vec<EditView> {
    loaded
        .conversion
        .edits
        .iter()
        .map(|edit| edit_view(loaded, edit, lines, converted_lines))
        .collect()
}

fn edit_view(
    loaded: &LoadedRule,
    edit: &Edit,
    lines: &LineIndex,
    converted_lines: &LineIndex,
) -> EditView {
    let pair = |range: std::ops::Range<usize>| (range.start, range.end);
    let (range, place) = match &edit.target {
        Target::Query { range } => (
            Some(pair(lines.utf16_range(range))),
            format!("line {}", lines.line(range.start)),
        ),
        Target::Field { name } => (None, name.clone()),
    };
    let placement = loaded
        .converted
        .placements
        .iter()
        .find(|placement| placement.edit == edit.id);
    EditView {
        id: edit.id.clone(),
        range,
        converted_range: placement
            .map(|placement| pair(converted_lines.utf16_range(&placement.range))),
        place,
        before: edit.before.clone(),
        after: edit.after.clone(),
        title: edit.title.clone(),
        reason: edit.reason.clone(),
        applicability: edit.applicability,
        certainty: edit.certainty,
        accepted: loaded.is_accepted(edit),
        by_hand: edit.is_by_hand(),
        note: edit.note().to_owned(),
    }
}

fn kept_view(kept: &Kept, lines: &LineIndex) -> KeptView {
    let range = lines.utf16_range(&kept.range);
    KeptView {
        range: (range.start, range.end),
        line: lines.line(kept.range.start),
        text: kept.text.clone(),
        reason: kept.reason.clone(),
    }
}

/// The fields of the rule before and after, in reading order.
fn fields(before: &Rule, after: &Rule) -> Vec<FieldView> {
    let connectors = |rule: &Rule| {
        let names: Vec<String> = rule
            .connectors
            .iter()
            .filter_map(|connector| connector.connector_id.clone())
            .collect();
        names.join(", ")
    };
    type Value = fn(&Rule) -> String;
    let rows: [(&str, Value); 7] = [
        ("Name", |rule| rule.name.clone()),
        ("Description", |rule| rule.description.clone()),
        ("Rule id", |rule| rule.id.clone()),
        ("Version", |rule| rule.version.clone().unwrap_or_default()),
        ("Schedule", words::schedule),
        ("Tactics", |rule| rule.tactics.join(", ")),
        ("Template link", |rule| {
            rule.template_id.clone().unwrap_or_default()
        }),
    ];
    let mut fields: Vec<FieldView> = rows
        .iter()
        .map(|(label, value)| FieldView {
            label: (*label).to_owned(),
            before: value(before),
            after: value(after),
        })
        .collect();
    fields.push(FieldView {
        label: "Connectors".to_owned(),
        before: connectors(before),
        after: connectors(after),
    });
    fields.retain(|field| !(field.before.is_empty() && field.after.is_empty()));
    fields
}
