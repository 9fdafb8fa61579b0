//! The objects of the tenant: the preset ones that an ERP integration meets, and one custom object.
//!
//! Field names are those of `protocols/fxiaoke.md` §4.7; of the custom fields, those with five letters are the ones
//! of the seed article, the others were named by the tenant's administrator.

mod customers;
mod goods;
mod people;
mod sales;

use super::Object;

/// How far a record has come on its way to the ERP, in the words of whoever writes it back.
pub const ERP_STATES: &[(&str, &str)] = &[
    ("ready", "待同步"),
    ("running", "同步中"),
    ("waiting", "等待中"),
    ("retrying", "重试中"),
    ("unknown", "结果未知"),
    ("synced", "已同步"),
    ("skipped", "无需同步"),
    ("failed", "同步失败"),
    ("ignored", "已忽略"),
];

pub const UNITS: &[(&str, &str)] = &[("1", "台"), ("2", "个"), ("3", "根"), ("4", "盒"), ("5", "米")];

pub static ALL: &[&Object] = &[
    &customers::ACCOUNT,
    &customers::ACCOUNT_ADDRESS,
    &customers::ACCOUNT_FINANCE,
    &customers::CONTACT,
    &customers::LEADS,
    &goods::PRODUCT,
    &goods::PRICE_BOOK,
    &goods::PRICE_BOOK_LINE,
    &goods::WAREHOUSE,
    &goods::STOCK,
    &sales::SALES_ORDER,
    &sales::SALES_ORDER_LINE,
    &sales::DELIVERY_NOTE,
    &sales::DELIVERY_NOTE_LINE,
    &sales::PAYMENT,
    &sales::PAYMENT_LINE,
    &people::PERSONNEL,
    &people::DEPARTMENT,
    &customers::VISIT,
];
