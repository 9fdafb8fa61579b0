//! The OpenAPI 3.1 document.

mod operations;
mod schemas;

use model::object::Object;
use model::{Lang, Map, Value};

use super::addresses::Addresses;
use super::calls::{self, Call, Side};
use super::wire::Wire;
use crate::pretty;

pub(super) fn write(object: &Object, addresses: &Addresses, lang: Lang) -> String {
    let wire = Wire::of(object);
    let calls = calls::all(&wire, object.connection.as_str(), addresses);
    let title = lang.choose(&object.title_zh, &object.title_en);
    let document = map([
        ("openapi", Value::from("3.1.0")),
        (
            "info",
            map([
                ("title", Value::from(format!("{title} {}", lang.choose("接口说明", "API description")))),
                ("version", Value::from("1")),
                ("description", Value::from(lang.choose(
                    "ERP 要实现的接口（标签 erp），以及 ERP 可以调用的接口（标签 push、served）。",
                    "The calls that the ERP implements (tag erp) and those that it can make (tags push, served).",
                ))),
            ]),
        ),
        ("servers", list([server(&addresses.erp.base), server(&addresses.ours.base)])),
        ("tags", list(["erp", "push", "served"].map(|name| map([("name", Value::from(name))])))),
        ("paths", paths(&wire, &calls, lang)),
        (
            "components",
            map([("schemas", schemas::of(&wire, addresses, lang)), ("securitySchemes", schemes(lang))]),
        ),
    ]);
    pretty::write(&document) + "\n"
}

/// Pushes are one operation; two calls of an ERP on one path are told apart by a fragment, which no server sees.
fn paths(wire: &Wire, calls: &[Call], lang: Lang) -> Value<'static> {
    let mut paths: Map<'static> = Map::new();
    for call in calls.iter().filter(|call| call.side != Side::Push || call.key == "syncpush") {
        let method = call.method.to_lowercase();
        let mut path = call.path.clone();
        // The same path below another base is another server's: it needs a name of its own here, too.
        let is_taken = |path: &Map| {
            path.get(&method).is_some() || path.get("servers") != Some(&list([server(&call.base)]))
        };
        if paths.get(&path).and_then(Value::as_map).is_some_and(is_taken) {
            path = format!("{path}#{}", call.key);
        }
        let operation = match call.side {
            Side::Push => operations::push(calls, lang),
            _ => operations::of(wire, call, lang),
        };
        match paths.get_mut(&path) {
            Some(Value::Map(item)) => item.push(method, operation),
            _ => {
                let mut item = Map::new();
                item.push("servers", list([server(&call.base)]));
                item.push(method, operation);
                paths.push(path, item);
            }
        }
    }
    Value::Map(paths)
}

fn server(base: &str) -> Value<'static> {
    map([("url", Value::from(base.trim_end_matches('/').to_owned()))])
}

fn schemes(lang: Lang) -> Value<'static> {
    let scheme = |zh: &'static str, en: &'static str| {
        map([
            ("type", Value::from("apiKey")),
            ("in", Value::from("header")),
            ("name", Value::from("token")),
            ("description", Value::from(lang.choose(zh, en))),
        ])
    };
    map([
        (
            "erpToken",
            scheme("ERP 发给集成平台的令牌", "The token that the ERP gave the integration platform"),
        ),
        (
            "qiaoToken",
            scheme("集成平台发给 ERP 的令牌", "The token that the integration platform gave the ERP"),
        ),
    ])
}

/// Members in their order.
fn map<const N: usize>(members: [(&'static str, Value<'static>); N]) -> Value<'static> {
    Value::Map(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

fn list<const N: usize>(members: [Value<'static>; N]) -> Value<'static> {
    Value::List(members.into())
}

fn reference(schema: &str) -> Value<'static> {
    map([("$ref", Value::from(format!("#/components/schemas/{schema}")))])
}
