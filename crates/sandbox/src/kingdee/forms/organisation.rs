//! Organisations, users, departments, staff and salesmen.

use super::shared::{AUDITED_MASTER, MASTER, MASTER_OPERATIONS};
use crate::kingdee::meta::{
    self, Entity, Field, Form, FormKind, Numbering, Preset, Shape, base, choice, flag, text, time, words,
};

const NO_NUMBERS: Numbering = Numbering { prefix: "", dated: false, digits: 3 };

const fn head(table: &'static str, pk: &'static str, fields: &'static [&'static [Field]]) -> Entity {
    Entity { key: "FBillHead", name: "基本信息", table, pk, orm: "", shape: Shape::Head, fields }
}

pub static ORGANISATION: Form = Form {
    id: meta::ORGANISATION,
    name: "组织机构",
    kind: FormKind::System,
    pk: "FOrgID",
    number: "FNumber",
    caption: "FName",
    numbering: NO_NUMBERS,
    entities: &[head("T_ORG_ORGANIZATIONS", "FOrgID", &[ORGANISATION_HEAD])],
    operations: &[],
};

const ORGANISATION_HEAD: &[Field] = &[
    text("FNumber", "编码"),
    words("FName", "名称"),
    text("FOrgFormID", "组织形态"),
    choice("FDocumentStatus", "数据状态", super::shared::STATUS),
    choice("FForbidStatus", "禁用状态", super::shared::FORBIDDEN),
    time("FModifyDate", "修改日期").orm("FModifyDate"),
];

pub static USER: Form = Form {
    id: meta::USER,
    name: "用户",
    kind: FormKind::System,
    pk: "FUserID",
    number: "FUserAccount",
    caption: "FName",
    numbering: NO_NUMBERS,
    entities: &[head("T_SEC_USER", "FUserID", &[USER_HEAD])],
    operations: &[],
};

const USER_HEAD: &[Field] = &[text("FUserAccount", "用户账号"), text("FName", "用户名称")];

pub static DEPARTMENT: Form = Form {
    id: "BD_Department",
    name: "部门",
    kind: FormKind::Master,
    pk: "FDEPTID",
    number: "FNumber",
    caption: "FName",
    numbering: Numbering { prefix: "BM", dated: false, digits: 6 },
    entities: &[head("T_BD_DEPARTMENT", "FDEPTID", &[DEPARTMENT_HEAD, AUDITED_MASTER])],
    operations: MASTER_OPERATIONS,
};

const DEPARTMENT_HEAD: &[Field] = &[
    text("FNumber", "编码"),
    words("FName", "名称").must(),
    base("FCreateOrgId", "创建组织", meta::ORGANISATION),
    base("FUseOrgId", "使用组织", meta::ORGANISATION).preset(Preset::SameAs("FCreateOrgId")),
    base("FParentID", "上级部门", "BD_Department"),
    words("FFullName", "全称"),
];

pub static STAFF: Form = Form {
    id: "BD_Empinfo",
    name: "员工",
    kind: FormKind::Master,
    pk: "FID",
    number: "FStaffNumber",
    caption: "FName",
    numbering: Numbering { prefix: "YG", dated: false, digits: 4 },
    entities: &[
        head("T_HR_EMPINFO", "FID", &[STAFF_HEAD, AUDITED_MASTER]),
        Entity {
            key: "FPostEntity",
            name: "员工任岗",
            table: "T_HR_EMPINFOPOST",
            pk: "FEntryID",
            orm: "PostEntity",
            shape: Shape::Rows,
            fields: &[POSTS],
        },
    ],
    operations: MASTER_OPERATIONS,
};

const STAFF_HEAD: &[Field] = &[
    text("FStaffNumber", "员工编号").orm("FStaffNumber"),
    words("FName", "员工姓名").must(),
    base("FCreateOrgId", "创建组织", meta::ORGANISATION),
    base("FUseOrgId", "使用组织", meta::ORGANISATION).preset(Preset::SameAs("FCreateOrgId")),
    text("FMobile", "移动电话"),
    text("FEmail", "电子邮箱"),
    text("FTel", "固定电话").orm("FTel"),
];

const POSTS: &[Field] = &[
    base("FWorkOrgId", "工作组织", meta::ORGANISATION),
    base("FPostDept", "所属部门", "BD_Department"),
    text("FPost", "就任岗位"),
    flag("FIsFirstPost", "是否主任岗"),
];

pub static SALESMAN: Form = Form {
    id: "BD_Saler",
    name: "销售员",
    kind: FormKind::Master,
    pk: "FID",
    number: "FNumber",
    caption: "FName",
    numbering: NO_NUMBERS,
    entities: &[head("V_BD_SALESMAN", "FID", &[SALESMAN_HEAD, MASTER])],
    operations: MASTER_OPERATIONS,
};

const SALESMAN_HEAD: &[Field] = &[
    text("FNumber", "业务员编码"),
    words("FName", "业务员名称"),
    base("FStaffId", "员工", "BD_Empinfo"),
    base("FDeptId", "部门", "BD_Department"),
    base("FOperatorGroupId", "业务组", "BD_OPERATORGROUP"),
    base("FBizOrgId", "业务组织", meta::ORGANISATION),
];
