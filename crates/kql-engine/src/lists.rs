//! Arrays of texts, one a row, as codes into a dictionary: a million small sets cost no allocation each.
//!
//! A cell becomes an array of values when it is read.

use std::collections::HashSet;
use std::sync::Arc;

use kql_analysis::value::Value;

use crate::codes::Codes;
use crate::column::Dictionary;

/// Elements up to which equal texts of a set are looked for one by one.
const FEW: usize = 8;

/// The elements of all rows, row after row.
#[derive(Clone, Debug)]
pub(crate) struct Lists {
    /// Where the elements of each row end.
    ends: Vec<u32>,
    codes: Vec<u32>,
    texts: Dictionary,
}

impl Lists {
    /// The codes of each group's rows in their order.
    pub(crate) fn of_groups(
        codes: &Codes,
        texts: Dictionary,
        group_of_row: &[u32],
        groups: usize,
    ) -> Self {
        let mut ends = vec![0; groups];
        for group in group_of_row {
            if let Some(rows) = ends.get_mut(*group as usize) {
                *rows += 1;
            }
        }
        let mut next = 0;
        for end in &mut ends {
            // Each group begins where the one before it ends; filling it moves this on to its end.
            let rows = std::mem::replace(end, next);
            next += rows;
        }
        let mut placed = vec![0; group_of_row.len()];
        let mut groups = group_of_row.iter();
        codes.for_each(|code| {
            if let Some(end) = groups
                .next()
                .and_then(|group| ends.get_mut(*group as usize))
            {
                if let Some(place) = placed.get_mut(*end as usize) {
                    *place = code;
                }
                *end += 1;
            }
        });
        Self {
            ends,
            codes: placed,
            texts,
        }
    }

    /// The first `most` elements of each row.
    pub(crate) fn first(&self, most: usize) -> Self {
        self.kept(|codes, kept| kept.extend(codes.iter().take(most)))
    }

    /// The first `most` different texts of each row. Two codes may stand for one text, so codes alone do not
    /// tell.
    pub(crate) fn distinct(&self, most: usize) -> Self {
        let mut met_in = vec![u32::MAX; self.texts.len()];
        // The texts of the row when they are more than a few.
        let mut many: HashSet<&str> = HashSet::new();
        let mut row = 0;
        self.kept(|codes, kept| {
            let begin = kept.len();
            many.clear();
            for &code in codes {
                let met = met_in.get_mut(code as usize);
                let again = met.is_some_and(|met| std::mem::replace(met, row) == row);
                let set = kept.get(begin..).unwrap_or_default();
                if !again && set.len() < most && self.is_new(code, set, &mut many) {
                    kept.push(code);
                }
            }
            row += 1;
        })
    }

    /// Whether the text of a code differs from those of a set, of which `many` knows the texts as soon as
    /// they are more than a few.
    fn is_new<'t>(&'t self, code: u32, set: &[u32], many: &mut HashSet<&'t str>) -> bool {
        let text = |code: &u32| self.texts.get(*code as usize).map(Arc::as_ref);
        let Some(wanted) = text(&code) else {
            return false;
        };
        if set.len() <= FEW {
            return !set.iter().any(|known| text(known) == Some(wanted));
        }
        if many.is_empty() {
            many.extend(set.iter().filter_map(text));
        }
        many.insert(wanted)
    }

    fn kept(&self, mut keep: impl FnMut(&[u32], &mut Vec<u32>)) -> Self {
        let mut codes = Vec::with_capacity(self.codes.len());
        let ends = (0..self.len()).map(|row| {
            keep(self.row(row).unwrap_or_default(), &mut codes);
            codes.len() as u32
        });
        Self {
            ends: ends.collect(),
            codes,
            texts: Arc::clone(&self.texts),
        }
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Number of elements of a row.
    pub(crate) fn elements(&self, row: usize) -> usize {
        self.row(row).map_or(0, <[u32]>::len)
    }

    fn row(&self, row: usize) -> Option<&[u32]> {
        let end = *self.ends.get(row)? as usize;
        let begin = match row.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize,
            None => 0,
        };
        self.codes.get(begin..end)
    }

    /// The array of a row.
    pub(crate) fn get(&self, row: usize) -> Option<Value> {
        let texts = self.row(row)?.iter();
        let texts = texts.filter_map(|code| self.texts.get(*code as usize));
        let items = texts.map(|text| Value::String(Arc::clone(text))).collect();
        Some(Value::Array(Arc::new(items)))
    }

    /// These rows in this order; `None` when one of them does not exist.
    pub(crate) fn take(&self, rows: &[u32]) -> Option<Self> {
        let mut codes = Vec::new();
        let mut ends = Vec::with_capacity(rows.len());
        for row in rows {
            codes.extend_from_slice(self.row(*row as usize)?);
            ends.push(codes.len() as u32);
        }
        Some(Self {
            ends,
            codes,
            texts: Arc::clone(&self.texts),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(codes: &[u32], group_of_row: &[u32], groups: usize) -> Lists {
        let texts = ["a", "b", "a", "c"].map(Arc::from).to_vec();
        let codes: Codes = codes.iter().copied().collect();
        Lists::of_groups(&codes, Arc::new(texts), group_of_row, groups)
    }

    fn shown(lists: &Lists) -> Vec<String> {
        let row = |row| format!("{:?}", lists.row(row).unwrap_or_default());
        (0..lists.len()).map(row).collect()
    }

    #[test]
    fn rows_stay_in_order_within_their_group() {
        let lists = lists(&[3, 0, 1, 3, 0], &[2, 0, 2, 0, 2], 3);
        assert_eq!(shown(&lists), ["[0, 3]", "[]", "[3, 1, 0]"]);
        assert_eq!(shown(&lists.first(2)), ["[0, 3]", "[]", "[3, 1]"]);
        assert_eq!(lists.elements(2), 3);
    }

    #[test]
    fn two_codes_of_one_text_are_one_element() {
        let lists = lists(&[0, 2, 1, 0, 2, 2], &[0, 0, 0, 0, 1, 1], 2);
        assert_eq!(shown(&lists.distinct(9)), ["[0, 1]", "[2]"]);
        assert_eq!(shown(&lists.distinct(1)), ["[0]", "[2]"]);
    }

    #[test]
    fn only_rows_that_exist_are_taken() {
        let lists = lists(&[0, 1, 3], &[0, 1, 1], 2);
        assert_eq!(
            lists
                .take(&[1, 0, 1])
                .map(|taken| shown(&taken))
                .unwrap_or_default(),
            ["[1, 3]", "[0]", "[1, 3]"]
        );
        assert!(lists.take(&[2]).is_none());
    }

    #[test]
    fn sets_of_many_texts_hold_each_once() {
        let texts: Vec<Arc<str>> = (0..40)
            .map(|one| Arc::from(format!("{}", one % 20)))
            .collect();
        let codes: Codes = (0..40).collect();
        let lists = Lists::of_groups(&codes, Arc::new(texts), &[0; 40], 1);
        assert_eq!(lists.distinct(100).elements(0), 20);
    }
}
