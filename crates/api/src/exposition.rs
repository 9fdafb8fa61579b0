//! Counts in the text format of Prometheus, version 0.0.4.

use contract::store::FlowCount;

/// All series, each with its help and type.
pub fn render(counts: &[FlowCount], open_wishes: u64) -> String {
    let mut out = String::from("# HELP qiao_tasks Tasks by flow, kind and state.\n# TYPE qiao_tasks gauge\n");
    for count in counts {
        let (flow, kind, state) = (escaped(count.flow.as_str()), count.kind.name(), count.state.name());
        out.push_str(&format!(
            "qiao_tasks{{flow=\"{flow}\",kind=\"{kind}\",state=\"{state}\"}} {}\n",
            count.tasks
        ));
    }
    out.push_str("# HELP qiao_open_wishes Records that something waits for and that are still to be read.\n");
    out.push_str(&format!("# TYPE qiao_open_wishes gauge\nqiao_open_wishes {open_wishes}\n"));
    out
}

/// A label's value: backslash, quote and line end are escaped.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use model::task::{Kind, State};

    use super::*;

    #[test]
    fn every_count_is_a_line_and_labels_are_escaped() {
        let count =
            FlowCount { flow: "客户\"A\"".into(), kind: Kind::Deliver, state: State::Synced, tasks: 12 };
        let text = render(&[count], 3);
        assert!(
            text.contains("qiao_tasks{flow=\"客户\\\"A\\\"\",kind=\"deliver\",state=\"synced\"} 12\n"),
            "{text}"
        );
        assert!(text.ends_with("qiao_open_wishes 3\n"), "{text}");
        assert!(text.lines().all(|line| line.starts_with('#') || line.starts_with("qiao_")), "{text}");
    }
}
