//! Functions that choose: a value where there is none, one of two, one from a table or a list.

use minijinja::value::{Value as Inner, ValueKind};
use model::Cause;

use super::{FunctionDoc, MANY, needed_text, text_of};
use crate::expression::Tables;
use crate::expression::exact::{is_absent, members};
use crate::expression::view::inward;

pub(super) fn functions() -> Vec<FunctionDoc> {
    let f = FunctionDoc::new;
    vec![
        f("default", "value, otherwise", (2, 2), coalesce)
            .says("没有值或为空时取 otherwise", "The value, or `otherwise` where it is blank")
            .example("default('', '无')", "\"无\""),
        f("coalesce", "a, b, …", (1, MANY), coalesce)
            .says("第一个非空的值", "The first of its arguments that is not blank")
            .example("coalesce(none, ' ', '021')", "\"021\""),
        f("when", "condition, then, otherwise?", (2, 3), when)
            .says("条件成立取 then,否则取 otherwise", "`then` where the condition holds, else `otherwise`")
            .example("when(1 > 0, '是', '否')", "\"是\""),
        f("lookup", "map, value, otherwise?", (2, 3), lookup)
            .says("按值映射取值", "The value in a value map of that name")
            .example("", ""),
        f("pluck", "list, field", (2, 2), pluck)
            .says("各行某字段的列表", "The list of one field of the lines")
            .example("pluck([{'名': '张三'}], '名')", "[\"张三\"]"),
        f("first", "list", (1, 1), |a| Ok(members(&a[0]).first().cloned().unwrap_or(Inner::UNDEFINED)))
            .says("列表的第一个", "The first member of a list")
            .example("first(['1000', '1001'])", "\"1000\""),
    ]
}

/// Absent, null, or a text of spaces only; an empty list or map.
pub(super) fn is_blank(value: &Inner) -> bool {
    is_absent(value)
        || value.as_str().is_some_and(|text| text.trim().is_empty())
        || matches!(value.kind(), ValueKind::Seq | ValueKind::Map) && value.len() == Some(0)
}

fn coalesce(args: &[Inner]) -> Result<Inner, Cause> {
    let found = args.iter().find(|value| !is_blank(value)).or(args.last());
    Ok(found.cloned().unwrap_or(Inner::UNDEFINED))
}

fn when(args: &[Inner]) -> Result<Inner, Cause> {
    let chosen = if args[0].is_true() { Some(&args[1]) } else { args.get(2) };
    Ok(chosen.cloned().unwrap_or(Inner::UNDEFINED))
}

/// The tables come before the arguments; the compiler puts them there.
fn lookup(args: &[Inner]) -> Result<Inner, Cause> {
    let [tables, name, value, ..] = args else { return Err(Cause::new("mapping.argument_absent")) };
    let name = needed_text(name)?;
    let table = tables.downcast_object_ref::<Tables>().and_then(|tables| tables.get(&name));
    let Some(table) = table else { return Err(Cause::new("mapping.unknown_values").with("name", name)) };
    let Some(text) = text_of(value)? else {
        return Ok(args.get(3).cloned().unwrap_or(Inner::UNDEFINED));
    };
    match (table.get(&text), args.get(3), &table.otherwise) {
        (Some(found), _, _) => Ok(inward(found)),
        (None, Some(otherwise), _) => Ok(otherwise.clone()),
        (None, None, Some(otherwise)) => Ok(inward(otherwise)),
        (None, None, None) => Err(Cause::new("mapping.value_not_in_map")
            .with("values", name)
            .with("value", crate::finding::shown(&text))),
    }
}

fn pluck(args: &[Inner]) -> Result<Inner, Cause> {
    let field = needed_text(&args[1])?;
    let plucked: Vec<Inner> = members(&args[0])
        .iter()
        .filter_map(|member| member.get_attr(&field).ok())
        .filter(|value| !is_absent(value))
        .collect();
    Ok(Inner::from(plucked))
}
