//! Alerts (告警): what people should hear of without asking.
//!
//! Level-triggered like all else: what is the case is looked at now and then ([`finding`]) and noted; an alert is open
//! for as long as it is seen, and over when it was not seen for a while. Who is told of what is a matter of the store:
//! people are told of an alert once, and once of its end, whatever is restarted meanwhile ([`telling`]). Of several
//! servers each notes what it alone can see (the breakers of its lanes); one of them does the rest.

mod finding;
mod lookout;
mod message;
mod owners;
mod sending;
pub mod story;
mod telling;

pub(crate) use lookout::Lookout;
pub use sending::{NotTested, test};

use std::time::Duration;

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// What was not seen for so long is over.
const GRACE: Duration = Duration::from_secs(150);

/// For so long alerts are kept after they are over (90 days).
const KEPT: Duration = Duration::from_secs(90 * 86_400);
