//! Both books as they stand: what the CRM holds and what the ERP holds, and the links that Qiao keeps between them.

use std::collections::{BTreeMap, BTreeSet};

use contract::store::{Linked, TaskFilter, TaskLine};
use model::link::{KnownBy, Referent};
use model::record::RecordKey;
use model::task::State;
use model::{ConnectionName, ObjectName};
use serde_json::Value;

use crate::screens::{is_void, list, text};
use crate::world::World;

const OBJECTS: &[&str] = &[
    "AccountObj",
    "ContactObj",
    "LeadsObj",
    "ProductObj",
    "WarehouseObj",
    "StockObj",
    "SalesOrderObj",
    "SalesOrderProductObj",
    "DeliveryNoteObj",
    "DeliveryNoteProductObj",
    "PaymentObj",
    "OrderPaymentObj",
];
const FORMS: &[&str] = &[
    "BD_Customer",
    "BD_CommonContact",
    "BD_MATERIAL",
    "BD_STOCK",
    "STK_Inventory",
    "SAL_SaleOrder",
    "SAL_DELIVERYNOTICE",
    "SAL_OUTSTOCK",
    "AR_RECEIVEBILL",
];

/// Everything of both sides, objects and forms under their names.
pub struct Books {
    tables: BTreeMap<&'static str, Vec<Value>>,
    pub messages: Vec<Value>,
    /// Tasks that wait for a person, or for what may never come, by flow and record.
    tasks: BTreeMap<(String, String), TaskLine>,
    /// By the id of an order line of the CRM, the row of the ERP that stands for it.
    rows: BTreeMap<String, String>,
    /// Forms and numbers of what was read as done with, where the ERP tells nobody what it writes into them later.
    done_with: BTreeSet<(&'static str, String)>,
    /// The rows that orders of the ERP had in the beginning.
    first_rows: BTreeSet<String>,
}

impl Books {
    pub async fn read(world: &World) -> Books {
        let table = |path: String| list(world.screens.read(world.now_ms(), &path));
        let objects = OBJECTS.iter().map(|name| (*name, table(format!("fxiaoke/{name}"))));
        let forms = FORMS.iter().map(|name| (*name, table(format!("kingdee-k3cloud/{name}"))));
        let tables: BTreeMap<&str, Vec<Value>> = objects.chain(forms).collect();
        let lines = tables["SalesOrderProductObj"].iter().map(|line| text(&line["_id"])).collect();
        Books {
            rows: rows_of(world, lines).await,
            done_with: done_with(world, &tables).await,
            first_rows: world.first_rows.clone(),
            tables,
            messages: table("dingtalk/messages".into()),
            tasks: tasks(world).await,
        }
    }

    pub fn all(&self, name: &str) -> &[Value] {
        self.tables.get(name).map_or(&[], Vec::as_slice)
    }

    /// Those of an object of the CRM that are in force.
    pub fn in_force(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.all(name).iter().filter(|record| !is_void(record))
    }

    /// Those of a form of the ERP that are audited.
    pub fn audited(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.all(name).iter().filter(|document| document["FDocumentStatus"] == "C")
    }

    /// The record of that id.
    pub fn record(&self, object: &str, id: &Value) -> Option<&Value> {
        self.all(object).iter().find(|record| record["_id"] == *id)
    }

    /// Those whose field says that.
    pub fn with<'b>(&'b self, name: &str, field: &str, says: &str) -> Vec<&'b Value> {
        self.all(name).iter().filter(|record| text(&record[field]) == says).collect()
    }

    /// The lines in force of a master.
    pub fn lines_of<'b>(&'b self, object: &str, field: &str, master: &Value) -> Vec<&'b Value> {
        self.in_force(object).filter(|line| line[field] == master["_id"]).collect()
    }

    /// The row that stands for an order line.
    pub fn row_of(&self, line: &Value) -> Option<&str> {
        self.rows.get(&text(&line["_id"])).map(String::as_str)
    }

    /// The row that stands for the order line of that id.
    pub fn row_by_line(&self, line: &str) -> Option<&str> {
        self.rows.get(line).map(String::as_str)
    }

    /// The order line that a row stands for.
    pub fn line_of(&self, row: &str) -> Option<&str> {
        self.rows.iter().find(|(_, other)| *other == row).map(|(line, _)| line.as_str())
    }

    /// Whether the row of an order was there in the beginning.
    pub fn was_there(&self, row: &Value) -> bool {
        self.first_rows.contains(&text(&row["id"]))
    }

    /// Whether a document of the ERP was read as done with: the flows read it again only when its date moves.
    pub fn is_done_with(&self, form: &'static str, number: &str) -> bool {
        self.done_with.contains(&(form, number.to_owned()))
    }

    /// The task of a record that failed, or waits.
    pub fn stuck(&self, flow: &str, id: &str) -> Option<&TaskLine> {
        self.tasks.get(&(flow.to_owned(), id.to_owned()))
    }

    /// All such tasks.
    pub fn all_stuck(&self) -> impl Iterator<Item = &TaskLine> {
        self.tasks.values()
    }
}

async fn tasks(world: &World) -> BTreeMap<(String, String), TaskLine> {
    let states = vec![State::Failed, State::Waiting];
    let filter = TaskFilter { states, limit: 10_000, ..TaskFilter::default() };
    let tasks = world.facts().tasks(&filter).await.expect("the store answers");
    tasks.into_iter().map(|task| ((task.task.flow.to_string(), task.source_id.clone()), task)).collect()
}

/// What the states' flows took for done with when they read it last, by their `open`.
async fn done_with(world: &World, tables: &BTreeMap<&str, Vec<Value>>) -> BTreeSet<(&'static str, String)> {
    let mut done = BTreeSet::new();
    if world.write_backs_move_dates {
        return done;
    }
    let written_off = |read: &Value| read["FWRITTENOFFSTATUS"] == "C";
    let is_done = |form: &str, read: &Value| match form {
        "SAL_SaleOrder" => read["FCloseStatus"] == "B" && written_off(&read["FSaleOrderFinance"]),
        _ => written_off(read),
    };
    for form in ["SAL_SaleOrder", "AR_RECEIVEBILL"] {
        let object = ObjectName::new(form);
        let key =
            |document: &Value| RecordKey::new(&ConnectionName::new("erp"), &object, text(&document["id"]));
        let keys: Vec<RecordKey> = tables[form].iter().map(key).collect();
        let read = world.facts().find(&keys).await.expect("the store answers");
        for record in read.into_iter().flatten() {
            let body = serde_json::from_str(&record.body).unwrap_or_default();
            if let Some(number) = record.number.filter(|_| is_done(form, &body)) {
                done.insert((form, number));
            }
        }
    }
    done
}

/// The rows that stand for these order lines, as Qiao knows them.
async fn rows_of(world: &World, lines: Vec<String>) -> BTreeMap<String, String> {
    let (crm, erp) = (ConnectionName::new("crm"), ConnectionName::new("erp"));
    let order = ObjectName::new("SalesOrderObj");
    let asked: Vec<Referent> = lines
        .iter()
        .map(|line| Referent {
            of: RecordKey::new(&crm, &order, line.as_str()),
            by: KnownBy::LineOf("FSaleOrderEntry".into()),
            connection: erp.clone(),
            object: None,
        })
        .collect();
    let found = world.facts().other_sides(&asked).await.expect("the store answers");
    let row = |linked: Linked| match linked {
        Linked::One { id, .. } => Some(id),
        Linked::Nothing | Linked::Several => None,
    };
    lines.into_iter().zip(found).filter_map(|(line, linked)| Some((line, row(linked)?))).collect()
}
