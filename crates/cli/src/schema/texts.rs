//! The schemas of value maps, environments and samples.

use serde_json::{Value, json};

use super::words::{any, any_map, document, flag, head, map, names_to, text};

/// The name of a placeholder: no space and no mark but `_` and `-`. Written so that every editor's engine reads it.
const NAME: &str = r"^[^\s!-,./:-@\[-\^`{-~]+$";

pub fn values() -> Value {
    let mut keys = head("values", "值映射的名称,集成流用它引用", "the name that flows use");
    keys.extend([
        ("map", names_to(any()), "选项 → 值", "option → value"),
        (
            "otherwise",
            any(),
            "表中没有的选项取什么;不写则报错",
            "what stands for an option that is not in the table; an error without it",
        ),
        (
            "back",
            names_to(text()),
            "多对一时,返回方向取哪个选项",
            "which option is meant on the way back, where several stand for one value",
        ),
        (
            "otherwise_back",
            any(),
            "返回方向上表中没有的值取什么",
            "what stands for a value that is not in the table on the way back",
        ),
    ]);
    document("Qiao value map 值映射", map(keys, &["kind", "name", "map"]))
}

pub fn environment() -> Value {
    let plain = json!({ "type": ["string", "number", "boolean", "null"], "not": { "pattern": r"\$\{" } });
    let variable = map(vec![("env", text(), "环境变量的名称", "the name of a variable")], &["env"]);
    let mut values = names_to(json!({ "anyOf": [plain, variable] }));
    values["propertyNames"] = json!({ "pattern": NAME });
    let mut keys =
        head("environment", "环境的名称,如 test、live", "the environment's name, such as test or live");
    keys.push((
        "values",
        values,
        "占位符 ${名字} 的值;密钥写成 { env: 变量名 }",
        "what stands for ${NAME}; secrets as { env: NAME }",
    ));
    document("Qiao environment 环境", map(keys, &["kind", "name", "values"]))
}

pub fn tests() -> Value {
    let by_id = || names_to(any_map());
    let mut sample = map(
        vec![
            ("name", text(), "样例的名称", "the sample's name"),
            ("record", any_map(), "来源数据", "the record as the source gives it"),
            (
                "links",
                by_id(),
                "已有的对应:对象 → id → 目标值",
                "what stands at the target: object → id → value",
            ),
            ("people", by_id(), "已有的账户绑定:连接 → id → 值", "who is bound: connection → id → value"),
            (
                "departments",
                by_id(),
                "已有的部门绑定:连接 → id → 值",
                "which departments are bound: connection → id → value",
            ),
            ("expect", any_map(), "应当得到的单据", "the document that must come of it"),
            ("skipped", flag(), "应当不在数据范围内", "it must be out of scope"),
            (
                "problem",
                text(),
                "应当出现的问题代码,如 mapping.required",
                "the code of the problem that must come up",
            ),
        ],
        &["record"],
    );
    sample["oneOf"] =
        json!([{ "required": ["expect"] }, { "required": ["skipped"] }, { "required": ["problem"] }]);
    let keys = vec![("tests", json!({ "type": "array", "items": sample }), "样例", "samples")];
    document("Qiao samples 样例", map(keys, &["tests"]))
}
