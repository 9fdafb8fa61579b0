//! The schema of objects that people describe.

use serde_json::{Value, json};

use super::words::{Key, document, flag, head, map, one_of, text, title};

/// A name that a path can name: without a dot.
const PLAIN: &str = r"^[^.]*[^.\s][^.]*$";
/// As it, or a header's field in an object that is split by lines.
const OF_HEADER: &str = r"^(master\.)?[^.]*[^.\s][^.]*$";

pub fn schema() -> Value {
    let mut keys = head("object", "对象的名称,集成流用它引用", "the object's name, by which flows name it");
    keys[1].1["not"] = json!({ "pattern": r"[/\\]" });
    keys.extend([
        ("connection", text(), "对象所在的连接", "the connection whose object it is"),
        (
            "code",
            text(),
            "真实的 ERP 对象编码(objAPIName);不写则与名称相同",
            "the system's own code, sent as objAPIName; the name without it",
        ),
        (
            "split",
            text(),
            "拆分类型:写明细的名称,则该明细的每一行是一条数据",
            "the name of a detail list each line of which is a record of its own",
        ),
        ("id", text(), "主键字段,值不变", "the field with the unchanging id"),
        ("number", text(), "编码字段", "the field with the number people know it by"),
        ("display", text(), "名称字段", "the field with the name people know it by"),
        (
            "version",
            text(),
            "版本或修改时间字段",
            "the field with the version or modification time",
        ),
        (
            "push",
            one_of(&["full", "partial"]),
            "推送的数据是否完整:full 表示没有的字段为空,partial 表示没有的字段不变",
            "what a push says of fields it does not have: full, they are empty; partial, they are as they were",
        ),
        (
            "void",
            void(),
            "这个对象的作废字段和作废值;不写则用连接的设置",
            "the field by which a record is void and what it then holds; the connection's settings without it",
        ),
        ("fields", fields(OF_HEADER), "主单字段,含主键", "the fields, the id among them"),
        ("details", details(), "明细", "the detail lists"),
        ("functions", functions(), "自定义函数文件", "the files of its functions"),
    ]);
    let mut object = map(keys, &["kind", "connection", "name", "id", "fields"]);
    object["not"] = json!({ "required": ["split", "details"] });
    document("Qiao object 对象", object)
}

fn functions() -> Value {
    let file = || json!({ "type": "string", "pattern": r"\.js$" });
    let calls = || {
        let call = |name| (name, file(), "这个调用的函数", "the function of this call");
        let calls = ["create", "update", "queryMasterBatch", "queryMasterById"].map(call);
        json!({ "anyOf": [file(), map(calls.to_vec(), &[])] })
    };
    map(
        vec![
            (
                "parse",
                file(),
                "把推送来的非标准内容解析成标准数据",
                "makes standard records of a body in a form of the pusher's own",
            ),
            (
                "request",
                calls(),
                "组织发给对方的请求;可以按调用分别写",
                "builds the request of a call; one for all calls, or one for each",
            ),
            (
                "answer",
                calls(),
                "读取对方的应答;可以按调用分别写",
                "reads the answer to a call; one for all calls, or one for each",
            ),
        ],
        &[],
    )
}

fn void() -> Value {
    let keys: Vec<Key> = vec![
        ("field", text(), "字段名", "the name of the field"),
        ("value", text(), "作废时的值", "what it holds where the record is void"),
    ];
    map(keys, &["field", "value"])
}

fn details() -> Value {
    let name = json!({ "type": ["string", "number", "boolean"], "pattern": PLAIN });
    let keys: Vec<Key> = vec![
        (
            "name",
            name,
            "明细的名称(detailFieldVals 里的键)",
            "as the system names it: the key in detailFieldVals",
        ),
        ("title", title(), "显示的名称", "the name that people see"),
        ("id", text(), "明细行的主键字段", "the field with the unchanging id of a line"),
        ("fields", fields(PLAIN), "明细的字段", "the fields of a line"),
    ];
    json!({ "type": "array", "items": map(keys, &["name", "fields"]) })
}

fn fields(names: &str) -> Value {
    let kinds = [
        "text",
        "long_text",
        "number",
        "decimal",
        "date",
        "datetime",
        "boolean",
        "select",
        "multi_select",
        "reference",
        "person",
        "department",
        "attachment",
        "master_detail",
    ];
    let name = json!({ "type": ["string", "number", "boolean"], "pattern": names });
    let options = json!({ "anyOf": [
        { "type": "object", "minProperties": 1, "additionalProperties": text() },
        { "type": "array", "minItems": 1, "items": text() },
    ] });
    let keys: Vec<Key> = vec![
        ("name", name, "字段名(接口里的名称)", "as the system names it"),
        ("label", title(), "显示的名称", "the name that people see"),
        ("type", one_of(&kinds), "字段类型", "what it holds"),
        ("required", flag(), "是否必填", "whether it must be there"),
        (
            "personal",
            flag(),
            "是否含个人信息;接口日志和样例里不显示",
            "whether it holds personal data, which no record of a call and no sample shows",
        ),
        ("max_length", whole(1, u32::MAX), "文本的最大长度", "most characters of a text"),
        ("scale", whole(0, 28), "小数位数", "places behind the point"),
        (
            "options",
            options,
            "选项:{ 值: 显示名 } 或 [值, 值]",
            "options: { value: label }, or [value, value]",
        ),
        ("object", text(), "引用的对象", "the object that is referred to"),
    ];
    let mut field = map(keys, &["name", "type"]);
    field["allOf"] = json!([
        needed("scale", &["decimal"]),
        needed("options", &["select", "multi_select"]),
        needed("object", &["reference", "master_detail"]),
        only("scale", &["decimal"]),
        only("options", &["select", "multi_select"]),
        only("object", &["reference", "master_detail"]),
        only("max_length", &["text", "long_text"]),
    ]);
    json!({ "type": "array", "minItems": 1, "items": field })
}

/// A key that fields of these types must have.
fn needed(key: &str, types: &[&str]) -> Value {
    json!({ "if": { "properties": { "type": { "enum": types } }, "required": ["type"] }, "then": { "required": [key] } })
}

/// A key that fields of no other types have.
fn only(key: &str, types: &[&str]) -> Value {
    json!({ "if": { "required": [key] }, "then": { "properties": { "type": one_of(types) } } })
}

fn whole(least: u32, most: u32) -> Value {
    json!({ "anyOf": [
        { "type": "integer", "minimum": least, "maximum": most },
        { "type": "string", "pattern": r"^([0-9]+|\$\{[^}]+\})$" },
    ] })
}
