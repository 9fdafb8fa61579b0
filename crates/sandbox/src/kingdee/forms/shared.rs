//! Fields that every master record or every bill has: its status and its history.

use crate::kingdee::meta::{Effect, Field, FormOperation, Preset, USER, base, choice, int, time};

pub const STATUS: &[(&str, &str)] =
    &[("Z", "暂存"), ("A", "创建"), ("B", "审核中"), ("C", "已审核"), ("D", "重新审核")];
pub const FORBIDDEN: &[(&str, &str)] = &[("A", "否"), ("B", "是")];
pub const OPEN: &[(&str, &str)] = &[("A", "正常"), ("B", "业务关闭")];
pub const VOIDED: &[(&str, &str)] = &[("A", "否"), ("B", "是")];
pub const WRITTEN_OFF: &[(&str, &str)] = &[("A", "空"), ("B", "部分核销"), ("C", "完全核销")];

const DOCUMENT_STATUS: Field = choice("FDocumentStatus", "数据状态", STATUS).by_server();
const CREATOR: Field = base("FCreatorId", "创建人", USER).by_server();
const CREATED: Field = time("FCreateDate", "创建日期").by_server();
const MODIFIER: Field = base("FModifierId", "修改人", USER).by_server();
const MODIFIED: Field = time("FModifyDate", "修改日期").orm("FModifyDate").by_server();

/// Master data: customers, contacts, materials.
pub const MASTER: &[Field] = &[
    DOCUMENT_STATUS,
    choice("FForbidStatus", "禁用状态", FORBIDDEN).by_server().preset(Preset::Text("A")),
    CREATOR,
    CREATED,
    MODIFIER,
    MODIFIED,
    base("FApproverId", "审核人", USER).by_server(),
    time("FApproveDate", "审核日期").by_server(),
    base("FForbiderId", "禁用人", USER).by_server().orm("ForbidderId"),
    time("FForbidDate", "禁用日期").by_server(),
    int("FMasterId", "主内码").by_server().orm("msterID"),
];

/// Master data whose audit columns have the older names: staff, departments, suppliers (§5.7).
pub const AUDITED_MASTER: &[Field] = &[
    DOCUMENT_STATUS,
    choice("FForbidStatus", "禁用状态", FORBIDDEN).by_server().preset(Preset::Text("A")),
    CREATOR,
    CREATED,
    MODIFIER,
    MODIFIED,
    base("FAuditorId", "审核人", USER).by_server(),
    time("FAuditDate", "审核日期").by_server(),
    base("FForbidderId", "禁用人", USER).by_server(),
    time("FForbidDate", "禁用日期").by_server(),
    int("FMasterId", "主内码").by_server().orm("msterID"),
];

/// Bills.
pub const BILL: &[Field] = &[
    DOCUMENT_STATUS,
    CREATOR,
    CREATED,
    MODIFIER,
    MODIFIED,
    base("FApproverId", "审核人", USER).by_server(),
    time("FApproveDate", "审核日期").by_server(),
    choice("FCancelStatus", "作废状态", VOIDED).by_server().preset(Preset::Text("A")),
    base("FCancellerId", "作废人", USER).by_server(),
    time("FCancelDate", "作废日期").by_server(),
];

/// Bills that are closed when everything is delivered.
pub const CLOSABLE: &[Field] = &[
    choice("FCloseStatus", "关闭状态", OPEN).by_server().preset(Preset::Text("A")),
    base("FCloserId", "关闭人", USER).by_server(),
    time("FCloseDate", "关闭日期").by_server(),
];

pub const MASTER_OPERATIONS: &[FormOperation] = &[
    FormOperation { number: "Forbid", name: "禁用", effect: Effect::Forbid },
    FormOperation { number: "Enable", name: "反禁用", effect: Effect::Enable },
];

pub const BILL_OPERATIONS: &[FormOperation] = &[
    FormOperation { number: "Cancel", name: "作废", effect: Effect::Void },
    FormOperation { number: "Uncancel", name: "反作废", effect: Effect::Unvoid },
];
