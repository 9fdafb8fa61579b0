//! STK_Inventory 即时库存: read only, changed by stock bills.

use crate::kingdee::meta::{
    Entity, Field, Form, FormKind, Numbering, ORGANISATION, Shape, amount, base, time,
};

pub static INVENTORY: Form = Form {
    id: "STK_Inventory",
    name: "即时库存",
    kind: FormKind::System,
    pk: "FID",
    number: "",
    caption: "",
    numbering: Numbering { prefix: "", dated: false, digits: 0 },
    entities: &[Entity {
        key: "FBillHead",
        name: "即时库存",
        table: "T_STK_INVENTORY",
        pk: "FID",
        orm: "",
        shape: Shape::Head,
        fields: &[HEAD],
    }],
    operations: &[],
};

const HEAD: &[Field] = &[
    base("FMaterialId", "物料编码", "BD_MATERIAL"),
    base("FStockId", "仓库", "BD_STOCK"),
    base("FStockOrgId", "库存组织", ORGANISATION),
    base("FStockStatusId", "库存状态", "BD_StockStatus"),
    base("FBaseUnitId", "基本单位", "BD_UNIT"),
    base("FLot", "批号", "BD_BatchMainFile"),
    amount("FQty", "库存量(主单位)"),
    amount("FBaseQty", "库存量(基本单位)"),
    amount("FAVBQty", "可用量"),
    time("FUPDATETIME", "更新时间"),
];
