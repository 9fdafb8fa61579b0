//! The help of alerts.

/// One line for each command, option and argument.
pub const ALERTS: &[(&str, &str, &str)] = &[
    ("qiao alerts", "告警:列出、查看、试发", "alerts: list, show, send a test"),
    ("qiao alerts list", "列出未恢复的告警", "list what is open"),
    ("qiao alerts list all", "连同已恢复的(保留 90 天)", "what is over too (kept for 90 days)"),
    ("qiao alerts list limit", "最多条数", "at most so many"),
    ("qiao alerts show", "查看一条告警,以及告知了谁", "show an alert, and who was told"),
    ("qiao alerts show alert", "告警号", "the alert"),
    ("qiao alerts test", "给一个接收方发一条测试消息", "send a test message to a receiver"),
    (
        "qiao alerts test receiver",
        "接收方的名称(见告警文本的 receivers)",
        "the receiver, as the text of the alerts names it",
    ),
];
