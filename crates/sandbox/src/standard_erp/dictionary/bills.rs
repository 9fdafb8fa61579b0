//! Sales orders and what leaves the warehouse for them.

use super::{Detail, Kind, Object, field, required, system};

/// 销售订单
pub const SALE_ORDER: Object = Object {
    name: "saleOrder",
    label: "销售订单",
    id: "billId",
    number: "billNo",
    prefix: "XSDD",
    named_by_caller: false,
    fields: &[
        field("billNo", "单据编号", Kind::Text(30)),
        required("billDate", "单据日期", Kind::Date),
        required("custNo", "客户编码", Kind::Reference("customer")),
        field("salesman", "业务员工号", Kind::Text(20)),
        field("payWay", "付款方式", Kind::Choice(&[("1", "现结"), ("2", "月结"), ("3", "预付")])),
        field("deliveryDate", "要求交期", Kind::Date),
        field("isUrgent", "加急", Kind::Flag),
        system("totalAmount", "价税合计", Kind::Decimal(2)),
        field("sourceNo", "来源单号", Kind::Text(50)),
        field("remark", "备注", Kind::LongText(500)),
    ],
    details: &[Detail {
        name: "saleOrderEntry",
        label: "销售订单分录",
        fields: &[
            required("matNo", "物料编码", Kind::Reference("material")),
            required("qty", "数量", Kind::Decimal(4)),
            required("price", "含税单价", Kind::Decimal(6)),
            system("amount", "金额", Kind::Decimal(2)),
            system("deliveredQty", "已出库数量", Kind::Decimal(4)),
            field("rowRemark", "行备注", Kind::Text(200)),
        ],
        is_required: true,
    }],
};

/// 出库单
pub const STOCK_OUT: Object = Object {
    name: "stockOut",
    label: "销售出库单",
    id: "billId",
    number: "billNo",
    prefix: "XSCK",
    named_by_caller: false,
    fields: &[
        field("billNo", "单据编号", Kind::Text(30)),
        required("billDate", "出库日期", Kind::Date),
        required("custNo", "客户编码", Kind::Reference("customer")),
        field("orderNo", "销售订单号", Kind::Reference("saleOrder")),
        field("warehouse", "仓库", Kind::Text(30)),
        field("carrierNo", "物流单号", Kind::Text(50)),
        field("remark", "备注", Kind::LongText(500)),
    ],
    details: &[Detail {
        name: "stockOutEntry",
        label: "出库单分录",
        fields: &[
            required("matNo", "物料编码", Kind::Reference("material")),
            required("qty", "出库数量", Kind::Decimal(4)),
            field("orderEntryId", "订单分录内码", Kind::Text(36)),
            field("batchNo", "批号", Kind::Text(30)),
        ],
        is_required: true,
    }],
};
