//! Following the watched row through the operators, and noting where it is lost.

use kql_analysis::plan::{Node as PlanNode, Plan};

use super::super::fate::{Stop, Why};
use super::super::links::{Followed, Links};
use super::super::names;
use super::{Frame, Input, NodeId, Source, Trace};

impl Trace {
    /// Follows the watched row into the result, and notes where it is lost.
    pub(super) fn follow(
        &mut self,
        frame: &Frame,
        inputs: &[Input],
        plan: &Plan,
        name: &'static str,
        rows: u32,
    ) -> Vec<u32> {
        let mut kept = self.read_watched(frame.source.as_ref(), plan, name);
        let mut followed: Vec<(usize, Followed)> = Vec::new();
        for (place, input) in inputs.iter().enumerate() {
            let tracked = self.watched_in(input.node);
            if !tracked.is_empty() {
                let into = match input.carries {
                    true => input.links.forth(tracked, rows),
                    false => input.links.looked_up(tracked, rows),
                };
                followed.push((place, into));
            }
        }
        if matches!(plan.node, PlanNode::Summarize { .. }) {
            lost_in_all(&mut followed);
        }
        for (place, followed) in followed {
            kept.extend(followed.kept);
            let Some(input) = inputs.get(place) else {
                continue;
            };
            if !followed.lost.is_empty() {
                let said = frame.reasons.iter().filter(|(of, ..)| *of == place);
                let said: Vec<(u32, Why)> = said.map(|(_, row, why)| (*row, why.clone())).collect();
                self.stop(plan, name, input.carries, (&followed.lost, &said));
            } else if matches!(plan.node, PlanNode::Distinct { .. }) {
                self.note_equal(plan, name, input.node, &input.links);
            }
        }
        kept.sort_unstable();
        kept.dedup();
        kept
    }

    fn stop(
        &mut self,
        plan: &Plan,
        operator: &'static str,
        carries: bool,
        (lost, said): (&[u32], &[(u32, Why)]),
    ) {
        let default = match carries {
            true => names::loss(&plan.node),
            false => Some(Why::LookedUp),
        };
        let unsaid = lost
            .iter()
            .any(|row| said.iter().all(|(known, _)| known != row));
        let mut why: Vec<Why> = Vec::new();
        for (_, one) in said {
            if !why.contains(one) {
                why.push(one.clone());
            }
        }
        match default {
            Some(default) if unsaid => why.push(default),
            // The operators inside of it tell.
            None if why.is_empty() => return,
            _ => {}
        }
        let rows = match names::loss(&plan.node) {
            None => said.len(),
            Some(_) => lost.len(),
        };
        self.stops.push(Stop {
            range: plan.range.clone(),
            operator: operator.to_owned(),
            rows,
            ends: true,
            why,
        });
    }

    /// `distinct` went on with an earlier, equal row.
    fn note_equal(&mut self, plan: &Plan, name: &'static str, input: NodeId, links: &Links) {
        let Links::Group(groups) = links else {
            return;
        };
        let first_of = |row: &u32| {
            let group = groups.get(*row as usize)?;
            groups.iter().position(|known| known == group)
        };
        let tracked = self.watched_in(input);
        let later = tracked
            .iter()
            .filter(|row| first_of(row).is_some_and(|first| first < **row as usize));
        let rows = later.count();
        if rows > 0 {
            self.stops.push(Stop {
                range: plan.range.clone(),
                operator: name.to_owned(),
                rows,
                ends: false,
                why: vec![Why::EqualToEarlier],
            });
        }
    }

    /// The watched row among the rows of a given table.
    fn read_watched(
        &mut self,
        source: Option<&Source>,
        plan: &Plan,
        name: &'static str,
    ) -> Vec<u32> {
        let (Some(Source::Given(table, rows)), Some(watch)) = (source, &self.watch) else {
            return Vec::new();
        };
        if *table != watch.table {
            return Vec::new();
        }
        self.reads += 1;
        let row = watch.row as u32;
        let place = match rows {
            None => Some(row),
            Some(rows) => rows.binary_search(&row).ok().map(|place| place as u32),
        };
        if place.is_none() {
            self.stops.push(Stop {
                range: plan.range.clone(),
                operator: name.to_owned(),
                rows: 1,
                ends: true,
                why: vec![Why::OutsideWindow],
            });
        }
        place.into_iter().collect()
    }
}

/// Of links from one input that tell several stories: rows are lost when all of them lose them.
fn lost_in_all(followed: &mut [(usize, Followed)]) {
    let Some(((_, first), others)) = followed.split_first_mut() else {
        return;
    };
    for (_, other) in others {
        let lost = std::mem::take(&mut other.lost);
        first.lost.retain(|row| lost.binary_search(row).is_ok());
    }
}
