//! What nobody is sure of about DingTalk: each L fact of `protocols/dingtalk.md`, as a switch.

use crate::stand_in::Switch;

pub const WRONG_AGENT: &str = "wrong_agent";
pub const VISIBLE_RANGE: &str = "visible_range";
pub const TOKEN_RENEWAL: &str = "token_renewal";
pub const DELIVERY: &str = "delivery";
pub const THROTTLE_CODE: &str = "throttle_code";
pub const HIDDEN_USER: &str = "hidden_user";
pub const READING: &str = "reading";
pub const EXPIRED_TASK: &str = "expired_task";

const fn switch(name: &'static str, values: &'static [&'static str], about: &'static str) -> Switch {
    Switch { name, values, about }
}

pub const SWITCHES: &[Switch] = &[
    switch(
        WRONG_AGENT,
        &["40056", "400002", "70004"],
        "With which code a notice of a wrong agent_id is refused (§11).",
    ),
    switch(
        VISIBLE_RANGE,
        &["everyone", "without_management"],
        "Whether the app's visible range leaves out the management (§3, 50002).",
    ),
    switch(
        TOKEN_RENEWAL,
        &["extends", "keeps"],
        "Whether asking again for a living token extends it (§2.1).",
    ),
    switch(DELIVERY, &["at_once", "within_5s"], "How long an accepted notice takes to be delivered (§4.4)."),
    switch(THROTTLE_CODE, &["90018", "90002"], "With which code too many calls are refused (§3)."),
    switch(HIDDEN_USER, &["60121", "50002"], "What looking up a user outside the visible range gives (§3)."),
    switch(
        READING,
        &["some_read", "nobody_reads"],
        "Whether delivered notices move from unread to read with time (§4.3).",
    ),
    switch(
        EXPIRED_TASK,
        &["400002", "empty_lists"],
        "What the result of an unknown task, or one older than 24 h, is (§4.3).",
    ),
];
