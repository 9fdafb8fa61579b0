//! The words of cells: types as vendors write them, yes and no, options, roles.

use model::object::{Choice, FieldKind};

/// What a cell of the type column means, before options, scale and objects are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    LongText,
    Number,
    Decimal,
    Date,
    DateTime,
    Boolean,
    Select,
    MultiSelect,
    Reference,
    Person,
    Department,
    Attachment,
    MasterDetail,
}

/// Our own word first, then those of vendors, compared without case.
pub(super) const KINDS: &[(Kind, &[&str])] = &[
    (
        Kind::Text,
        &[
            "text",
            "文本",
            "单行文本",
            "字符串",
            "字符",
            "string",
            "varchar",
            "nvarchar",
            "varchar2",
            "char",
            "nchar",
        ],
    ),
    (Kind::LongText, &["long_text", "多行文本", "长文本", "大文本", "备注", "longtext", "clob", "ntext"]),
    (Kind::Number, &["number", "整数", "数字", "int", "integer", "bigint", "smallint", "long", "整型"]),
    (
        Kind::Decimal,
        &["decimal", "小数", "数值", "金额", "货币", "数量", "单价", "numeric", "money", "float", "double"],
    ),
    (Kind::Date, &["date", "日期"]),
    (Kind::DateTime, &["datetime", "日期时间", "时间", "时间戳", "timestamp", "datetime2"]),
    (Kind::Boolean, &["boolean", "布尔", "布尔值", "是否", "bool", "bit", "复选框"]),
    (Kind::Select, &["select", "单选", "下拉", "下拉列表", "枚举", "选项", "enum", "option"]),
    (Kind::MultiSelect, &["multi_select", "多选", "复选", "下拉多选", "multiselect"]),
    (Kind::Reference, &["reference", "引用", "关联", "查找关联", "基础资料", "lookup", "ref"]),
    (Kind::Person, &["person", "人员", "员工", "用户", "user", "employee"]),
    (Kind::Department, &["department", "部门", "dept", "组织"]),
    (Kind::Attachment, &["attachment", "附件", "文件", "图片", "file"]),
    (Kind::MasterDetail, &["master_detail", "主从", "主从关系", "masterdetail"]),
];

/// The type, with what stands in its parentheses: `varchar(50)`, `decimal(18,2)`.
pub(super) fn kind(cell: &str) -> Option<(Kind, Vec<u32>)> {
    let (word, inside) = match cell.split_once(['(', '\u{ff08}']) {
        Some((word, rest)) => (word, rest.trim_end_matches([')', '\u{ff09}', ' '])),
        None => (cell, ""),
    };
    let word = word.trim().to_lowercase();
    let (kind, _) = KINDS.iter().find(|(_, words)| words.contains(&word.as_str()))?;
    let numbers = inside.split([',', '\u{ff0c}']).map(str::trim).filter(|part| !part.is_empty());
    let numbers: Result<Vec<u32>, _> = numbers.map(str::parse).collect();
    numbers.ok().map(|numbers| (*kind, numbers))
}

/// The words that may stand in the type column.
pub(super) fn known() -> String {
    KINDS.iter().map(|(_, words)| words[..2].join("/")).collect::<Vec<_>>().join(", ")
}

pub(super) fn yes_or_no(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "是" | "必填" | "必录" | "y" | "yes" | "true" | "1" | "√" | "✓" | "required" => Some(true),
        "否" | "非必填" | "选填" | "可选" | "n" | "no" | "false" | "0" | "×" | "-" | "optional" => {
            Some(false)
        }
        _ => None,
    }
}

/// `1:正常;2:停用`, one on each line, or the values alone. `None` where an option has no value or two have the same.
pub(super) fn options(cell: &str) -> Option<Vec<Choice>> {
    let split: &[char] = if cell.contains([';', '\u{ff1b}', '\n']) {
        &[';', '\u{ff1b}', '\n']
    } else {
        &[',', '\u{ff0c}', '、', '|']
    };
    let mut choices: Vec<Choice> = Vec::new();
    for part in cell.split(split).map(str::trim).filter(|part| !part.is_empty()) {
        let (value, label) = part.split_once([':', '\u{ff1a}', '=']).unwrap_or((part, part));
        let (value, label) = (value.trim(), label.trim());
        if value.is_empty() || choices.iter().any(|choice| choice.value == value) {
            return None;
        }
        let label = if label.is_empty() { value } else { label };
        choices.push(Choice { value: value.into(), label: label.into() });
    }
    (!choices.is_empty()).then_some(choices)
}

/// The part that a field plays in its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Id,
    Number,
    Name,
    Version,
}

pub(super) fn role(cell: &str) -> Option<Role> {
    match cell.to_lowercase().as_str() {
        "id" | "主键" | "唯一标识" | "内码" => Some(Role::Id),
        "number" | "编号" | "编码" | "单据编号" => Some(Role::Number),
        "name" | "名称" | "主属性" => Some(Role::Name),
        "version" | "版本" | "修改时间" => Some(Role::Version),
        _ => None,
    }
}

impl Kind {
    /// Whether the field's type is complete with the word alone.
    pub fn simple(self) -> Option<FieldKind> {
        Some(match self {
            Kind::Text => FieldKind::Text,
            Kind::LongText => FieldKind::LongText,
            Kind::Number => FieldKind::Number,
            Kind::Date => FieldKind::Date,
            Kind::DateTime => FieldKind::DateTime,
            Kind::Boolean => FieldKind::Boolean,
            Kind::Person => FieldKind::Person,
            Kind::Department => FieldKind::Department,
            Kind::Attachment => FieldKind::Attachment,
            Kind::Decimal | Kind::Select | Kind::MultiSelect | Kind::Reference | Kind::MasterDetail => {
                return None;
            }
        })
    }
}
