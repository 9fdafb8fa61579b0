//! What functions promise, through the seam, in both ways of running them.

mod crossing;
mod ground;
mod guide;
mod holes;
mod hooks;
mod host;
mod isolation;
mod places;
mod threads;
mod tools;
