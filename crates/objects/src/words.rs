//! Guessing by names: which field is the id, the number, the name, the version; which one holds times, amounts, codes.
//!
//! Names are compared without case and without `_`, `-` and spaces, so that `LAST_MODIFIED` is `lastModified`.

use model::object::{Field, FieldKind};

use crate::draft::Roles;

const IDS: &[&str] = &[
    "id",
    "fid",
    "dataid",
    "billid",
    "objectid",
    "recordid",
    "masterid",
    "docid",
    "guid",
    "uuid",
    "pk",
    "主键",
    "内码",
    "单据内码",
    "单据id",
    "主键id",
    "数据id",
];
const NUMBERS: &[&str] = &[
    "number",
    "fnumber",
    "billno",
    "fbillno",
    "billnumber",
    "docno",
    "code",
    "fcode",
    "no",
    "orderno",
    "sn",
    "编号",
    "编码",
    "单据编号",
    "单号",
    "单据号",
];
const NUMBER_ENDS: &[&str] = &["编号", "编码", "单号", "number", "billno", "code"];
const NAMES: &[&str] = &["name", "fname", "fullname", "名称", "姓名", "title", "标题", "主题"];
const NAME_ENDS: &[&str] = &["名称", "name"];
const VERSIONS: &[&str] = &[
    "version",
    "lastmodified",
    "lastmodifiedtime",
    "lastmodifytime",
    "lastmodifydate",
    "lastmodifieddate",
    "lastupdatetime",
    "updatetime",
    "updatedtime",
    "updatedate",
    "updatedat",
    "modifytime",
    "modifydate",
    "modifiedtime",
    "modifiedat",
    "fmodifydate",
    "timestamp",
    "ts",
    "修改时间",
    "更新时间",
    "最后修改时间",
    "最后更新时间",
    "修改日期",
    "版本",
    "版本号",
];
const LINE_IDS: &[&str] = &[
    "id",
    "fid",
    "entryid",
    "fentryid",
    "lineid",
    "rowid",
    "detailid",
    "itemid",
    "dataid",
    "guid",
    "uuid",
    "行id",
    "分录内码",
    "分录id",
    "明细id",
    "明细内码",
    "内码",
    "主键",
];
const TIMES: &[&str] = &["time", "date", "modified", "updated", "created", "timestamp", "时间", "日期"];
const AMOUNTS: &[&str] = &[
    "qty", "quantity", "amount", "price", "money", "rate", "total", "tax", "weight", "discount", "count",
    "sum", "cost", "balance", "fee", "数量", "金额", "单价", "价格", "税率", "税额", "合计", "重量", "折扣",
    "成本", "余额", "费用",
];
const CODES: &[&str] = &[
    "id", "no", "code", "number", "phone", "mobile", "tel", "fax", "zip", "postcode", "account", "编号",
    "编码", "代码", "单号", "电话", "手机", "传真", "邮编", "账号", "税号", "卡号", "内码",
];

/// A name as it is compared.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

/// Whether a field of that name may hold a point in time.
pub(crate) fn tells_time(name: &str) -> bool {
    let plain = plain(name);
    // `createdAt`, but not `format`: the ending counts only as a word of its own.
    TIMES.iter().any(|word| plain.contains(word))
        || name.ends_with("At")
        || name.ends_with("_at")
        || plain == "ts"
}

/// Whether it may hold a day without a time.
pub(crate) fn tells_day(name: &str) -> bool {
    let plain = plain(name);
    plain.ends_with("date") || plain.ends_with("日期")
}

/// Whether it holds something to calculate with.
pub(crate) fn tells_amount(name: &str) -> bool {
    let plain = plain(name);
    AMOUNTS.iter().any(|word| plain.contains(word))
}

/// Whether its digits are a code and not a number.
pub(crate) fn tells_code(name: &str) -> bool {
    let plain = plain(name);
    CODES.iter().any(|word| plain.ends_with(word))
}

