//! Arrays of texts, one a row, as codes into a dictionary: a million small sets cost no allocation each.
//!
//! A cell becomes an array of values when it is read.

use std::sync::Arc;

use kql_analysis::value::Value;

use crate::codes::Codes;
use crate::column::Dictionary;
use crate::rows_of_keys::Placing;

/// Elements of a row that are compared with one another.
const FEW_ELEMENTS: usize = 16;

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
        let mut placing = Placing::of(group_of_row, groups);
        codes.for_each(|code| placing.place(code));
        let (ends, codes) = placing.finish();
        Self { ends, codes, texts }
    }

    /// The first `most` elements of each row.
    pub(crate) fn first(&self, most: usize) -> Self {
        self.kept(|codes, kept| kept.extend(codes.iter().take(most)))
    }

    /// The first `most` different texts of each row.
    pub(crate) fn distinct(&self, most: usize) -> Self {
        // A place for each text of a large dictionary costs more than short rows do.
        let mut met_in = Vec::new();
        let mut row = 0;
        self.kept(|codes, kept| {
            let begin = kept.len();
            if codes.len() > FEW_ELEMENTS && met_in.is_empty() {
                met_in.resize(self.texts.len(), u32::MAX);
            }
            for &code in codes {
                let is_new = match codes.len() > FEW_ELEMENTS {
                    true => {
                        let met = met_in.get_mut(code as usize);
                        met.is_some_and(|met| std::mem::replace(met, row) != row)
                    }
                    false => !kept.iter().skip(begin).any(|known| *known == code),
                };
                if is_new && kept.len() - begin < most {
                    kept.push(code);
                }
            }
            row += 1;
        })
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

    /// The texts of all elements.
    pub(crate) fn texts(&self) -> &Dictionary {
        &self.texts
    }

    /// Bytes that the elements hold, besides their texts.
    pub(crate) fn held_bytes(&self) -> usize {
        size_of_val(self.ends.as_slice()) + size_of_val(self.codes.as_slice())
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
        let texts = ["a", "b", "d", "c"].map(Arc::from).to_vec();
        let codes: Codes = codes.iter().copied().collect();
        Lists::of_groups(&codes, Arc::new(texts.into()), group_of_row, groups)
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
    fn a_repeated_text_is_one_element() {
        let lists = lists(&[0, 1, 0, 2, 2], &[0, 0, 0, 1, 1], 2);
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
}
