//! The words for those that use a connection through us.

use model::Sentence;

pub(super) fn sentences() -> Vec<Sentence> {
    SERVING.to_vec()
}

const SERVING: &[Sentence] = &[
    Sentence::new(
        "config.reserved_connection",
        "连接不能叫“{connection}”：这个名字留给接收推送的地址(/erp/{connection}/…)。",
        "No connection may be named {connection}: the addresses of the receive protocol (/erp/{connection}/…) have that name.",
        "请换一个名字。",
        "Choose another name.",
    ),
    Sentence::new(
        "serving.token",
        "token 缺失、不对、已失效，或不能使用这个连接。",
        "The token is missing, wrong or no longer good, or may not use this connection.",
        "请向 Qiao 管理员索取(qiao token,授权 use,并列出这个连接)。",
        "Ask the administrator of Qiao for one (qiao token, with the grant use, and this connection listed).",
    ),
    Sentence::new(
        "serving.no_connection",
        "没有名为“{connection}”的连接。",
        "There is no connection named {connection}.",
        "请检查地址 /erp/{connection}/…。",
        "Look at the address /erp/{connection}/….",
    ),
    Sentence::new(
        "serving.elsewhere",
        "连接“{connection}”由另一个节点负责，这里不能写入。",
        "Another node works on the connection {connection}; it cannot be written to from here.",
        "请重发：反向代理应设为收到 503 时转给下一个节点（见 docs/postgres.md）；qiao nodes 列出各节点。",
        "Send it again: a reverse proxy should ask the next node on 503 (docs/postgres.en.md); qiao nodes lists them.",
    ),
    Sentence::new(
        "serving.no_object",
        "这个连接没有可用的对象“{object}”：没有集成流读取它，也没有对象描述。",
        "The connection has no object {object} to be used: no flow reads it, and nobody described it.",
        "请检查 objAPIName；查询只能用集成流读取的或已描述的对象。",
        "Look at objAPIName; only objects that a flow reads or that are described can be asked for.",
    ),
    Sentence::new(
        "serving.parameter",
        "参数 {name} 缺失，或取值不对。",
        "The parameter {name} is missing, or has a value that it cannot have.",
        "startTime、endTime 为毫秒时间戳且不能倒置；limit 为 1 到 2000；includeDetail 为 true 或 false。",
        "startTime and endTime are in milliseconds, in this order; limit is 1 to 2000; includeDetail is true or false.",
    ),
    Sentence::new(
        "serving.wide_window",
        "startTime 到 endTime 之间收到的变化超过 {most} 次，一次查询看不完。",
        "More than {most} changes came in between startTime and endTime: too many to be looked through for one page.",
        "请把时间窗分成几段，逐段查询。",
        "Ask for several shorter windows, one after the other.",
    ),
    Sentence::new(
        "serving.no_json",
        "请求体不是 JSON：{reason}。",
        "The body is no JSON: {reason}.",
        "请按标准格式发送 objAPIName、masterFieldVal、detailFieldVals。",
        "Send objAPIName, masterFieldVal and detailFieldVals in the standard form.",
    ),
    Sentence::new(
        "serving.form",
        "请求体不是标准格式：{member} 缺失，或类型不对。",
        "The body is not in the standard form: {member} is missing or of another type.",
        "masterFieldVal 是对象；detailFieldVals 的每个成员是对象的数组。",
        "masterFieldVal is an object; each member of detailFieldVals is an array of objects.",
    ),
    Sentence::new(
        "serving.no_id",
        "更新时 masterFieldVal 里必须有目标单据的 id：字段 {field}。",
        "An update needs the id of the document among masterFieldVal: the field {field}.",
        "",
        "",
    ),
    Sentence::new(
        "serving.no_record",
        "没有 id 为“{id}”的数据。",
        "There is no record with the id {id}.",
        "",
        "",
    ),
    Sentence::new(
        "serving.partly",
        "单据 {id} 已写入，但后面的步骤没有成功：{cause}",
        "The document {id} was written, but a later step did not succeed: {cause}",
        "不要再次新建；请处理后用 update 继续。",
        "Do not create it again; mend what is said and go on by an update.",
    ),
    Sentence::new(
        "serving.exists",
        "编号相同的单据已存在(id {id})，内容与这次发送的不同：{fields}",
        "A document with this key exists already (id {id}), and holds something else than what was sent: {fields}",
        "不要再次新建；要修改它请用 update。字段为空表示它已作废。",
        "Do not create it again; change it by an update. Where no field is named it is void.",
    ),
    Sentence::new(
        "serving.several",
        "有 {count} 张单据的 {key} 与这次发送的相同，无法判断是哪一张。",
        "{count} documents have the {key} that was sent, and it cannot be told which is meant.",
        "请先在系统里处理重复的单据。",
        "Deal with the doubles at the system first.",
    ),
    Sentence::new(
        "serving.no_lookup",
        "这个系统不能按字段查找 {object}：无法知道有没有这个 key 的单据，所以没有写入。",
        "This system cannot look {object} up by its fields: nobody can tell whether a document with that key is there, so nothing was written.",
        "去掉地址里的 key 再发；那样每次都新建，不重复要由调用方保证。",
        "Send it without key; it then makes one each time, and that none is doubled is up to the caller.",
    ),
    Sentence::new(
        "serving.in_doubt",
        "同一张单据刚刚发送过（由调用方或集成流），系统里现在还查不到它。",
        "The same document was sent a moment ago, by a caller or a flow, and the system does not show it yet.",
        "稍后原样再发一次：已写入的会被找到，不会重复。",
        "Send the same again later: what was written is found then, and not doubled.",
    ),
    Sentence::new(
        "serving.paused",
        "连接 {connection} 连续出错，暂停调用，稍后会自动恢复。",
        "Calls to the connection {connection} failed several times in a row and rest for a while; they resume by themselves.",
        "这次没有写入，请稍后重试。",
        "Nothing was written this time; try again later.",
    ),
];
