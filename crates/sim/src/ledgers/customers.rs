//! Every customer of the CRM stands in the ERP once, audited, with its name and telephone.

use std::collections::BTreeMap;

use super::columns::{crm, erp};
use super::{Codes, Compared, counted};
use crate::world::World;

/// The numbers of the customers by their ids.
pub fn compare(world: &World, compared: &mut Compared) -> Codes {
    let here = crm(world, "AccountObj", &["_id", "account_no", "name", "tel", "erp_no__c"]);
    let there = erp(world, "BD_Customer", "FNumber,FName,FTEL,FDocumentStatus", "");
    compared.once_each(
        "customer",
        &counted(here.rows().map(|row| row.text("account_no"))),
        &counted(there.rows().map(|row| row.text("FNumber"))),
    );
    let by_number: BTreeMap<String, _> = there.rows().map(|row| (row.text("FNumber"), row)).collect();
    for row in here.rows() {
        let number = row.text("account_no");
        let Some(customer) = by_number.get(&number) else { continue };
        compared.alike(&number, "name", &row.text("name"), &customer.text("FName"));
        compared.alike(&number, "telephone", &row.text("tel"), &customer.text("FTEL"));
        compared.alike(&number, "status", "C", &customer.text("FDocumentStatus"));
        compared.alike(&number, "number told", &row.text("erp_no__c"), &number);
        compared.customers += 1;
    }
    here.rows().map(|row| (row.text("_id"), row.text("account_no"))).collect()
}
