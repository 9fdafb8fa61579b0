//! BD_CommonContact 联系人.

use super::shared::{MASTER, MASTER_OPERATIONS};
use crate::kingdee::meta::{
    Entity, Field, Form, FormKind, Numbering, ORGANISATION, Preset, Shape, base, choice, text, words,
};

const COMPANY_TYPES: &[(&str, &str)] = &[("BD_Customer", "客户"), ("BD_Supplier", "供应商")];

pub static CONTACT: Form = Form {
    id: "BD_CommonContact",
    name: "联系人",
    kind: FormKind::Master,
    pk: "FCONTACTID",
    number: "FNumber",
    caption: "FName",
    numbering: Numbering { prefix: "CXR", dated: false, digits: 6 },
    entities: &[Entity {
        key: "FBillHead",
        name: "基本信息",
        table: "T_BD_COMMONCONTACT",
        pk: "FCONTACTID",
        orm: "",
        shape: Shape::Head,
        fields: &[HEAD, MASTER],
    }],
    operations: MASTER_OPERATIONS,
};

const HEAD: &[Field] = &[
    text("FNumber", "编码"),
    words("FName", "姓名").must(),
    base("FCreateOrgId", "创建组织", ORGANISATION),
    choice("FCompanyType", "公司类型", COMPANY_TYPES).preset(Preset::Text("BD_Customer")),
    base("FCompany", "所属公司", "BD_Customer"),
    text("FPost", "职务"),
    text("FTel", "固定电话").orm("FTel"),
    text("FMobile", "移动电话"),
    text("FEmail", "电子邮箱"),
    words("FBizAddress", "通讯地址"),
    words("FDescription", "描述"),
    text("F_QIAO_ExtId", "外部系统内码"),
];
