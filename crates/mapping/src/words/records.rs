//! What keeps a record from being mapped.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "mapping.required",
        "必填的目标字段 {field} 没有值,来源是 {source}。",
        "The required target field {field} has no value; it comes from {source}.",
        "请在源系统填写后保存,会自动重新同步。",
        "Fill it in at the source and save; it is brought over again by itself.",
    ),
    (
        "mapping.value_not_in_map",
        "字段 {field}:值“{value}”不在值映射“{values}”里。",
        "{field}: the value “{value}” is not in the value map “{values}”.",
        "请在值映射中加上它,或写 otherwise。",
        "Add it to the value map, or give it an otherwise.",
    ),
    (
        "mapping.value_without_way_back",
        "字段 {field}:值映射“{values}”反向使用时,没有选项对应“{value}”。",
        "{field}: no option of the value map “{values}” stands for “{value}” on the way back.",
        "请在值映射中加上它,或写 back、otherwise_back。",
        "Add it to the value map, or give it a back or an otherwise_back.",
    ),
    (
        "mapping.reference_missing",
        "字段 {field} 引用的 {object}(id {id})还没有同步到目标系统。",
        "{field} refers to a record of {object} (id {id}) that is not at the target yet.",
        "请先同步被引用的数据;它到达后本数据会自动继续。",
        "Bring that record over first; this one then goes on by itself.",
    ),
    (
        "mapping.reference_no_id",
        "字段 {field} 的来源 {source} 不是 id 或编码。",
        "The source {source} of {field} holds no id or number.",
        "请让来源指向存放 id 的字段,例如 owner.id。",
        "Point it to the field that holds the id, such as owner.id.",
    ),
    (
        "mapping.person_not_bound",
        "字段 {field}:人员 {id} 还没有绑定到连接“{connection}”。",
        "{field}: the person {id} is not bound in the connection “{connection}” yet.",
        "请用 qiao binding set 或 match 建立账户绑定,或在这一行写 otherwise。",
        "Bind them with qiao binding set or match, or give the entry an otherwise.",
    ),
    (
        "mapping.department_not_bound",
        "字段 {field}:部门 {id} 还没有绑定到连接“{connection}”。",
        "{field}: the department {id} is not bound in the connection “{connection}” yet.",
        "请用 qiao binding set 或 match 建立部门绑定,或在这一行写 otherwise。",
        "Bind it with qiao binding set or match, or give the entry an otherwise.",
    ),
    (
        "mapping.counterpart_no_id",
        "字段 {field} 的来源不是人员或部门的 id。",
        "The source of {field} holds no id of a person or department.",
        "请让来源指向存放 id 的字段,例如 owner。",
        "Point it to the field that holds the id, such as owner.",
    ),
    (
        "mapping.not_lines",
        "字段 {field} 的来源 {source} 不是明细列表。",
        "The source {source} of {field} is no list of lines.",
        "请检查 lines 写的字段;相关对象请在 source.include 中声明。",
        "Look at the field that lines names; related objects are declared in source.include.",
    ),
    (
        "mapping.no_text",
        "字段 {field} 的来源 {source} 无法转为文本。",
        "The source {source} of {field} cannot be made a text.",
        "列表或对象请用表达式先取出需要的部分。",
        "Take the part of the list or map that is needed by an expression.",
    ),
    (
        "mapping.no_number",
        "字段 {field} 的来源 {source} 不是数字。",
        "The source {source} of {field} is no number.",
        "请在源系统改正,只写数字和小数点。",
        "Correct it at the source: digits and a decimal point only.",
    ),
    (
        "mapping.no_integer",
        "字段 {field} 的来源 {source} 不是整数。",
        "The source {source} of {field} is no whole number.",
        "请在源系统改正,或改用 convert: decimal(2)。",
        "Correct it at the source, or use convert: decimal(2).",
    ),
    (
        "mapping.no_boolean",
        "字段 {field} 的来源 {source} 不是“是/否”。",
        "The source {source} of {field} is neither yes nor no.",
        "请写是/否、true/false 或 1/0,或使用值映射。",
        "Write true/false, 1/0 or 是/否, or use a value map.",
    ),
    (
        "mapping.no_date",
        "字段 {field} 的来源 {source} 不是日期。",
        "The source {source} of {field} is no date.",
        "日期应当是毫秒数,或 2026-06-01、2026-06-01 09:12:44 这样的文本。",
        "A date is milliseconds, or a text such as 2026-06-01 or 2026-06-01 09:12:44.",
    ),
];
