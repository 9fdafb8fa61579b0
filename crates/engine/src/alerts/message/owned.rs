//! What the owner of records reads: which of his did not come over, why, and what to do. No commands: he runs none.

use std::collections::BTreeMap;

use model::alert::AlertPlan;
use model::{Catalogue, FlowName, Lang, Map, RecordId, Value};

use super::{Words, body};
use crate::alerts::owners::{Case, Share};

/// Where the story of a record is read.
pub(in crate::alerts) type Links = BTreeMap<RecordId, String>;

/// So many records are named.
const MOST_NAMED: usize = 20;

/// One message about all of an owner's records.
pub(in crate::alerts) fn to_owner(
    share: &Share,
    plan: &AlertPlan,
    catalogue: &Catalogue,
    links: &Links,
) -> Words {
    let (lang, count) = (plan.lang, share.cases.len());
    let title = match lang {
        Lang::Zh => format!("【桥】您负责的 {count} 条数据同步失败"),
        Lang::En => format!("[Qiao] your records that were not brought over: {count}"),
    };
    let named: Vec<&Case> = share.cases.iter().take(MOST_NAMED).map(|(_, case)| case).collect();
    let mut by_flow: BTreeMap<&FlowName, Vec<&Case>> = BTreeMap::new();
    for case in &named {
        by_flow.entry(&case.flow).or_default().push(case);
    }
    let mut blocks = vec![title.clone()];
    for (flow, cases) in by_flow {
        let lines = cases.into_iter().map(|case| lines(case, lang, catalogue, links));
        blocks.push(format!("{flow}\n{}", lines.collect::<Vec<String>>().join("\n")));
    }
    if let Some(more) = count.checked_sub(MOST_NAMED).filter(|more| *more > 0) {
        blocks.push(match lang {
            Lang::Zh => format!("另有 {more} 条。"),
            Lang::En => format!("{more} more."),
        });
    }
    let told = named.into_iter().map(|case| told(case, lang, catalogue, links)).collect();
    let body = body(&title, "records", told);
    Words { title, text: blocks.join("\n\n"), body }
}

/// One record: its number and what is the matter, and below that what to do and where its story is.
fn lines(case: &Case, lang: Lang, catalogue: &Catalogue, links: &Links) -> String {
    let rendered = catalogue.render(&case.cause, lang);
    let colon = lang.choose("：", ": ");
    let mut lines = vec![format!("{}{colon}{}", case.shown, rendered.what)];
    lines.extend(Some(rendered.remedy).filter(|remedy| !remedy.is_empty()));
    lines.extend(links.get(&case.record).cloned());
    lines.join("\n")
}

/// A record for programs.
fn told(case: &Case, lang: Lang, catalogue: &Catalogue, links: &Links) -> Value<'static> {
    let rendered = catalogue.render(&case.cause, lang);
    let mut told = Map::new();
    told.push("flow", case.flow.to_string());
    told.push("number", case.shown.clone());
    told.push("code", case.cause.code.to_string());
    told.push("what", rendered.what);
    told.push("remedy", rendered.remedy);
    told.push("link", links.get(&case.record).cloned().map_or(Value::Null, Value::from));
    Value::Map(told)
}
