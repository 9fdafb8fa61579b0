//! The words for webhooks.

use model::Sentence;

pub(super) fn sentences() -> Vec<Sentence> {
    [CONFIGURED, RECEIVED].concat()
}

const CONFIGURED: &[Sentence] = &[
    Sentence::new(
        "config.hook_secret",
        "集成流 {flow} 写了 hook，但连接 {connection} 没有 {setting}，谁也证明不了自己是发送方。",
        "The flow {flow} has a hook, and the connection {connection} no {setting}: nobody could prove to be its sender.",
        "在连接的 settings 里写 {setting}，值用 env 从环境变量取；把同一个密钥交给发送方。",
        "Write {setting} into the connection's settings, taken from a variable by env, and give the sender the same secret.",
    ),
    Sentence::new(
        "config.hook_settings",
        "连接 {connection} 的推送设置有误，集成流 {flow} 的 webhook 不能接收。",
        "The connection's settings of pushes ({connection}) are wrong: the webhook of the flow {flow} can take nothing.",
        "请运行 qiao connection check {connection}，改正它指出的设置。",
        "Run qiao connection check {connection} and mend the setting that it names.",
    ),
    Sentence::new(
        "config.hook_id",
        "{connection} 的对象 {object} 没有手工描述，hook 要写 id：数据的主键在请求体的什么位置。",
        "The object {object} of {connection} is not described by hand: its hook has to say where in the body a record's id is.",
        "请写 id: /data/id 这样的指针；收到后会按主键重新读取这条数据。",
        "Write a pointer, such as id: /data/id; the record is read again by it.",
    ),
    Sentence::new(
        "config.hook_wakes",
        "{connection} 的对象 {object} 由系统自己说明，webhook 只用来通知重新读取，{keys} 没有作用。",
        "The system itself says what {object} of {connection} is like: a webhook only has its records read again, and {keys} says nothing.",
        "请去掉 {keys}。",
        "Leave {keys} out.",
    ),
    Sentence::new(
        "config.hook_function",
        "对象 {object} 由 parse 函数解析，hook 里的 {keys} 没有作用。",
        "The object {object} is read by its parse function, and {keys} of the hook says nothing.",
        "请去掉 {keys}，由函数给出 id、字段和 void，不要的数据不给出；或去掉对象的 functions.parse。",
        "Leave {keys} out and let the function give ids, fields and what is void, and nothing of what is not meant; or leave out the object's functions.parse.",
    ),
    Sentence::new(
        "config.hook_no_field",
        "hook 写了 {key}，但对象 {object} 没有说明哪个字段是 {key}。",
        "The hook says where the {key} is, and the object {object} names no field for it.",
        "请在对象的文本里写 {key}: 字段名。",
        "Write {key} with the name of a field into the object's text.",
    ),
];

const RECEIVED: &[Sentence] = &[
    Sentence::new(
        "hook.no_flow",
        "这是发给集成流 {flow} 的 webhook 的，现在没有这个集成流，或它没有写 hook。",
        "This was sent to the webhook of the flow {flow}; there is no such flow now, or it has no hook.",
        "恢复集成流后重新解析；不再需要就忽略它。",
        "Bring the flow back and have the receipt parsed again, or ignore it.",
    ),
    Sentence::new(
        "hook.not_json",
        "收到的内容不是 JSON：{reason}。",
        "What was sent is no JSON: {reason}.",
        "请发送方按 Content-Type 发 JSON、XML 或表单；其他格式由对象的 parse 函数解析，然后重新解析。",
        "Let the sender send JSON, XML or a form, as its Content-Type says; read any other form by the object's parse function, and parse the receipt again.",
    ),
    Sentence::new(
        "hook.not_form",
        "收到的表单内容无法读取：{reason}。",
        "The form that was sent cannot be read: {reason}.",
        "请检查发送方的编码。",
        "See how its sender encodes it.",
    ),
    Sentence::new(
        "hook.no_records",
        "收到的内容里 {pointer} 处没有数据。",
        "What was sent has no records at {pointer}.",
        "用 qiao receipts show 查看原文，改正集成流 hook 的 records，应用后重新解析。",
        "Look at it with qiao receipts show, mend records in the hook of the flow, apply it and have the receipt parsed again.",
    ),
    Sentence::new(
        "hook.not_record",
        "收到的第 {number} 条数据不是一组字段。",
        "Record {number} of what was sent has no fields.",
        "用 qiao receipts show 查看原文，改正集成流 hook 的 records，应用后重新解析。",
        "Look at it with qiao receipts show, mend records in the hook of the flow, apply it and have the receipt parsed again.",
    ),
    Sentence::new(
        "hook.no_id",
        "收到的第 {number} 条数据在 {pointer} 处没有主键。",
        "Record {number} of what was sent has no id at {pointer}.",
        "用 qiao receipts show 查看原文，改正集成流 hook 的 id，应用后重新解析；与数据无关的通知可用 only 排除。",
        "Look at it with qiao receipts show, mend id in the hook of the flow, apply it and have the receipt parsed again; calls that are about no record can be left out by only.",
    ),
    Sentence::new(
        "hook.record",
        "收到的第 {number} 条数据不能用：{cause}",
        "Record {number} of what was sent cannot be taken: {cause}",
        "同一次发送里的数据全部没有接收。改正对象或集成流后重新解析。",
        "Nothing of this call was taken. Mend the object or the flow and have the receipt parsed again.",
    ),
];
