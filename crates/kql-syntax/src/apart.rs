//! Calls that stay functions of their own in an optimised program.
//!
//! A function that chooses between many kinds of work takes all of them in when it is their only caller, and
//! becomes one of tens of thousands of bytes. A browser compiles WebAssembly function by function, at first
//! quickly and then, when a function has run over some millions of bytes of its code, thoroughly: a large one
//! gets there after a few hundred calls, and costs a processor a quarter of a second while the page starts.

/// Makes a call that is not taken in by its caller.
#[inline(never)]
pub fn apart<T>(call: impl FnOnce() -> T) -> T {
    call()
}
