//! The schema of the text of the alerts.

use model::alert::{AlertKind, Severity};
use serde_json::{Value, json};

use super::words::{Key, document, duration, flag, head, map, one_of, text, texts};

pub fn schema() -> Value {
    let mut keys = head("alerts", "告警文本的名称", "the name of the text");
    keys.extend([
        ("language", one_of(&["zh", "en"]), "消息的语言,默认 zh", "the language of messages; zh by default"),
        (
            "zone",
            text(),
            "公司的时区,默认 Asia/Shanghai",
            "the company's time zone; Asia/Shanghai by default",
        ),
        (
            "window",
            duration(),
            "发出一条消息后,这么长时间内的告警聚合成下一条;默认 10m",
            "after a message, what is found for so long is gathered into the next; 10m by default",
        ),
        (
            "quiet",
            map(
                vec![
                    ("from", text(), "开始,如 \"22:00\"", "from, such as \"22:00\""),
                    ("to", text(), "结束,如 \"07:00\"", "to, such as \"07:00\""),
                ],
                &["from", "to"],
            ),
            "免打扰时段:只告知紧急的",
            "quiet hours: only what is critical is told",
        ),
        ("rules", list(rule()), "规则:第一条符合的生效", "rules: the first that fits holds"),
        ("receivers", list(receiver()), "接收方;没有则只记录不发送", "who is told; nobody without any"),
        (
            "owners",
            json!({ "anyOf": [owner(), list(owner())] }),
            "数据失败时也告知它的负责人;几条时第一条符合的生效",
            "owners of records hear of those that failed, too; of several the first that fits holds",
        ),
        (
            "link",
            text(),
            "这台服务器对外的网址,如 https://qiao.example.com;告知负责人的消息带上每条数据经过的链接",
            "where this server is reached from outside, such as https://qiao.example.com: messages to owners lead to the story of each record",
        ),
        ("link_for", duration(), "链接多久内有效,默认 30d", "for how long such a link leads there; 30d by default"),
    ]);
    document("Qiao alerts 告警", map(keys, &["kind", "name"]))
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn rule() -> Value {
    let kinds: Vec<&str> = AlertKind::ALL.iter().map(|kind| kind.name()).collect();
    let keys: Vec<Key> = vec![
        ("type", one_of(&kinds), "告警类型", "the type of alerts"),
        ("flows", texts(), "只对这些集成流", "of these flows only"),
        ("connections", texts(), "只对这些连接", "of these connections only"),
        ("severity", severity(), "级别", "how grave it is"),
        (
            "after",
            duration(),
            "持续多久才告警;对 expiring 是提前多久",
            "how long it must last; for expiring, how long before its end",
        ),
        ("off", flag(), "不告警也不记录", "it is neither told nor kept"),
        ("to", texts(), "告知哪些接收方;默认全部", "which receivers are told; all by default"),
    ];
    map(keys, &["type"])
}

fn receiver() -> Value {
    let keys: Vec<Key> = vec![
        ("name", text(), "接收方的名称", "the receiver's name"),
        ("connection", text(), "通过哪个连接发送", "the connection that it goes through"),
        ("users", texts(), "那个系统中的用户 id", "ids of people in that system"),
        ("mobiles", texts(), "手机号", "mobile numbers"),
        ("emails", texts(), "邮箱地址", "e-mail addresses"),
        ("least", severity(), "只告知这个级别及以上的", "only what is at least so grave"),
    ];
    map(keys, &["name", "connection"])
}

fn owner() -> Value {
    let keys: Vec<Key> = vec![
        (
            "connection",
            text(),
            "通过哪个连接告知;负责人须与其中的人员绑定",
            "the connection that it goes through; owners are bound to its people",
        ),
        (
            "field",
            text(),
            "源数据里负责人的字段,默认 owner",
            "the field of the source's records that names the owner; owner by default",
        ),
        ("flows", texts(), "只对这些集成流", "of these flows only"),
    ];
    map(keys, &["connection"])
}

fn severity() -> Value {
    one_of(&Severity::ALL.map(Severity::name))
}
