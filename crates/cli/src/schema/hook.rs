//! The schema of `hook:`, the webhook of a flow.

use serde_json::{Value, json};

use super::words::{duration, map, one_of, text, texts};

pub fn schema() -> Value {
    map(
        vec![
            (
                "secret",
                secret(),
                "发送方直接带密钥:在哪个请求头或网址参数;都不写则是 Authorization: Bearer",
                "where the sender sends the secret itself; Authorization: Bearer without it",
            ),
            (
                "signature",
                signature(),
                "发送方用密钥签名:已知的发送方写名字,其他写明怎样签",
                "how the sender signs with the secret: the name of a known one, or all of it",
            ),
            (
                "event",
                whence(),
                "事件 id 在哪个请求头或请求体的哪个位置;同一事件重发不再处理",
                "the header, or the place in the body, with the event's id: one sent again does nothing",
            ),
            (
                "only",
                condition(),
                "只接收满足条件的;其他的应答成功但不处理",
                "which are taken; others are answered well and passed over",
            ),
            (
                "records",
                pointer(),
                "数据在请求体的哪个位置,一条或一个列表;默认整个请求体",
                "where in the body the records are, one or a list; the whole body",
            ),
            (
                "id",
                pointer(),
                "主键在数据的哪个位置;默认对象的主键字段",
                "where in a record its id is; the object's id field",
            ),
            (
                "number",
                pointer(),
                "编码在别处时写;写入对象的编码字段",
                "where the number is, if elsewhere; goes into the object's number field",
            ),
            (
                "version",
                pointer(),
                "版本在别处时写;写入对象的版本字段",
                "where the version is, if elsewhere; goes into the object's version field",
            ),
            ("void", condition(), "满足条件的数据已作废", "when a record is void"),
            (
                "challenge",
                challenge(),
                "发送方先试地址时,把它发来的字符串原样返回",
                "how the sender tries the address: what it said is given back",
            ),
        ],
        &[],
    )
}

fn header() -> Value {
    json!({ "type": "string", "pattern": r"^([A-Za-z0-9._-]+|\$\{[^}]+\})$" })
}

/// A JSON pointer, from the record or, behind `$`, from the whole body.
fn pointer() -> Value {
    json!({ "type": "string", "pattern": r"^(\$(/.*)?|/.*|\$\{[^}]+\})$" })
}

fn whence() -> Value {
    json!({ "anyOf": [header(), pointer()] })
}

fn secret() -> Value {
    let in_header = map(
        vec![
            ("header", header(), "请求头", "the header"),
            ("prefix", text(), "密钥前面的固定文字,如 Bearer", "what stands before it, such as Bearer"),
        ],
        &["header"],
    );
    let in_query = map(vec![("query", text(), "网址参数", "the parameter of the address")], &["query"]);
    json!({ "anyOf": [header(), in_header, in_query] })
}

fn part() -> Vec<super::words::Key> {
    vec![
        ("header", header(), "请求头", "the header"),
        ("prefix", text(), "前面的固定文字,如 sha256=", "what stands before it, such as sha256="),
        (
            "separator",
            one_of(&[",", ";", "space"]),
            "一个请求头里有几段时,段之间的分隔",
            "what stands between the pieces of a header that has several",
        ),
    ]
}

fn signature() -> Value {
    let mut stamp = part();
    stamp.push(("within", duration(), "与当前时间最多差多久,默认 5m", "how far from now; 5m"));
    let mut keys = part();
    keys.extend([
        (
            "algorithm",
            one_of(&["hmac-sha256", "hmac-sha1", "hmac-sha512"]),
            "算法,默认 hmac-sha256",
            "hmac-sha256",
        ),
        ("encoding", one_of(&["hex", "base64"]), "签名的写法,默认 hex", "how it is written; hex"),
        (
            "key",
            one_of(&["text", "base64"]),
            "密钥是文字本身(默认),还是 base64(whsec_…)",
            "whether the key is the secret's text, or what it says in base64 (whsec_…)",
        ),
        (
            "over",
            text(),
            "签名包括什么:{body}、{timestamp}、{event} 和固定文字",
            "what is signed: {body}, {timestamp}, {event} and fixed text",
        ),
        (
            "timestamp",
            json!({ "anyOf": [header(), map(stamp, &["header"])] }),
            "签名时间在哪个请求头",
            "the header with the time of the signature",
        ),
    ]);
    let senders = ["github", "shopify", "standard-webhooks", "stripe", "woocommerce"];
    json!({ "anyOf": [one_of(&senders), map(keys, &["header"])] })
}

fn condition() -> Value {
    let mut condition = map(
        vec![
            ("at", pointer(), "看请求体的哪个位置", "where in the body"),
            ("header", header(), "看哪个请求头", "which header"),
            (
                "is",
                json!({ "anyOf": [text(), { "minItems": 1, "type": "array", "items": texts()["items"] }] }),
                "哪些取值算数",
                "which values count",
            ),
        ],
        &["is"],
    );
    condition["oneOf"] = json!([{ "required": ["at"] }, { "required": ["header"] }]);
    condition
}

fn challenge() -> Value {
    let by_query = map(
        vec![
            ("query", text(), "网址参数,其值原样返回", "the parameter whose value is given back"),
            (
                "secret",
                text(),
                "带着密钥的网址参数;不写则不核对",
                "the parameter that has the secret; it is not looked at without one",
            ),
        ],
        &["query"],
    );
    json!({ "anyOf": [pointer(), by_query] })
}
