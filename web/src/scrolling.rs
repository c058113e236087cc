//! Which rows of a table a scrolled region shows.
//!
//! Browsers lay out an element only up to a height, so a table of more rows is made as high as that, and its
//! scroll bar passes several rows with each pixel. Rows still stand below one another at their own height: the row
//! at the top edge tells where they begin, so that moving by rows passes none over.

/// Pixels of a row; the style sheet gives rows the same.
pub const ROW_HEIGHT: f64 = 26.0;
/// Highest element that browsers lay out exactly, in pixels.
pub const MAX_HEIGHT: f64 = 8_000_000.0;

/// Rows at both ends of a table that take their own height: there is nothing before and behind them where rows
/// about those that are seen could stand.
const END_ROWS: f64 = 100.0;

/// A table in a region that scrolls.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scrolling {
    /// Rows of the table.
    pub rows: usize,
    /// Pixels of the region in which rows are seen.
    pub seen: f64,
}

impl Scrolling {
    /// Whether the table is lower than its rows together.
    pub fn is_shortened(&self) -> bool {
        self.rows as f64 * ROW_HEIGHT > MAX_HEIGHT
    }

    /// Pixels that the table takes.
    pub fn height(&self) -> f64 {
        (self.rows as f64 * ROW_HEIGHT).min(MAX_HEIGHT)
    }

    /// Rows that are seen at once, and parts of them.
    pub fn rows_seen(&self) -> f64 {
        self.seen / ROW_HEIGHT
    }

    /// The row at the top edge when the end of the table is seen.
    fn last_top(&self) -> f64 {
        (self.rows as f64 - self.rows_seen()).max(0.0)
    }

    /// Pixels by which the region can be scrolled.
    fn way(&self) -> f64 {
        (self.height() - self.seen).max(0.0)
    }

    /// Rows that all that is between both ends holds, and pixels of the region's way there.
    fn middle(&self) -> (f64, f64) {
        let ends = 2.0 * END_ROWS;
        (self.last_top() - ends, self.way() - ends * ROW_HEIGHT)
    }

    /// The row at the top edge, and how much of it is above, when the region is scrolled by so many pixels.
    pub fn top(&self, scrolled: f64) -> f64 {
        let (way, last) = (self.way(), self.last_top());
        let (from, to) = (scrolled.clamp(0.0, way), (way - scrolled).max(0.0));
        let end = END_ROWS * ROW_HEIGHT;
        if !self.is_shortened() || from <= end {
            return from / ROW_HEIGHT;
        }
        if to <= end {
            return last - to / ROW_HEIGHT;
        }
        let (rows, pixels) = self.middle();
        END_ROWS + (from - end) / pixels * rows
    }

    /// By how many pixels the region is scrolled with a row at its top edge.
    pub fn scrolled(&self, top: f64) -> f64 {
        let (way, last) = (self.way(), self.last_top());
        let (from, to) = (top.clamp(0.0, last), (last - top).max(0.0));
        if !self.is_shortened() || from <= END_ROWS {
            return from * ROW_HEIGHT;
        }
        if to <= END_ROWS {
            return way - to * ROW_HEIGHT;
        }
        let (rows, pixels) = self.middle();
        END_ROWS * ROW_HEIGHT + (from - END_ROWS) / rows * pixels
    }

    /// The row at the top edge after moving by so many rows.
    pub fn moved(&self, top: f64, rows: f64) -> f64 {
        (top + rows).clamp(0.0, self.last_top())
    }

    /// Pixels of the table above some of its rows, of which the first is given, while another is at the top edge.
    pub fn above(&self, first: usize, count: usize, top: f64) -> f64 {
        let rows = count as f64 * ROW_HEIGHT;
        let above = match self.is_shortened() {
            false => first as f64 * ROW_HEIGHT,
            true => self.scrolled(top) - (top - first as f64) * ROW_HEIGHT,
        };
        above.clamp(0.0, (self.height() - rows).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEN: f64 = 420.0;

    fn of(rows: usize) -> Scrolling {
        Scrolling { rows, seen: SEEN }
    }

    #[test]
    fn a_table_of_its_full_height_is_scrolled_by_pixels() {
        let table = of(1000);
        assert!(!table.is_shortened());
        assert_eq!(table.height(), 26_000.0);
        assert!((table.top(2600.0) - 100.0).abs() < 1e-9);
        assert_eq!(table.above(90, 48, table.top(2600.0)), 2340.0);
    }

    #[test]
    fn the_first_and_the_last_row_of_a_shortened_table_are_reached() {
        let table = of(10_000_000);
        assert!(table.is_shortened());
        assert_eq!((table.top(0.0), table.above(0, 48, 0.0)), (0.0, 0.0));
        let end = table.top(MAX_HEIGHT - SEEN);
        assert!((end + table.rows_seen() - 10_000_000.0).abs() < 1e-3);
        let above = table.above(10_000_000 - 48, 48, end);
        assert!((above + 48.0 * ROW_HEIGHT - MAX_HEIGHT).abs() < 1e-3);
    }

    #[test]
    fn rows_of_a_shortened_table_move_by_their_own_height() {
        let table = of(5_000_000);
        let top = table.moved(table.top(1_000_000.0), 0.0);
        let on_screen = |top: f64| table.above(600_000, 48, top) - table.scrolled(top);
        let next = table.moved(top, 1.0);
        assert!((on_screen(top) - on_screen(next) - ROW_HEIGHT).abs() < 1e-3);
        assert!((table.top(table.scrolled(next)) - next).abs() < 1e-6);
    }

    #[test]
    fn rows_about_those_that_are_seen_have_their_place_everywhere() {
        let table = of(2_000_000);
        for place in [
            0_usize, 17, 60, 99, 100, 101, 130, 5_000, 1_999_870, 1_999_960,
        ] {
            let top = place as f64 + 0.25;
            let first = place.saturating_sub(16);
            let above = table.above(first, 48, top);
            let seen = above + (top - first as f64) * ROW_HEIGHT;
            assert!((seen - table.scrolled(top)).abs() < 1e-3, "{place}");
            assert!(
                (table.top(table.scrolled(top)) - top).abs() < 1e-6,
                "{place}"
            );
        }
    }

    #[test]
    fn moving_ends_at_both_ends() {
        let table = of(5_000_000);
        assert_eq!(table.moved(3.0, -10.0), 0.0);
        let last = table.moved(4_999_990.0, 1e9);
        assert!((table.scrolled(last) - (MAX_HEIGHT - SEEN)).abs() < 1e-6);
    }

    #[test]
    fn few_rows_do_not_scroll() {
        let table = of(3);
        assert_eq!(
            (table.top(50.0), table.scrolled(2.0), table.above(0, 3, 0.0)),
            (0.0, 0.0, 0.0)
        );
    }
}
