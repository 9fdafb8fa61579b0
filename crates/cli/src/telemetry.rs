//! The log: on the standard error, readable alone, without bodies, field values or secrets.

use tracing_subscriber::EnvFilter;

/// Starts the log at a level, or with a filter such as `info,engine=debug`. What cannot be read as one gives `warn`.
pub fn start(level: &str) {
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("warn"));
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(true);
    // A second start in one process (tests) leaves the first log in place.
    let _ = log.try_init();
}
