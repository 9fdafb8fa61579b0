//! 钉钉 (`protocols/dingtalk.md`): notices only, so that none of the writes of documents are its own.

use std::sync::LazyLock;

use connect::exchanges::connection;
use model::Value;

use super::Vendor;

pub static VENDOR: LazyLock<Vendor> = LazyLock::new(|| Vendor {
    connector: "dingtalk",
    connection: connection(
        "dingtalk",
        &[("app_key", "dingkey"), ("agent_id", "7")],
        &[("app_secret", "dingsecret-0123456789")],
    ),
    signed_in: r#"{"errcode":0,"access_token":"t1","expires_in":7200}"#,
    object: "text",
    fields: &[],
    by: &["mobiles"],
    notice: (
        "text",
        r#"{"mobiles":"13800001111","userid_list":"zhangsan","text":"新客户 上海启明机械有限公司"}"#,
    ),
    steps: |_| None,
    is_write: |operation| operation == "asyncsend_v2",
    reads: super::read_json,
    says_done: |answer| {
        let is_ok = answer.get("errcode").and_then(Value::plain).as_deref() == Some("0");
        is_ok && answer.get("task_id").is_some()
    },
    may_be_done_already: |_| false,
});
