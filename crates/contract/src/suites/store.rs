//! What every store must do, use case by use case.
