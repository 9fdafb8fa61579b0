//! Mistakes in the webhook of a flow.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "mapping.hook_pointer",
        "“{pointer}”不是 JSON 指针。",
        "“{pointer}” is no JSON pointer.",
        "请写成 /data/order/id 的样子；从整个请求体开始找时前面加 $，如 $/type；名字里的 ~ 写 ~0，/ 写 ~1。",
        "Write it as /data/order/id; with a $ before it, as in $/type, it begins at the whole body. ~ in a name is ~0, / is ~1.",
    ),
    (
        "mapping.hook_header",
        "“{header}”不是请求头的名字。",
        "“{header}” is no name of a header.",
        "请只用字母、数字、连字符、下划线和点，如 X-Signature。",
        "Use letters, digits, hyphens, underscores and dots alone, as in X-Signature.",
    ),
    (
        "mapping.hook_condition_twice",
        "“{key}”同时写了 at 和 header。",
        "“{key}” names both at and header.",
        "请只留一个：at 看请求体，header 看请求头。",
        "Keep one of them: at looks into the body, header at a header.",
    ),
    (
        "mapping.hook_is_empty",
        "is 里没有任何值。",
        "There is no value in is.",
        "请写出哪些取值算数。",
        "Write which values count.",
    ),
    (
        "mapping.hook_two_proofs",
        "secret 和 signature 只能写一个。",
        "Both secret and signature are written here.",
        "发送方直接带密钥时写 secret，用密钥签名时写 signature。",
        "Write secret where the sender sends the secret itself, signature where it signs with it.",
    ),
    (
        "mapping.hook_query_alone",
        "密钥放在网址参数里时，不能再写 header 或 prefix。",
        "A secret in a parameter of the address has no header and no prefix.",
        "请只留 query，或只留 header 和 prefix。",
        "Keep query, or header and prefix.",
    ),
    (
        "mapping.hook_over_word",
        "over 里不认识“{word}”。",
        "“{word}” is not known in over.",
        "大括号里可以写 body、timestamp、event。",
        "In braces there may be body, timestamp and event.",
    ),
    (
        "mapping.hook_body_unsigned",
        "签名没有包括请求体，任何人都能改内容。",
        "The signature does not cover the body: anybody could change it.",
        "请在 over 里写上大括号括起的 body。",
        "Put body in braces into over.",
    ),
    (
        "mapping.hook_time_unsigned",
        "签名没有包括时间，旧的请求改一下时间就能重放。",
        "The signature does not cover the time: an old call could be sent again with another one.",
        "请在 over 里写上大括号括起的 timestamp，或去掉 timestamp。",
        "Put timestamp in braces into over, or leave timestamp out.",
    ),
    (
        "mapping.hook_no_time",
        "over 里用到时间，但没有写时间在哪个请求头。",
        "over names the time, and nothing says which header has it.",
        "请补上 timestamp。",
        "Add timestamp.",
    ),
    (
        "mapping.hook_no_event",
        "over 里用到事件 id，但没有写它在哪个请求头。",
        "over names the event's id, and nothing says which header has it.",
        "请在 hook 下补上 event: 请求头的名字。",
        "Add event, with the name of the header, below hook.",
    ),
    (
        "mapping.object_code",
        "对象编码“{code}”不能以 /hook/ 开头，那是 webhook 的地址。",
        "The code “{code}” must not begin with /hook/, which is where webhooks are.",
        "请改用系统里的编码。",
        "Use the code that the system has.",
    ),
];
