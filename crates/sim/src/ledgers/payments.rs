//! What customers paid stands in the ERP as a receipt, with what was written off of it told back.

use std::collections::BTreeMap;

use super::columns::{crm, erp};
use super::{Codes, Compared, Sums, WRITTEN_OFF, code, counted, word};
use crate::world::World;

/// Compares the payments with the receipts.
pub fn compare(world: &World, accounts: &Codes, compared: &mut Compared) {
    let here = crm(
        world,
        "PaymentObj",
        &["name", "account_id", "payment_amount", "life_status", "erp_no__c", "erp_writeoff__c"],
    );
    let there = erp(
        world,
        "AR_RECEIVEBILL",
        "FBillNo,FCONTACTUNIT.FNumber,FDocumentStatus,FRECAMOUNTFOR,FWRITTENOFFSTATUS",
        "",
    );
    compared.once_each(
        "payment",
        &counted(here.rows().map(|row| row.text("name"))),
        &counted(there.rows().map(|row| row.text("FBillNo"))),
    );
    let receipts: BTreeMap<String, _> = there.rows().map(|row| (row.text("FBillNo"), row)).collect();
    let mut sums = Sums::default();
    for payment in here.rows() {
        let name = payment.text("name");
        let Some(receipt) = receipts.get(&name) else { continue };
        let account = code(accounts, &payment.text("account_id"));
        let (paid, received) = (payment.cents("payment_amount"), receipt.cents("FRECAMOUNTFOR"));
        compared.alike(&name, "amount", &paid.text(), &received.text());
        compared.alike(&name, "customer", account, &receipt.text("FCONTACTUNIT.FNumber"));
        compared.alike(&name, "document status", "C", &receipt.text("FDocumentStatus"));
        compared.alike(&name, "number told", &payment.text("erp_no__c"), &name);
        compared.alike(
            &name,
            "written off",
            &payment.text("erp_writeoff__c"),
            word(WRITTEN_OFF, &receipt.text("FWRITTENOFFSTATUS")),
        );
        compared.payments += 1;
        compared.paid = compared.paid + paid;
        sums.add((account, paid), (receipt.text("FCONTACTUNIT.FNumber"), received));
    }
    sums.alike("paid", compared);
}
