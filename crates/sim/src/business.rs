//! The businesses that are played: each has its texts, as they stand in their files, and a company it begins with.

use std::time::Duration;

use contract::store::ConfigText;

/// What a company does with its systems, and so which flows are in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Business {
    /// Customers and their contacts to the ERP, a notice of each new customer: `flows/` beside this crate.
    Customers,
    /// Orders, deliveries, payments, goods and stock: `examples/order-to-cash`, as it ships.
    OrderToCash,
    /// Orders, and delivery notes that salespeople write in the CRM and the ERP derives from them (下推): the flows of
    /// `examples/order-to-cash` that it takes, and `flows/outbound.yaml` beside this crate.
    Dispatch,
    /// Customers that the CRM and the ERP both maintain, by flows that go both ways: `flows/partners/` beside this crate.
    Partners,
}

/// How fast a business is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// The times that stand in the texts.
    AsWritten,
    /// As written, but what is open is read again once a day: a company that closes its books in the evening.
    Daily,
    /// Read every minute at the latest, tried again soon, and waited a minute for a lost answer: a run is over in an
    /// hour of the world's time.
    Brisk,
}

impl Pace {
    /// How long it takes at most until everything that is open was read again.
    pub fn rereads(self) -> Duration {
        match self {
            Pace::AsWritten => Duration::from_secs(30 * 60),
            Pace::Daily => Duration::from_secs(24 * 3600),
            Pace::Brisk => Duration::from_secs(5 * 60),
        }
    }
}

/// Who stands in the texts for the person that gets the notices.
pub struct Receiver {
    pub user_id: String,
    pub mobile: String,
}

type Files = &'static [(&'static str, &'static str)];

const CUSTOMERS: Files = &[
    ("connections/crm.yaml", include_str!("../flows/crm.yaml")),
    ("connections/erp.yaml", include_str!("../flows/erp.yaml")),
    ("connections/dingtalk.yaml", include_str!("../flows/dingtalk.yaml")),
    ("flows/customers.yaml", include_str!("../flows/customers.yaml")),
    ("flows/contacts.yaml", include_str!("../flows/contacts.yaml")),
    ("flows/notice.yaml", include_str!("../flows/notice.yaml")),
];

const PARTNERS: Files = &[
    ("connections/crm.yaml", include_str!("../flows/crm.yaml")),
    ("connections/erp.yaml", include_str!("../flows/erp.yaml")),
    ("flows/partners-to-erp.yaml", include_str!("../flows/partners/partners-to-erp.yaml")),
    ("flows/partners-to-crm.yaml", include_str!("../flows/partners/partners-to-crm.yaml")),
];

const ORDER_TO_CASH: Files = include!(concat!(env!("OUT_DIR"), "/order_to_cash.rs"));

/// What the business of dispatching takes of `examples/order-to-cash`.
const OF_DISPATCH: &[&str] = &[
    "connections/crm.yaml",
    "connections/erp.yaml",
    "flows/customers-to-erp.yaml",
    "flows/orders-to-erp.yaml",
    "flows/products-to-crm.yaml",
    "packets/customer.json",
    "packets/product.json",
    "values/customer-type.yaml",
    "values/unit.yaml",
];

const OUTBOUND: (&str, &str) = ("flows/outbound.yaml", include_str!("../flows/outbound.yaml"));

/// Retries of a brisk run: it must not depend on them whether it comes to rest in time.
const RETRIES: &str = "retries: { waits: [5s, 20s, 60s, 60s, 60s, 120s, 120s, 120s, 300s, 300s, 300s, 300s, 600s, \
                       600s, 600s] }";
/// The mobile number that stands in the example for the administrator's.
const ADMINISTRATOR: &str = "13800000000";

impl Business {
    /// Its texts, at that pace, with that person as who gets the notices.
    pub fn texts(self, pace: Pace, receiver: &Receiver) -> Vec<ConfigText> {
        let files = self.files().into_iter();
        files.map(|(path, text)| named(path, paced(path, &text, pace, receiver))).collect()
    }

    /// Paths and texts as they ship; without the samples of a flow where those do not come along.
    fn files(self) -> Vec<(&'static str, String)> {
        let whole = |files: Files| files.iter().map(|(path, text)| (*path, (*text).to_owned())).collect();
        let without_samples = |(path, text): &(&'static str, &str)| {
            let kept = text.lines().filter(|line| !line.starts_with("tests:"));
            (*path, kept.flat_map(|line| [line, "\n"]).collect::<String>())
        };
        match self {
            Business::Customers => whole(CUSTOMERS),
            Business::Partners => whole(PARTNERS),
            Business::OrderToCash => whole(ORDER_TO_CASH),
            Business::Dispatch => {
                let taken = ORDER_TO_CASH.iter().filter(|(path, _)| OF_DISPATCH.contains(path));
                taken.chain([&OUTBOUND]).map(without_samples).collect()
            }
        }
    }

