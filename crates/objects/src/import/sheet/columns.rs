//! Which column is which, by its heading in Chinese or English.

use model::Cause;

use super::cells::Row;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Name,
    Label,
    EnglishLabel,
    Type,
    Required,
    Length,
    Scale,
    Options,
    Detail,
    Object,
    Role,
    Remark,
}

/// The headings, as they are compared: without case, spaces, `_`, `-` and what stands in parentheses.
const HEADINGS: &[(Column, &[&str])] = &[
    (
        Column::Name,
        &[
            "字段编码",
            "字段api",
            "字段apiname",
            "apiname",
            "api名称",
            "字段标识",
            "字段代码",
            "字段key",
            "字段",
            "编码",
            "fieldcode",
            "fieldname",
            "field",
            "code",
            "key",
        ],
    ),
    (
        Column::Label,
        &[
            "名称",
            "字段名称",
            "字段名",
            "标签",
            "显示名称",
            "中文名",
            "中文名称",
            "label",
            "title",
            "caption",
        ],
    ),
    (Column::EnglishLabel, &["英文名称", "英文名", "英文标签", "englishlabel", "labelen", "englishname"]),
    (Column::Type, &["类型", "字段类型", "数据类型", "type", "datatype", "fieldtype"]),
    (Column::Required, &["必填", "是否必填", "必录", "required", "mandatory"]),
    (Column::Length, &["长度", "最大长度", "字段长度", "length", "maxlength", "size"]),
    (Column::Scale, &["小数位", "小数位数", "精度", "scale", "decimals", "precision"]),
    (Column::Options, &["选项", "选项值", "枚举", "枚举值", "取值", "取值范围", "options", "enum", "values"]),
    (
        Column::Detail,
        &["明细", "明细编码", "所属明细", "明细对象", "单据体", "分录", "detail", "list", "detaillist"],
    ),
    (Column::Object, &["引用对象", "关联对象", "对象", "object", "references", "referenceobject"]),
    (Column::Role, &["作用", "用途", "role"]),
    (
        Column::Remark,
        &["说明", "备注", "描述", "description", "remark", "remarks", "note", "notes", "comment"],
    ),
];

/// Titles may stand above the headings, in so many rows.
const TITLES: usize = 10;

/// The columns of a sheet.
#[derive(Debug)]
pub(super) struct Columns {
    places: Vec<(Column, usize)>,
    /// Headings that say nothing to us.
    pub unknown: Vec<String>,
}

/// The headings, and the rows below them.
///
/// # Errors
/// `objects.sheet.no_headings` where no row of the first ten names a column with the fields' names and one with their
/// types; `objects.sheet.heading_twice` where two columns say the same.
pub(super) fn find(rows: &[Row]) -> Result<(Columns, &[Row]), Cause> {
    for (n, (number, row)) in rows.iter().enumerate().take(TITLES) {
        let columns = Columns::of(row, *number)?;
        if columns.has(Column::Name) && columns.has(Column::Type) {
            return Ok((columns, &rows[n + 1..]));
        }
    }
    Err(Cause::new("objects.sheet.no_headings"))
}

impl Columns {
    fn of(row: &[String], number: usize) -> Result<Columns, Cause> {
        let mut columns = Columns { places: Vec::new(), unknown: Vec::new() };
        // `name` alone is the field's name; beside another name it is what people call it.
        let plain: Vec<String> = row.iter().map(|heading| self::plain(heading)).collect();
        let has_other_name = plain.iter().any(|heading| known(heading) == Some(Column::Name));
        for (place, (heading, plain)) in row.iter().zip(&plain).enumerate() {
            let column = match plain.as_str() {
                "" => continue,
                "name" if has_other_name => Some(Column::Label),
                "name" => Some(Column::Name),
                plain => known(plain),
            };
            match column {
                Some(column) if columns.has(column) && columns.has(Column::Name) => {
                    let cause = Cause::new("objects.sheet.heading_twice").with("row", number);
                    return Err(cause.with("heading", heading));
                }
                Some(column) => columns.places.push((column, place)),
                None => columns.unknown.push(heading.clone()),
            }
        }
        Ok(columns)
    }

    fn has(&self, column: Column) -> bool {
        self.places.iter().any(|(known, _)| *known == column)
    }

    /// What the row says in that column; `None` for an empty cell.
    pub fn cell<'r>(&self, row: &'r [String], column: Column) -> Option<&'r str> {
        let (_, place) = self.places.iter().find(|(known, _)| *known == column)?;
        row.get(*place).map(String::as_str).filter(|cell| !cell.is_empty())
    }
}

fn known(plain: &str) -> Option<Column> {
    HEADINGS.iter().find(|(_, words)| words.contains(&plain)).map(|(column, _)| *column)
}

fn plain(heading: &str) -> String {
    let before = heading.split(['(', '\u{ff08}']).next().unwrap_or_default();
    before
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '*' | ':' | '\u{ff1a}'))
        .flat_map(char::to_lowercase)
        .collect()
}
