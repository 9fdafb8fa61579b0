//! The tables of fields.

use model::Lang;
use model::object::{Choice, FieldKind, Object};

use super::super::types;
use super::super::wire::{Member, Wire};
use super::{Block, Line, Span, code, heading, text, titles};

pub(super) fn blocks(object: &Object, wire: &Wire, lang: Lang, page: &mut Vec<Block>) {
    let master = lang.choose("主表（masterFieldVal）", "Master (masterFieldVal)");
    page.push(heading(3, "master", master));
    let roles = |member: &Member| roles(object, wire, member, lang);
    page.push(table(&wire.master, &roles, lang));
    for (n, list) in wire.lists.iter().enumerate() {
        let title = lang.choose(list.title_zh, list.title_en);
        let kind = lang.choose("明细", "Detail list");
        page.push(heading(3, &format!("detail-{}", n + 1), format!("{kind} {title}")));
        page.push(Block::Paragraph(match lang {
            Lang::Zh => vec![code("detailFieldVals"), text(" 中的键："), code(list.name)],
            Lang::En => vec![text("Its key in "), code("detailFieldVals"), text(": "), code(list.name)],
        }));
        let of_line = |member: &Member| {
            (list.id == Some(member.name))
                .then(|| lang.choose("行的主键，从不改变", "the line's id, never changes"))
        };
        page.push(table(&list.fields, &|member| of_line(member).into_iter().collect(), lang));
    }
}

fn roles(object: &Object, wire: &Wire, member: &Member, lang: Lang) -> Vec<&'static str> {
    let field = &member.field.name;
    let mut roles = Vec::new();
    if member.name == wire.id {
        roles.push(lang.choose("主键，从不改变", "the id, never changes"));
    }
    if object.number.as_ref() == Some(field) {
        roles.push(lang.choose("编号", "the number"));
    }
    if object.display.as_ref() == Some(field) {
        roles.push(lang.choose("名称", "the name"));
    }
    if object.version.as_ref() == Some(field) {
        roles.push(lang.choose(
            "修改时间或版本，每次修改都变大",
            "modification time or version, grows with every change",
        ));
    }
    roles
}

fn table(members: &[Member], roles: &dyn Fn(&Member) -> Vec<&'static str>, lang: Lang) -> Block {
    let head = [
        ("字段编码", "Field"),
        ("名称", "Label"),
        ("类型", "Type"),
        ("必填", "Required"),
        ("长度", "Length"),
        ("说明", "Remarks"),
    ];
    let rows = members.iter().map(|member| {
        let field = member.field;
        vec![
            vec![code(member.name)],
            vec![text(lang.choose(&field.label_zh, &field.label_en))],
            vec![text(types::name(&field.kind, lang))],
            vec![text(if field.required { lang.choose("是", "yes") } else { "" })],
            vec![text(field.max_length.map(|length| length.to_string()).unwrap_or_default())],
            remarks(&field.kind, &roles(member), lang),
        ]
    });
    Block::Table { head: titles(&head, lang), rows: rows.collect() }
}

fn remarks(kind: &FieldKind, roles: &[&'static str], lang: Lang) -> Line {
    let mut parts: Vec<Line> = roles.iter().map(|role| vec![text(*role)]).collect();
    parts.extend(types::writing(kind, lang).map(|writing| vec![text(writing)]));
    if let FieldKind::Select(choices) | FieldKind::MultiSelect(choices) = kind {
        parts.extend(choices.iter().map(option));
    }
    let mut line = Line::new();
    for (n, part) in parts.into_iter().enumerate() {
        if n > 0 {
            line.push(text(lang.choose("；", "; ")));
        }
        line.extend(part);
    }
    line
}

fn option(choice: &Choice) -> Line {
    let value: Span = code(&choice.value);
    match choice.value == choice.label {
        true => vec![value],
        false => vec![value, text(format!(" {}", choice.label))],
    }
}