    /// As the command line names it.
    pub fn name(self) -> &'static str {
        match self {
            Business::Customers => "customers",
            Business::OrderToCash => "order-to-cash",
            Business::Dispatch => "dispatch",
            Business::Partners => "partners",
        }
    }

    /// How often people try again what failed, once all rests: where one may fail for what another leaves, more than once.
    pub fn tries_in_the_end(self) -> u32 {
        match self {
            Business::Dispatch => 2,
            // What is decided may be asked about again, when somebody edited it meanwhile.
            Business::Partners => 4,
            Business::Customers | Business::OrderToCash => 1,
        }
    }

    /// Whether its documents name people, who are to be bound.
    pub fn names_people(self) -> bool {
        self.is_of_orders()
    }

    /// Whether it is about orders and what follows from them.
    pub fn is_of_orders(self) -> bool {
        matches!(self, Business::OrderToCash | Business::Dispatch)
    }
}

/// The kind and the name of a text follow from where it stands.
fn named(path: &str, text: String) -> ConfigText {
    let (folder, file) = path.split_once('/').unwrap_or(("", path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let (kind, name) = match folder {
        "connections" => ("connection", stem),
        "flows" => ("flow", stem),
        "values" => ("values", stem),
        "environments" => ("environment", stem),
        "packets" => ("packet", path),
        _ => ("tests", path),
    };
    ConfigText { kind: kind.into(), name: name.into(), text }
}

fn paced(path: &str, text: &str, pace: Pace, receiver: &Receiver) -> String {
    let text = text.replace("RECEIVER", &receiver.user_id).replace(ADMINISTRATOR, &receiver.mobile);
    match pace {
        Pace::AsWritten => text,
        Pace::Daily => text.replace("reread: 30m", "reread: 1d"),
        Pace::Brisk => text.lines().map(|line| brisk(path, line, &text)).collect(),
    }
}

/// One line of a text, made quick where it is slow. What a text says by itself of retries and of lost answers stays.
fn brisk(path: &str, line: &str, text: &str) -> String {
    let is_flow = path.starts_with("flows/");
    let trimmed = line.trim_start();
    let indent = &line[..line.len() - trimmed.len()];
    match trimmed.split_whitespace().collect::<Vec<_>>()[..] {
        ["within:", interval, ..] if is_flow && interval.ends_with('m') => format!("{indent}within: 60s\n"),
        ["reread:", ..] if is_flow => format!("{indent}reread: 5m\n"),
        ["kind:", "flow"] if !text.contains("retries:") => format!("{line}\n{RETRIES}\n"),
        ["settings:"] if !text.contains("settle_seconds:") => format!("{line}\n  settle_seconds: 60\n"),
        _ => format!("{line}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(business: Business, pace: Pace) -> Vec<ConfigText> {
        business.texts(pace, &Receiver { user_id: "manager01".into(), mobile: "13900000001".into() })
    }

    fn text<'t>(texts: &'t [ConfigText], kind: &str, name: &str) -> &'t str {
        let found = texts.iter().find(|text| text.kind == kind && text.name == name);
        &found.expect("the business has that text").text
    }

    #[test]
    fn a_text_is_called_what_it_calls_itself() {
        for business in [Business::Customers, Business::OrderToCash, Business::Dispatch, Business::Partners] {
            for text in texts(business, Pace::AsWritten) {
                let names_itself = ["connection", "flow", "values"].contains(&&*text.kind);
                assert!(
                    !names_itself || text.text.contains(&format!("\nname: {}\n", text.name)),
                    "{}",
                    text.name
                );
            }
        }
        assert!(
            text(&texts(Business::OrderToCash, Pace::AsWritten), "packet", "packets/product.json")
                .contains('{')
        );
    }

    #[test]
    fn a_brisk_business_reads_and_repeats_soon_and_is_else_as_it_is_written() {
        let written = texts(Business::OrderToCash, Pace::AsWritten);
        let brisk = texts(Business::OrderToCash, Pace::Brisk);
        let states = text(&brisk, "flow", "order-states-to-crm");
        assert!(states.contains("within: 60s\n") && states.contains("reread: 5m\n"), "{states}");
        assert!(text(&brisk, "flow", "deliveries-to-crm").contains("within: 15s\n"));
        assert!(text(&brisk, "connection", "erp").contains("settle_seconds: 60\n"));
        for values in ["unit", "settle-type"] {
            assert_eq!(text(&brisk, "values", values), text(&written, "values", values));
        }
        assert!(text(&written, "values", "notice-receivers").contains("13900000001"));
    }
}
