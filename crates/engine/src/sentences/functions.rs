//! The words for what is pushed to us, and for functions on the way of a record.

use model::Sentence;

pub(super) fn sentences() -> Vec<Sentence> {
    [PUSHES, FUNCTIONS].concat()
}

const PUSHES: &[Sentence] = &[
    Sentence::new(
        "push.long_id",
        "对象 {object} 的数据 id 超过 {most} 个字节。",
        "The id of a record of {object} is longer than {most} bytes.",
        "请检查推送方或解析函数是否把别的内容当成了 id。",
        "See whether its sender, or the parse function, took something else for the id.",
    ),
    Sentence::new(
        "push.not_stored",
        "解析出的数据无法存入数据库。",
        "What it was parsed to cannot be stored.",
        "同一连接的其他推送不受影响。请查看原文和解析函数,改好后用 qiao receipts parse 重新解析。",
        "Other pushes of its connection are taken in. See its body and its parse function, mend it, and let it be parsed again with qiao receipts parse.",
    ),
    Sentence::new(
        "push.no_version",
        "推送的 {object} 数据 {id} 没有 {field},无法判断它有多新。",
        "The record {id} of {object} was pushed without {field}, so that nobody can tell how new it is.",
        "请让推送方带上它;若它不可靠,在对象的文本里去掉 version,改为以到达顺序为准。",
        "Let its sender name it; where it cannot be relied upon, leave version out of the object's text, and the order of arrival decides.",
    ),
    Sentence::new(
        "push.not_utf8",
        "推送的内容不是 UTF-8 编码。",
        "The body that was pushed is not UTF-8.",
        "标准格式的推送要用 UTF-8；其他编码请不带 id 推送，由对象的 parse 函数解析。",
        "The standard form is pushed in UTF-8; push any other encoding without an id, and let the object's parse function read it.",
    ),
    Sentence::new(
        "push.not_json",
        "推送的内容不是 JSON：{reason}。",
        "The body that was pushed is no JSON: {reason}.",
        "请对方按接口说明修改；非标准格式请不带 id 推送，由对象的 parse 函数解析。",
        "Ask the sender to follow the API description; push a form of its own without an id, and let the object's parse function read it.",
    ),
    Sentence::new(
        "push.no_function",
        "推送没有带 id，而编码为 {object} 的对象没有写 functions.parse，不知道怎样解析。",
        "The push named no id, and no object of the code {object} names a function to parse it (functions.parse).",
        "请在对象里写 functions: { parse: functions/….js } 并应用，然后重新解析；或请对方按标准格式推送。",
        "Write functions: { parse: functions/….js } into the object, apply it and have the receipt parsed again; or ask the sender for the standard form.",
    ),
    Sentence::new(
        "push.record",
        "函数 {name} 给出的第 {number} 条数据不能用：{cause}",
        "Record {number} that function {name} gave cannot be taken: {cause}",
        "同一份推送里的数据全部没有接收。修改函数或对象后重新解析。",
        "Nothing of this push was taken. Mend the function or the object and have the receipt parsed again.",
    ),
];

const FUNCTIONS: &[Sentence] = &[
    Sentence::new(
        "engine.function_only_looks",
        "这里只是预览,函数不访问任何系统。",
        "This is only a look at what would happen; the function asks no system.",
        "要访问系统的函数,预览到此为止;实际同步时会访问。",
        "Of a function that asks systems a preview ends here; when it is synced, it asks.",
    ),
    Sentence::new(
        "engine.function_lines",
        "函数 {name} 改变了明细 {list} 的行数:映射出 {wanted} 行,返回 {found} 行。",
        "Function {name} changed how many lines {list} has: {wanted} were mapped, {found} came back.",
        "这个明细按行保存对应关系。after_mapping 里可以改行的内容,不能增减行或改变顺序;增减请在 before_mapping 里做。",
        "Lines of this list are known one by one. after_mapping may change what is in them, but neither add, remove nor reorder them; do that in before_mapping.",
    ),
    Sentence::new(
        "engine.function_absent",
        "没有函数文件 {name}。",
        "There is no function {name}.",
        "请把文件放回去,或改正对象里的名称,再重新应用。",
        "Put the file back, or correct its name in the object, and apply again.",
    ),
    Sentence::new(
        "config.object_functions",
        "连接 {connection} 用的连接器 {connector} 不会调用对象 {object} 写的函数。",
        "The connector {connector} of {connection} never calls the functions that the object {object} names.",
        "functions 里的 parse、request、answer 只用于 standard-erp 的对象;请删除,或改正 connection。",
        "parse, request and answer belong to objects of standard-erp: remove them, or correct the connection.",
    ),
    Sentence::new(
        "engine.function_method",
        "函数不能用 {method} 访问，可用：GET、POST、PUT、PATCH、DELETE、HEAD。",
        "A function cannot send {method}; it may send GET, POST, PUT, PATCH, DELETE and HEAD.",
        "",
        "",
    ),
    Sentence::new(
        "engine.function_no_address",
        "连接 {connection} 没有写地址 base_url，函数里的访问要写完整的网址。",
        "The connection {connection} has no base_url; the function has to name the whole address.",
        "",
        "",
    ),
    Sentence::new(
        "engine.function_no_values",
        "没有名为 {values} 的值映射。",
        "There is no value map named {values}.",
        "请检查函数里的名称，或加上这个值映射。",
        "Look at the name in the function, or add the value map.",
    ),
    Sentence::new(
        "engine.function_store",
        "暂时查不到数据映射。",
        "Links cannot be looked up for now.",
        "稍后自动重试。",
        "It is tried again by itself.",
    ),
];
