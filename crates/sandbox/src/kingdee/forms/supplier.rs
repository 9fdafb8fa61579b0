//! BD_Supplier 供应商: its core, since customers may refer to one.

use super::shared::{AUDITED_MASTER, MASTER_OPERATIONS};
use crate::kingdee::meta::{
    Entity, Field, Form, FormKind, Numbering, ORGANISATION, Preset, Shape, base, text, words,
};

pub static SUPPLIER: Form = Form {
    id: "BD_Supplier",
    name: "供应商",
    kind: FormKind::Master,
    pk: "FSupplierId",
    number: "FNumber",
    caption: "FName",
    numbering: Numbering { prefix: "VEN", dated: false, digits: 5 },
    entities: &[
        Entity {
            key: "FBillHead",
            name: "基本信息",
            table: "T_BD_SUPPLIER",
            pk: "FSupplierId",
            orm: "",
            shape: Shape::Head,
            fields: &[HEAD, AUDITED_MASTER],
        },
        Entity {
            key: "FBankInfo",
            name: "银行信息",
            table: "T_BD_SUPPLIERBANK",
            pk: "FBankId",
            orm: "SupplierBank",
            shape: Shape::Rows,
            fields: &[BANKS],
        },
    ],
    operations: MASTER_OPERATIONS,
};

const HEAD: &[Field] = &[
    text("FNumber", "编码"),
    words("FName", "名称").must(),
    base("FCreateOrgId", "创建组织", ORGANISATION).must(),
    base("FUseOrgId", "使用组织", ORGANISATION).preset(Preset::SameAs("FCreateOrgId")),
    words("FShortName", "简称"),
];

const BANKS: &[Field] = &[
    text("FBankCode", "银行账号"),
    words("FBankHolder", "账户名称"),
    base("FBankCurrencyId", "币别", "BD_Currency"),
];
