//! Mistakes in the text of the alerts.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "mapping.alerts_zone",
        "没有“{zone}”这个时区。",
        "There is no time zone “{zone}”.",
        "请写时区的名称,例如 Asia/Shanghai。",
        "Write a zone's name, such as Asia/Shanghai.",
    ),
    (
        "mapping.alerts_window",
        "聚合时间最长为 24 小时。",
        "Alerts are gathered for 24 hours at most.",
        "请写短一些,例如 10m。",
        "Write a shorter window, such as 10m.",
    ),
    (
        "mapping.alerts_hour",
        "“{key}”应当是一天中的时刻,现在是“{value}”。",
        "“{key}” must be a time of the day; it is “{value}”.",
        "请写成 \"22:00\" 的样子,带引号。",
        "Write it as \"22:00\", in quotes.",
    ),
    (
        "mapping.alerts_receiver_twice",
        "有两个接收方叫“{name}”。",
        "Two receivers are named “{name}”.",
        "请给其中一个换个名字。",
        "Give one of them another name.",
    ),
    (
        "mapping.alerts_email",
        "“{email}”不是邮箱地址。",
        "“{email}” is no e-mail address.",
        "请写成 it@example.com 的样子,一个地址一项。",
        "Write it as it@example.com, one address each.",
    ),
    (
        "mapping.alerts_link",
        "“{link}”不是这台服务器对外的网址。",
        "“{link}” is no address of this server from outside.",
        "请写成 https://qiao.example.com 的样子,不带参数和账号。",
        "Write it as https://qiao.example.com, without parameters or a user name.",
    ),
    (
        "mapping.alerts_no_receiver",
        "没有名为“{name}”的接收方。",
        "There is no receiver named “{name}”.",
        "to 里写的是 receivers 中的 name。",
        "`to` names receivers by their `name`.",
    ),
];
