//! Columns and constants: what each is for a row of either kind of resource, and expressions made of them.

use std::ops::Range;
use std::rc::Rc;

use kql_syntax::ast::range_of;
use kql_syntax::{SyntaxKind, SyntaxNode, literal};

use super::evaluator::MAX_EXPRESSION;
use super::found::Site;
use super::value::{Base, Flow, TableFlow, Worlds, is_changed, of_changes};
use super::walker::Walker;

impl Walker<'_> {
    /// A column that tells something; `None` for one that nothing is known of.
    pub fn column(&mut self, table: &TableFlow, name: &str) -> Option<Flow> {
        if let Some(flow) = table.columns.get(name) {
            return Some(flow.clone());
        }
        for base in &table.bases {
            if let Some(flow) = self.base_column(base, name) {
                if *base == Base::Shared && self.quiet == 0 {
                    self.found.columns.insert(name.to_owned());
                }
                return Some(flow);
            }
        }
        if let Some((bag, prefix)) = table.unpacked.clone() {
            return self.unpacked(&bag, &prefix, name);
        }
        // A join gives the columns of its right side a number.
        let plain = name.strip_suffix('1')?;
        let mut bases = table.bases.iter().filter(|_| table.bases.len() > 1);
        bases.find_map(|base| self.base_column(base, plain))
    }

    /// The texts in quotes of a node that stands for a constant.
    pub fn constant(&mut self, node: &SyntaxNode) -> Flow {
        let mut flow = Flow {
            constant: true,
            origin: Some(range_of(node)),
            ..Flow::default()
        };
        let is_literal = node.kind() == SyntaxKind::Literal;
        let mut joined = String::new();
        for token in node
            .descendants_with_tokens()
            .filter_map(|element| element.into_token())
            .filter(|token| token.kind() == SyntaxKind::String)
        {
            let Some(text) = literal::string(token.text()) else {
                continue;
            };
            let start = usize::from(token.text_range().start());
            if is_literal {
                joined.push_str(&text);
                continue;
            }
            self.site(start..usize::from(token.text_range().end()), text);
            flow.sites.insert(start);
        }
        if is_literal
            && node
                .children_with_tokens()
                .any(|t| t.kind() == SyntaxKind::String)
        {
            let range = range_of(node);
            flow.sites.insert(range.start);
            self.site(range, joined);
        }
        let (before, after) = (self.text(node, false), self.text(node, true));
        flow.worlds = if_short(of_changes(&before, &after));
        flow
    }

    fn site(&mut self, range: Range<usize>, text: String) {
        self.found.sites.entry(range.start).or_insert(Site {
            range,
            text,
            ..Site::default()
        });
    }

    /// The source of a node, with the changes inside it when asked.
    pub fn text(&self, node: &SyntaxNode, changed: bool) -> String {
        self.text_of(&range_of(node), changed)
    }

    /// The same of a range.
    pub fn text_of(&self, range: &Range<usize>, changed: bool) -> String {
        let mut out = String::new();
        let mut copied = range.start;
        if changed {
            for change in self.changes.range(range.clone()).map(|(_, change)| change) {
                if change.range.start >= copied && change.range.end <= range.end {
                    out.push_str(
                        self.source
                            .get(copied..change.range.start)
                            .unwrap_or_default(),
                    );
                    out.push_str(&change.after);
                    copied = change.range.end;
                }
            }
        }
        out.push_str(self.source.get(copied..range.end).unwrap_or_default());
        out
    }

    /// An expression made of others: closed when they are.
    pub fn compose(&mut self, node: &SyntaxNode, parts: &[(Range<usize>, Flow)]) -> Flow {
        let range = range_of(node);
        let mut whole = Flow {
            constant: true,
            origin: Some(range.clone()),
            ..Flow::default()
        };
        for (_, part) in parts {
            whole.absorb(part);
            whole.constant &= part.constant;
        }
        // What is made of one column is named after it.
        let mut columns = parts.iter().filter(|(_, part)| !part.constant);
        if let (Some((_, only)), None) = (columns.next(), columns.next()) {
            whole.column.clone_from(&only.column);
        }
        if !whole.constant {
            whole.origin = None;
        }
        let mut worlds: Worlds = Default::default();
        for (world, out) in worlds.iter_mut().enumerate() {
            let is_changed = is_changed(world);
            let mut copied = range.start;
            out.push('(');
            for (place, part) in parts {
                let Some(texts) = &part.worlds else {
                    return whole;
                };
                out.push_str(&self.text_of(&(copied..place.start), is_changed));
                out.push_str(&texts[world]);
                copied = place.end;
            }
            out.push_str(&self.text_of(&(copied..range.end), is_changed));
            out.push(')');
        }
        if node.kind() == SyntaxKind::CallExpression
            || node.kind() == SyntaxKind::ParenthesizedExpression
        {
            worlds = worlds.map(|text| text.get(1..text.len() - 1).unwrap_or_default().to_owned());
        }
        if let Some(change) = self.changes.get(&range.start)
            && change.range == range
        {
            for (_, out) in worlds
                .iter_mut()
                .enumerate()
                .filter(|(at, _)| is_changed(*at))
            {
                out.clone_from(&change.after);
            }
        }
        whole.worlds = if_short(worlds);
        whole
    }
}

/// The texts of all worlds, unless they are too long to be evaluated.
fn if_short(worlds: Worlds) -> Option<Rc<Worlds>> {
    let fits = worlds.iter().all(|text| text.len() <= MAX_EXPRESSION);
    fits.then(|| Rc::new(worlds))
}
