//! The schema of connections: what every one has, and the settings of each connector from its manifest.

use connect::Manifest;
use connect::manifest::{Setting, SettingKind};
use serde_json::{Map, Value, json};

use super::words::{document, head, map, text, texts};

pub fn schema() -> Value {
    let registry = crate::wire::built_in();
    let names: Vec<&str> = registry.manifests().map(|manifest| manifest.name()).collect();
    let mut connector = text();
    connector["examples"] = json!(names);
    let mut keys = head("connection", "连接的名称,集成流用它引用", "the name that flows use");
    keys.extend([
        (
            "connector",
            connector,
            "连接器:内置的,或自己目录中的",
            "the connector: built in, or of a folder of your own",
        ),
        (
            "settings",
            json!({ "type": "object", "additionalProperties": value() }),
            "设置;密钥写成 { env: 变量名 }",
            "settings; secrets as { env: NAME }",
        ),
        (
            "hosts",
            texts(),
            "除设置中的地址外还允许访问的主机",
            "hosts that calls may go to beyond the one in the settings",
        ),
        (
            "retries",
            super::flow::retries(),
            "写往此连接的集成流失败后何时重试(集成流自己写了的除外)",
            "when failed tries of the flows towards it are tried again, unless they say so themselves",
        ),
    ]);
    let mut connection = map(keys, &["kind", "name", "connector"]);
    let own: Vec<Value> = registry.manifests().map(|manifest| settings_of(manifest)).collect();
    connection["allOf"] = json!(own);
    document("Qiao connection 连接", connection)
}

/// A setting's value: a text, or the variable it is in.
fn value() -> Value {
    let variable = map(vec![("env", text(), "环境变量的名称", "the name of a variable")], &["env"]);
    json!({ "anyOf": [{ "type": ["string", "number", "boolean", "null"] }, variable] })
}

/// The settings of one connector, where the connection is one of it.
fn settings_of(manifest: &Manifest) -> Value {
    let properties: Map<String, Value> =
        manifest.settings().iter().map(|setting| (setting.name.clone(), setting_schema(setting))).collect();
    json!({
        "if": { "properties": { "connector": { "const": manifest.name() } }, "required": ["connector"] },
        "then": { "properties": { "settings": {
            "properties": properties,
            "propertyNames": { "enum": manifest.settings().iter().map(|setting| &setting.name).collect::<Vec<_>>() },
        } } },
    })
}

fn setting_schema(setting: &Setting) -> Value {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut schema = json!({
        "title": format!("{} / {}", setting.title.zh, setting.title.en),
        "description": format!("{} / {}", one_line(&setting.help.zh), one_line(&setting.help.en)),
    });
    if let SettingKind::Choice(choices) = &setting.kind {
        schema["examples"] = json!(choices.iter().map(|choice| &choice.value).collect::<Vec<_>>());
    }
    if let Some(default) = &setting.default {
        schema["default"] = json!(default);
    }
    schema
}
