//! BD_MATERIAL 物料.

use super::shared::{MASTER, MASTER_OPERATIONS};
use crate::kingdee::meta::{
    Entity, Field, Form, FormKind, Numbering, ORGANISATION, Preset, Shape, base, choice, flag, text, words,
};

const ORIGINS: &[(&str, &str)] = &[("1", "外购"), ("2", "自制"), ("3", "委外"), ("6", "服务")];

pub static MATERIAL: Form = Form {
    id: "BD_MATERIAL",
    name: "物料",
    kind: FormKind::Master,
    pk: "FMATERIALID",
    number: "FNumber",
    caption: "FName",
    numbering: Numbering { prefix: "CH", dated: false, digits: 4 },
    entities: &[
        Entity {
            key: "FBillHead",
            name: "基本信息",
            table: "T_BD_MATERIAL",
            pk: "FMATERIALID",
            orm: "",
            shape: Shape::Head,
            fields: &[HEAD, MASTER],
        },
        Entity {
            key: "SubHeadEntity",
            name: "基本",
            table: "T_BD_MATERIALBASE",
            pk: "FEntryId",
            orm: "MaterialBase",
            shape: Shape::Sub,
            fields: &[BASE],
        },
        Entity {
            key: "SubHeadEntity1",
            name: "库存",
            table: "T_BD_MATERIALSTOCK",
            pk: "FEntryId",
            orm: "MaterialStock",
            shape: Shape::Sub,
            fields: &[STOCK],
        },
        Entity {
            key: "SubHeadEntity2",
            name: "销售",
            table: "T_BD_MATERIALSALE",
            pk: "FEntryId",
            orm: "MaterialSale",
            shape: Shape::Sub,
            fields: &[SALE],
        },
    ],
    operations: MASTER_OPERATIONS,
};

const HEAD: &[Field] = &[
    text("FNumber", "编码"),
    words("FName", "名称").must(),
    base("FCreateOrgId", "创建组织", ORGANISATION).must(),
    base("FUseOrgId", "使用组织", ORGANISATION).preset(Preset::SameAs("FCreateOrgId")),
    words("FSpecification", "规格型号"),
    text("FOldNumber", "旧物料编码"),
    text("FBARCODE", "条码"),
    words("FDescription", "描述"),
    base("FMaterialGroup", "物料分组", "BD_MaterialGroup"),
];

const BASE: &[Field] = &[
    choice("FErpClsID", "物料属性", ORIGINS).preset(Preset::Text("1")),
    base("FBaseUnitId", "基本单位", "BD_UNIT").must(),
    base("FCategoryID", "存货类别", "BD_MATERIALCATEGORY"),
    base("FTaxRateId", "默认税率", "BD_TaxRate"),
    flag("FIsSale", "允许销售").preset(Preset::Flag(true)),
    flag("FIsInventory", "允许库存").preset(Preset::Flag(true)),
];

const STOCK: &[Field] = &[base("FStoreUnitID", "库存单位", "BD_UNIT"), base("FStockId", "仓库", "BD_STOCK")];

const SALE: &[Field] =
    &[base("FSaleUnitId", "销售单位", "BD_UNIT"), base("FSalePriceUnitId", "销售计价单位", "BD_UNIT")];