/// The fields that their names give a part to play. `is_unique` rules out an id that two records share.
pub(crate) fn roles(fields: &[Field], is_unique: &dyn Fn(&str) -> bool) -> Roles {
    let whole = |words: &[&str], fits: &dyn Fn(&Field) -> bool| {
        words.iter().find_map(|word| {
            let found = fields.iter().find(|field| plain(&field.name) == *word && fits(field));
            found.map(|field| field.name.clone())
        })
    };
    let ending = |ends: &[&str], fits: &dyn Fn(&Field) -> bool| {
        let ends_so = |field: &&Field| ends.iter().any(|end| plain(&field.name).ends_with(end));
        fields.iter().filter(ends_so).find(|field| fits(field)).map(|field| field.name.clone())
    };
    let is_key = |field: &Field| is_code(&field.kind) && is_unique(&field.name);
    let is_text = |field: &Field| matches!(field.kind, FieldKind::Text | FieldKind::LongText);
    let is_version = |field: &Field| {
        matches!(field.kind, FieldKind::DateTime | FieldKind::Date | FieldKind::Number | FieldKind::Text)
    };
    Roles {
        id: whole(IDS, &is_key),
        number: whole(NUMBERS, &is_key).or_else(|| ending(NUMBER_ENDS, &is_key)),
        display: whole(NAMES, &is_text).or_else(|| ending(NAME_ENDS, &is_text)),
        version: whole(VERSIONS, &is_version),
    }
}

/// The field with the id of a line.
pub(crate) fn line_id(fields: &[Field]) -> Option<String> {
    LINE_IDS.iter().find_map(|word| {
        let found = fields.iter().find(|field| plain(&field.name) == *word && is_code(&field.kind));
        found.map(|field| field.name.clone())
    })
}

fn is_code(kind: &FieldKind) -> bool {
    matches!(kind, FieldKind::Text | FieldKind::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::field;

    fn found(names: &[(&str, FieldKind)], shared: &[&str]) -> [Option<String>; 4] {
        let fields: Vec<Field> =
            names.iter().map(|(name, kind)| field(name, kind.clone(), false, None)).collect();
        let Roles { id, number, display, version } = roles(&fields, &|name| !shared.contains(&name));
        [id, number, display, version]
    }

    #[test]
    fn names_give_fields_their_parts() {
        use FieldKind::{Boolean, DateTime, Decimal, Number, Text};
        for (names, shared, expected) in [
            (
                vec![("FNumber", Text), ("FName", Text), ("FID", Number), ("FModifyDate", DateTime)],
                vec![],
                [Some("FID"), Some("FNumber"), Some("FName"), Some("FModifyDate")],
            ),
            (
                vec![("单据编号", Text), ("客户名称", Text), ("修改时间", DateTime), ("内码", Text)],
                vec![],
                [Some("内码"), Some("单据编号"), Some("客户名称"), Some("修改时间")],
            ),
            (
                vec![("billId", Text), ("bill_no", Text), ("LAST_MODIFIED", Number)],
                vec![],
                [Some("billId"), Some("bill_no"), None, Some("LAST_MODIFIED")],
            ),
            // Two records share it, so it is no id.
            (vec![("id", Text), ("billNo", Text)], vec!["id"], [None, Some("billNo"), None, None]),
            (
                vec![("id", Boolean), ("code", Decimal { scale: 2 }), ("备注", Text)],
                vec![],
                [None, None, None, None],
            ),
        ] {
            assert_eq!(found(&names, &shared), expected.map(|name| name.map(str::to_owned)), "{names:?}");
        }
    }

    #[test]
    fn names_tell_what_digits_mean() {
        for (name, time, amount, code) in [
            ("updateTime", true, false, false),
            ("createdAt", true, false, false),
            ("format", false, false, false),
            ("下单日期", true, false, false),
            ("数量", false, true, false),
            ("taxRate", false, true, false),
            ("mobile", false, false, true),
            ("客户编码", false, false, true),
            ("备注", false, false, false),
        ] {
            assert_eq!(
                (tells_time(name), tells_amount(name), tells_code(name)),
                (time, amount, code),
                "{name}"
            );
        }
    }
}
