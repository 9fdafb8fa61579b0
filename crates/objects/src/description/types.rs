//! What a field's type is called and how its values are written, for people.

use model::Lang;
use model::object::FieldKind;

/// The type's name.
pub(super) fn name(kind: &FieldKind, lang: Lang) -> String {
    let word = match kind {
        FieldKind::Text => ("文本", "text"),
        FieldKind::LongText => ("多行文本", "long text"),
        FieldKind::Number => ("整数", "whole number"),
        FieldKind::Decimal { scale } => {
            return match lang {
                Lang::Zh => format!("小数（{scale} 位）"),
                Lang::En => format!("decimal ({scale} places)"),
            };
        }
        FieldKind::Date => ("日期", "date"),
        FieldKind::DateTime => ("日期时间", "date and time"),
        FieldKind::Boolean => ("布尔", "boolean"),
        FieldKind::Select(_) => ("单选", "select"),
        FieldKind::MultiSelect(_) => ("多选", "multi-select"),
        FieldKind::Reference(_) => ("引用", "reference"),
        FieldKind::Person => ("人员", "person"),
        FieldKind::Department => ("部门", "department"),
        FieldKind::Attachment => ("附件", "attachment"),
        FieldKind::MasterDetail(_) => ("主从", "master-detail"),
    };
    lang.choose(word.0, word.1).to_owned()
}

/// How values are written, where the type's name does not say it.
pub(super) fn writing(kind: &FieldKind, lang: Lang) -> Option<String> {
    let both = |zh: &str, en: &str| Some(lang.choose(zh, en).to_owned());
    match kind {
        FieldKind::Date => both("2026-11-30，或毫秒时间戳", "2026-11-30, or milliseconds since 1970"),
        FieldKind::DateTime => {
            both("2026-11-30 10:20:30，或毫秒时间戳", "2026-11-30 10:20:30, or milliseconds since 1970")
        }
        FieldKind::Boolean => both("true 或 false", "true or false"),
        FieldKind::Reference(object) => Some(match lang {
            Lang::Zh => format!("“{object}”的 id 或编号"),
            Lang::En => format!("the id or number of a record of {object}"),
        }),
        FieldKind::MasterDetail(object) => Some(match lang {
            Lang::Zh => format!("主对象“{object}”的 id"),
            Lang::En => format!("the id of its master, a record of {object}"),
        }),
        FieldKind::Person => both("人员的 id 或编号", "the id or number of a person"),
        FieldKind::Department => both("部门的 id 或编号", "the id or number of a department"),
        FieldKind::MultiSelect(_) => both("值的列表", "a list of values"),
        FieldKind::Attachment => both("文件的编码或地址", "the file's code or address"),
        _ => None,
    }
}
