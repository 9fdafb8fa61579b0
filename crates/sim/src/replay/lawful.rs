//! What may fail in a replay in which nobody does anything wrong.

use contract::store::TaskLine;
use model::task::State;

/// Every notice of a delivery goes to one person, who by the vendor's rule gets so many of an app in a day and no more:
/// those beyond are dropped with this reason (`protocols/dingtalk.md §4.2`).
const DAILY_LIMIT: &str = "143105";

/// Whether it is a notice that was dropped for nothing but that limit.
pub fn is_told_too_often(line: &TaskLine) -> bool {
    let Some(cause) = &line.task.cause else { return false };
    let says = |name: &str, value: &str| cause.params.iter().any(|(of, said)| of == name && said == value);
    let is_only_held_back = says("forbidden", "1")
        && ["reached", "invalid", "failed", "departments"].iter().all(|count| says(count, "0"));
    line.task.state == State::Failed
        && line.task.flow.as_str() == "delivery-notice"
        && cause.code == "dingtalk.reached_nobody"
        && is_only_held_back
        && says("reasons", DAILY_LIMIT)
}

#[cfg(test)]
mod tests {
    use model::task::{Kind, Task};
    use model::{Cause, RecordId, TaskId, Timestamp};

    use super::*;

    fn failed(flow: &str, code: &'static str, missed: [u32; 2], reasons: &str) -> TaskLine {
        let [invalid, forbidden] = missed;
        let cause = Cause::new(code)
            .with("reached", 0)
            .with("invalid", invalid)
            .with("forbidden", forbidden)
            .with("failed", 0)
            .with("departments", 0)
            .with("reasons", reasons);
        TaskLine {
            task: Task {
                id: TaskId(1),
                flow: flow.into(),
                record: RecordId(1),
                kind: Kind::Deliver,
                state: State::Failed,
                cause: Some(cause),
                want: 1,
                done: 0,
                tries: 1,
                due: Timestamp(0),
                as_of: None,
            },
            source_id: "100001".into(),
            number: Some("XSCKD000001".into()),
            name: None,
            has_intent: false,
            tried: None,
        }
    }

    #[test]
    fn only_the_daily_limit_of_a_person_is_left_out() {
        let nobody = "dingtalk.reached_nobody";
        for (why, line, expected) in [
            ("daily limit", failed("delivery-notice", nobody, [0, 1], "143105"), true),
            ("limit of a minute", failed("delivery-notice", nobody, [0, 1], "143103"), false),
            ("nobody of that name", failed("delivery-notice", nobody, [1, 0], "-"), false),
            ("two reasons", failed("delivery-notice", nobody, [0, 1], "143105, 1430002"), false),
            ("another of them is unknown", failed("delivery-notice", nobody, [1, 1], "143105"), false),
            ("another flow", failed("orders-to-erp", nobody, [0, 1], "143105"), false),
            ("another cause", failed("delivery-notice", "dingtalk.missed_some", [0, 1], "143105"), false),
        ] {
            assert_eq!(is_told_too_often(&line), expected, "{why}");
        }
    }
}
