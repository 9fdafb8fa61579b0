//! The sheet to fill in.

use model::Lang;
use rust_xlsxwriter::{DataValidation, DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::types::KINDS;

/// Headings in Chinese and English, and how wide the column is.
const HEADINGS: &[(&str, &str, u16)] = &[
    ("字段编码", "API name", 22),
    ("名称", "Label", 22),
    ("类型", "Type", 14),
    ("必填", "Required", 10),
    ("长度", "Length", 10),
    ("小数位", "Scale", 10),
    ("选项", "Options", 30),
    ("明细", "Detail", 18),
    ("引用对象", "Object", 18),
    ("作用", "Role", 12),
    ("说明", "Remarks", 36),
];

/// One row for each thing that has to be shown. The last column explains it.
const EXAMPLE: &[[&str; 11]] = &[
    ["id", "内码", "text", "是", "50", "", "", "", "", "id", "不变的主键"],
    ["billNo", "单据编号", "text", "是", "50", "", "", "", "", "number", "人们看到的编号"],
    ["customer", "客户", "reference", "是", "", "", "", "", "Customer", "", "引用对象填写对象名称"],
    ["status", "单据状态", "select", "", "", "", "A:暂存;B:已审核", "", "", "", "值:名称,用分号隔开"],
    ["amount", "金额", "decimal", "", "", "2", "", "", "", "", "小数要填写小数位"],
    ["updateTime", "修改时间", "datetime", "是", "", "", "", "", "", "version", "每次修改都会变"],
    ["lineId", "行内码", "text", "是", "50", "", "", "Items", "", "id", "明细的字段填写明细编码"],
    ["qty", "数量", "decimal", "是", "", "4", "", "Items", "", "", ""],
];

const EXAMPLE_REMARKS_EN: [&str; 8] = [
    "the unchanging key",
    "what people know it by",
    "Object names the object that is referred to",
    "value:label, with semicolons between",
    "a decimal needs its scale",
    "changes with every edit",
    "a field of a detail list names the list",
    "",
];

pub(super) fn write(lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The same template is the same file, whenever it is written.
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2026, 1, 1)?));
    let head = Format::new().set_bold();
    let sheet = book.add_worksheet();
    sheet.set_name(lang.choose("字段", "Fields"))?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, (zh, en, width)) in (0..).zip(HEADINGS) {
        sheet.write_with_format(0, column, lang.choose(zh, en), &head)?;
        sheet.set_column_width(column, *width)?;
    }
    for (row, (cells, remark_en)) in (1..).zip(EXAMPLE.iter().zip(EXAMPLE_REMARKS_EN)) {
        for (column, cell) in (0..).zip(cells) {
            let cell = match (column, lang) {
                (10, Lang::En) => remark_en,
                (3, Lang::En) if !cell.is_empty() => "yes",
                _ => cell,
            };
            if !cell.is_empty() {
                sheet.write(row, column, cell)?;
            }
        }
    }
    let kinds: Vec<&str> = KINDS.iter().map(|(_, words)| words[0]).collect();
    let yes_no = [lang.choose("是", "yes"), lang.choose("否", "no")];
    sheet.add_data_validation(1, 2, 999, 2, &DataValidation::new().allow_list_strings(&kinds)?)?;
    sheet.add_data_validation(1, 3, 999, 3, &DataValidation::new().allow_list_strings(&yes_no)?)?;
    sheet.add_data_validation(
        1,
        9,
        999,
        9,
        &DataValidation::new().allow_list_strings(&["id", "number", "name", "version"])?,
    )?;
    book.save_to_buffer()
}
