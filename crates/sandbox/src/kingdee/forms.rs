//! The forms of the account set, as tables of data (`protocols/kingdee.md §7`).
//!
//! A field that the page does not list is here only when one of the seeds' packets or queries names it.

mod attachment;
mod base_data;
mod contact;
mod customer;
mod delivery_notice;
mod inventory;
mod material;
mod organisation;
mod outstock;
mod receivable;
mod receive_bill;
mod sale_order;
mod shared;
mod supplier;

use super::meta::Form;

/// Every form, in the order of their tables.
pub static FORMS: &[&Form] = &[
    &organisation::ORGANISATION,
    &organisation::USER,
    &organisation::DEPARTMENT,
    &organisation::STAFF,
    &organisation::SALESMAN,
    &base_data::ASSISTANT,
    &base_data::CURRENCY,
    &base_data::UNIT,
    &base_data::STOCK,
    &base_data::STOCK_STATUS,
    &base_data::LOT,
    &base_data::TAX_RATE,
    &base_data::RATE_TYPE,
    &base_data::BILL_TYPE,
    &base_data::SETTLE_TYPE,
    &base_data::RECEIPT_CONDITION,
    &base_data::PURPOSE,
    &base_data::PRICE_LIST,
    &base_data::DISCOUNT_LIST,
    &base_data::BANK_TYPE,
    &base_data::BANK_BRANCH,
    &base_data::MATERIAL_CATEGORY,
    &base_data::LOGISTICS,
    &base_data::CUSTOMER_GROUP,
    &base_data::MATERIAL_GROUP,
    &base_data::LOCATION,
    &supplier::SUPPLIER,
    &material::MATERIAL,
    &customer::CUSTOMER,
    &contact::CONTACT,
    &sale_order::SALE_ORDER,
    &delivery_notice::DELIVERY_NOTICE,
    &outstock::OUTSTOCK,
    &receivable::RECEIVABLE,
    &receive_bill::RECEIVE_BILL,
    &inventory::INVENTORY,
    &base_data::SALES_GROUP,
    &attachment::ATTACHMENT,
];
