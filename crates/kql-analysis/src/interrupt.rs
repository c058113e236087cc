//! Whether the work of this thread is still wanted, asked between two pieces of it.
//!
//! Whoever runs queries names a function that is asked now and then whether the work is to end. What it is
//! asked never changes a result: work that is to end is cut short, and whoever began it sees that it was.

use std::any::Any;
use std::cell::{Cell, RefCell};

/// Pieces of work between two questions.
const PIECES_BETWEEN: u32 = 1 << 12;

thread_local! {
    /// Whether the work has been told to end; from then on it is.
    static IS_OVER: Cell<bool> = const { Cell::new(false) };
    static IS_CANCELLED: Cell<Option<fn() -> bool>> = const { Cell::new(None) };
    /// What is still to be given back of work that was ended.
    static LEFT: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

/// Names the function that says whether work on this thread is to end; none is when it is `None`. What is left
/// of work that was ended is given back before new work begins.
pub fn ask(is_cancelled: Option<fn() -> bool>) {
    IS_CANCELLED.set(is_cancelled);
    IS_OVER.set(false);
    if is_cancelled.is_some() {
        give_back();
    }
}

/// Asks whether the work is to end.
pub fn is_over() -> bool {
    let is_cancelled = IS_CANCELLED.get();
    if !IS_OVER.get() && is_cancelled.is_some_and(|is_cancelled| is_cancelled()) {
        IS_OVER.set(true);
    }
    IS_OVER.get()
}

/// Whether the work was told to end: what was computed since may be cut short.
#[inline]
pub fn was_over() -> bool {
    IS_OVER.get()
}

/// Gives back the memory that ended work left, which takes up to a second. Called when the answer is out.
pub fn give_back() {
    // What is left may be left again while it is given back.
    drop(LEFT.take());
}

/// Leaves something for [`give_back`], as giving it back would keep the answer waiting.
pub(crate) fn leave(what: Box<dyn Any>) {
    // A thread that ends has no place for it any more; then it is given back here.
    let _ = LEFT.try_with(|left| left.borrow_mut().push(what));
}

/// Asks once in many pieces of work, and sees at each what others were told.
#[derive(Debug, Default)]
pub struct Pace {
    pieces: u32,
}

impl Pace {
    /// Counts a piece of work; true when the work is to be cut short, and from then on.
    #[inline]
    pub fn is_over(&mut self) -> bool {
        self.pieces += 1;
        if self.pieces < PIECES_BETWEEN {
            return was_over();
        }
        self.pieces = 0;
        is_over()
    }
}
