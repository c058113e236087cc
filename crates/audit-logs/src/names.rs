//! Lists of names that records had, as a tree: the next record mostly takes the way of one before.

use kql_analysis::text::same_bytes;

use crate::bytes::find_end_of_plain;

/// Most names in the tree; records with others are read without it.
const MAX_NODES: usize = 1 << 17;
/// Most bytes around a name that are kept.
const MAX_AROUND: usize = 64;

/// A place in the tree: the names so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Way(usize);

/// The names as they stand between quotes in JSON, and the plans for records that have them.
#[derive(Debug)]
pub(crate) struct Names {
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    name: Box<str>,
    /// What stood last between a text and the text of this name behind it, both quotes included; empty before
    /// that.
    joint: Box<[u8]>,
    /// What followed, the last one first.
    next: Vec<usize>,
    /// Plans for records that end here.
    plans: Vec<usize>,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            nodes: vec![Node::default()],
        }
    }
}

impl Names {
    /// Goes on with the name and its quote that a text begins with, if that was met here; the way there and
    /// the length of the name.
    pub fn step(&mut self, way: Way, text: &[u8]) -> Option<(Way, usize)> {
        let length_at = |node: &usize| {
            let name = self.nodes.get(*node)?.name.as_bytes();
            let (begin, end) = text.split_at_checked(name.len())?;
            (end.first() == Some(&b'"') && same_bytes(begin, name)).then_some(name.len())
        };
        let next = &self.nodes.get(way.0)?.next;
        let likely = next.first()?;
        if let Some(length) = length_at(likely) {
            return Some((Way(*likely), length));
        }
        let mut others = next.iter().enumerate().skip(1);
        let (place, length) = others.find_map(|(place, node)| Some((place, length_at(node)?)))?;
        let next = &mut self.nodes.get_mut(way.0)?.next;
        next.swap(0, place);
        Some((Way(*next.first()?), length))
    }

    /// Goes on with the likely name when a text has at a place, the quote behind the text before, what led to
    /// the text of that name last: the way there and where its text begins.
    pub fn joined(&self, way: Way, text: &[u8], at: usize) -> Option<(Way, usize)> {
        let likely = *self.nodes.get(way.0)?.next.first()?;
        let joint = &self.nodes.get(likely)?.joint;
        let end = at + joint.len();
        let is_there = !joint.is_empty() && same_bytes(joint, text.get(at..end)?);
        is_there.then_some((Way(likely), end))
    }

    /// Notes what stands between a text and the text of the last name of a way.
    pub fn join(&mut self, way: Way, joint: &[u8]) {
        if let Some(node) = self.nodes.get_mut(way.0)
            && *node.joint != *joint
            && joint.len() <= node.name.len() + MAX_AROUND
        {
            node.joint = joint.into();
        }
    }

    /// Plans for records whose names end here.
    pub fn plans(&self, way: Way) -> &[usize] {
        self.nodes.get(way.0).map_or(&[], |node| &node.plans)
    }

    /// The way that these names take from now on; `None` when there are too many, or when JSON writes one
    /// otherwise.
    pub fn reach(&mut self, names: &[String]) -> Option<Way> {
        let is_plain = |name: &String| find_end_of_plain(name.as_bytes()) == name.len();
        let room = MAX_NODES.checked_sub(self.nodes.len())?;
        (names.len() <= room && names.iter().all(is_plain)).then(|| {
            let way = names.iter().fold(0, |way, name| self.child(way, name));
            Way(way)
        })
    }

    /// Adds a plan for records whose names end here.
    pub fn add_plan(&mut self, way: Way, plan: usize) {
        if let Some(node) = self.nodes.get_mut(way.0) {
            node.plans.push(plan);
        }
    }

    /// Takes a plan away.
    pub fn drop_plan(&mut self, way: Way, plan: usize) {
        if let Some(node) = self.nodes.get_mut(way.0) {
            node.plans.retain(|known| *known != plan);
        }
    }

    fn child(&mut self, way: usize, name: &str) -> usize {
        let mut next = self.nodes.get(way).into_iter().flat_map(|node| &node.next);
        let is = |node: &&usize| {
            self.nodes
                .get(**node)
                .is_some_and(|node| *node.name == *name)
        };
        if let Some(known) = next.find(is) {
            return *known;
        }
        let new = self.nodes.len();
        self.nodes.push(Node {
            name: name.into(),
            ..Node::default()
        });
        if let Some(node) = self.nodes.get_mut(way) {
            node.next.push(new);
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(names: &mut Names, mut text: &str) -> Option<Vec<usize>> {
        let mut way = Way::default();
        while !text.is_empty() {
            let (next, length) = names.step(way, text.as_bytes())?;
            (way, text) = (next, text.get(length + 1..)?);
        }
        Some(names.plans(way).to_vec())
    }

    #[test]
    fn ways_that_were_met_lead_to_their_plans() {
        let mut names = Names::default();
        let mut add = |list: &[&str], plan| {
            let list: Vec<String> = list.iter().map(|name| (*name).to_owned()).collect();
            let way = names.reach(&list).expect("room");
            names.add_plan(way, plan);
            way
        };
        let first = add(&["a", "b"], 0);
        add(&["a", "bc", "a long name"], 1);
        assert_eq!(add(&["a", "b"], 2), first);
        assert_eq!(walk(&mut names, "a\"b\""), Some(vec![0, 2]));
        assert_eq!(walk(&mut names, "a\"bc\"a long name\""), Some(vec![1]));
        assert_eq!(walk(&mut names, "a\"b\""), Some(vec![0, 2]));
        assert_eq!(walk(&mut names, "a\"bc\""), Some(vec![]));
        assert_eq!(walk(&mut names, "b\""), None);
        assert_eq!(walk(&mut names, "a"), None);
        names.drop_plan(first, 0);
        assert_eq!(walk(&mut names, "a\"b\""), Some(vec![2]));
    }

    #[test]
    fn the_tree_has_an_end() {
        let mut names = Names::default();
        let list: Vec<String> = (0..MAX_NODES).map(|number| number.to_string()).collect();
        assert_eq!(names.reach(&list), None);
        assert!(names.reach(&list[..10]).is_some());
        assert_eq!(names.reach(&["a\"b".to_owned()]), None);
    }
}
