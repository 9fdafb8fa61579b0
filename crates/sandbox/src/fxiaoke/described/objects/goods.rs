//! What is sold and where it lies: products, price books, warehouses, stock.

use super::{ERP_STATES, UNITS};
use crate::fxiaoke::described::{Field, Kind, Object};

pub static PRODUCT: Object = Object {
    name: "ProductObj",
    label: "产品",
    writable: true,
    record_types: &[],
    fields: &[
        Field::text("name", "产品名称").required(),
        Field::text("product_code", "产品编码").unique(),
        Field::text("product_spec", "规格属性"),
        Field::select("unit", "单位", UNITS),
        Field::new("price", "标准价格", Kind::Currency(2)).required(),
        Field::select("product_status", "上下架", &[("1", "已上架"), ("2", "已下架")]),
        Field::new("off_shelves_time", "下架时间", Kind::DateTime),
        Field::new("remark", "备注", Kind::LongText),
        Field::new("picture_path", "产品图片", Kind::Image),
        Field::new("erp_stock__c", "金蝶库存", Kind::Number(4)),
        Field::new("erp_stock_time__c", "金蝶库存更新时间", Kind::DateTime),
        Field::text("erp_no__c", "金蝶物料编码"),
        Field::select("erp_status__c", "金蝶同步状态", ERP_STATES),
        Field::new("erp_message__c", "金蝶同步说明", Kind::LongText),
    ],
};

pub static PRICE_BOOK: Object = Object {
    name: "PriceBookObj",
    label: "价目表",
    writable: true,
    record_types: &[],
    fields: &[
        Field::text("name", "价目表名称").required(),
        Field::new("start_date", "开始日期", Kind::Date),
        Field::new("end_date", "结束日期", Kind::Date),
        Field::new("is_standard", "标准价目表", Kind::TrueOrFalse),
        Field::new("remark", "备注", Kind::LongText),
        Field::text("erp_no__c", "金蝶价目表编码").unique(),
    ],
};

pub static PRICE_BOOK_LINE: Object = Object {
    name: "PriceBookProductObj",
    label: "价目表产品",
    writable: true,
    record_types: &[],
    fields: &[
        Field::new("name", "编号", Kind::AutoNumber),
        Field::new("pricebook_id", "价目表", Kind::MasterDetail("PriceBookObj")).required(),
        Field::new("product_id", "产品名称", Kind::Reference("ProductObj")).required(),
        Field::text("product_name", "产品"),
        Field::text("product_code", "产品编码"),
        Field::new("discount", "折扣", Kind::Percentile(2)),
        Field::new("pricebook_sellingprice", "价目表售价", Kind::Currency(2)).required(),
        Field::new("remark", "备注", Kind::LongText),
    ],
};

pub static WAREHOUSE: Object = Object {
    name: "WarehouseObj",
    label: "仓库",
    writable: true,
    record_types: &[],
    fields: &[
        Field::text("name", "仓库名称").required(),
        Field::text("number", "仓库编号").unique(),
        Field::select("is_enable", "启用状态", &[("1", "启用"), ("2", "停用")]),
        Field::new("is_default", "默认仓库", Kind::TrueOrFalse),
        Field::new("address", "仓库地址", Kind::LongText),
        Field::new("remark", "备注", Kind::LongText),
    ],
};

pub static STOCK: Object = Object {
    name: "StockObj",
    label: "库存",
    writable: true,
    record_types: &[],
    fields: &[
        Field::new("name", "库存编号", Kind::AutoNumber),
        Field::new("product_id", "产品名称", Kind::Reference("ProductObj")).required(),
        Field::new("warehouse_id", "仓库", Kind::Reference("WarehouseObj")).required(),
        Field::new("real_stock", "实际库存", Kind::Number(4)),
        Field::new("available_stock", "可用库存", Kind::Number(4)),
        Field::new("blocked_stock", "冻结库存", Kind::Number(4)),
        Field::new("safety_stock", "安全库存", Kind::Number(4)),
        Field::new("remark", "备注", Kind::LongText),
        Field::text("erp_key__c", "金蝶库存维度").unique(),
    ],
};
