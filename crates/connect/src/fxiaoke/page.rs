//! Reading a window of changes, page by page (`protocols/fxiaoke.md §4.4`).
//!
//! A walk goes over the window twice: first as the CRM shows it, then over the voided (作废) rows alone, because it is
//! not documented whether plain queries show those. The second look is left out where the connection says that they
//! do, or where the flow's own filter speaks about `life_status`. Each page is one call.

use contract::connector::{CountAsk, Found, ObjectFacts, Page, PageAsk, Refusal};
use model::Map;

use super::call::Session;
use super::filter;
use super::query::{Query, next_id, unreadable};
use super::record::{self, LIFE_STATUS};
use super::settings::Voided;

/// Where a walk stands: which of its two looks, and the last id seen in it. As text, `all:5f3a…` and `void:5f3a…`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    look: Look,
    after: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    All,
    Void,
}

impl Place {
    /// A text that is none of ours begins the walk again, which loses nothing.
    fn parse(text: Option<&str>) -> Place {
        let (look, id) = match text.and_then(|text| text.split_once(':')) {
            Some(("all", id)) => (Look::All, id),
            Some(("void", id)) => (Look::Void, id),
            _ => (Look::All, ""),
        };
        Place { look, after: Some(id.to_owned()).filter(|id| !id.is_empty()) }
    }

    fn text(&self) -> String {
        let look = match self.look {
            Look::All => "all",
            Look::Void => "void",
        };
        format!("{look}:{}", self.after.as_deref().unwrap_or_default())
    }
}

/// One page of the window.
pub(super) async fn page(
    session: &Session<'_>,
    facts: &ObjectFacts,
    ask: &PageAsk<'_>,
) -> Result<Page, Refusal> {
    let place = Place::parse(ask.after);
    let filters = filter::parse(ask.filter)?;
    let looks_for_void = session.settings.voided == Voided::Asked && !filter::names(&filters, LIFE_STATUS);
    let fields = record::projection(facts, ask.fields);
    let window = Query::of(ask.object, &fields).with(filters).changed(ask.from.0, ask.to.0);
    let query = match place.look {
        Look::All => window,
        Look::Void => window.equals(LIFE_STATUS, "invalid"),
    };
    let rows = query.after(place.after.as_deref()).limit(ask.size).run(session).await?;
    let next = match next_id(ask.object, place.after.as_deref(), &rows.rows, rows.full)? {
        Some(id) => Some(Place { look: place.look, after: Some(id) }),
        None if place.look == Look::All && looks_for_void => Some(Place { look: Look::Void, after: None }),
        None => None,
    };
    let found = found(ask.object, facts, ask.fields, rows.rows)?;
    Ok(Page { found, next: next.map(|place| place.text()) })
}

/// How many records changed in the closed span, voided ones included whether plain queries show them or not.
///
/// Where the filter speaks about `life_status`, what it says holds, as for pages.
pub(super) async fn count(session: &Session<'_>, ask: &CountAsk<'_>) -> Result<u64, Refusal> {
    let fields = [record::ID.to_owned()];
    let filters = filter::parse(ask.filter)?;
    let voided = match filter::names(&filters, LIFE_STATUS) {
        true => Voided::Shown,
        false => session.settings.voided,
    };
    let window =
        Query::of(ask.object, &fields).with(filters).changed(ask.from.0, ask.to.0).limit(1).counted();
    let queries = match voided {
        Voided::Shown => vec![window],
        Voided::Asked => vec![
            window.clone().filter(LIFE_STATUS, "N", &["invalid".to_owned()]),
            window.equals(LIFE_STATUS, "invalid"),
        ],
    };
    let mut sum = 0;
    for query in queries {
        let total = query.run(session).await?.total;
        sum += total.ok_or_else(|| unreadable(ask.object))?;
    }
    Ok(sum)
}

/// The records in the rows.
///
/// # Errors
/// When a row has no id: then the answer is not what it should be, and passing the row over would lose a record.
pub(super) fn found(
    object: &str,
    facts: &ObjectFacts,
    fields: &[String],
    rows: Vec<Map<'static>>,
) -> Result<Vec<Found>, Refusal> {
    rows.into_iter()
        .map(|row| record::found(facts, fields, row))
        .collect::<Option<_>>()
        .ok_or_else(|| unreadable(object))
}
