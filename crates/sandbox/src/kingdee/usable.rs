//! Which base data a bill may name: audited, not forbidden, and allocated to the bill's organisation
//! (`protocols/kingdee.md §3.6`).

use super::catalogue::{CATALOGUE, FormMeta, Place};
use super::ledger::Document;
use super::meta::ORGANISATION;
use super::turn::Turn;

/// What one kind of bill is checked for.
struct Rule {
    form: &'static str,
    /// Reference in head or rows, and the head's organisation in which it must be usable.
    fields: &'static [(&'static str, &'static str)],
}

const RULES: &[Rule] = &[
    Rule { form: "SAL_SaleOrder", fields: &[("FCustId", "FSaleOrgId"), ("FMaterialId", "FSaleOrgId")] },
    Rule {
        form: "SAL_DELIVERYNOTICE",
        fields: &[("FCustomerID", "FSaleOrgId"), ("FMaterialID", "FDeliveryOrgID")],
    },
    Rule { form: "SAL_OUTSTOCK", fields: &[("FCustomerID", "FSaleOrgId"), ("FMaterialID", "FStockOrgId")] },
    Rule { form: "AR_RECEIVEBILL", fields: &[("FCONTACTUNIT", "FPAYORGID")] },
];

impl Turn<'_> {
    /// Why a bill may not be audited (or, by the switch, not saved): the first base data that is not to be used, as
    /// the middle of the server's sentence.
    pub fn unusable(&self, form: &FormMeta, document: &Document) -> Option<String> {
        let rule = RULES.iter().find(|rule| rule.form == form.def.id)?;
        rule.fields.iter().find_map(|(key, org)| {
            let place = form.lookup(key)?;
            let org = document.get(form, org).reference();
            document.rows[place.entity]
                .iter()
                .find_map(|row| self.unusable_here(form, place, row.cells[place.field].reference(), org))
        })
    }

    fn unusable_here(&self, form: &FormMeta, place: Place, id: i64, org: i64) -> Option<String> {
        let target = form.field(place).kind.target()?;
        let (base, document) = self.ledger.referred(target, id)?;
        let what = format!("{}“{}”", base.def.name, document.number(base));
        if document.status(base) != 'C' {
            return Some(format!("{what}未审核"));
        }
        if document.get(base, "FForbidStatus").as_text() == "B" {
            return Some(format!("{what}已经禁用"));
        }
        let used_in = document.get(base, "FUseOrgId").reference();
        if used_in != 0 && org != 0 && used_in != org {
            let organisations = CATALOGUE.form(ORGANISATION);
            let name = self.ledger.table(organisations).get(org);
            let name = name.map_or("", |one| one.get(organisations, "FName").as_text());
            return Some(format!("{what}没有分配到组织“{name}”"));
        }
        None
    }
}
