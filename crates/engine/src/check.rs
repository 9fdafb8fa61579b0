//! Is a connection well, and may a flow be trusted never to make a second document?

use contract::connector::{Description, Finding, LookupAsk, Refusal};
use model::Cause;
use model::flow::Mode;

use crate::connection::Line;
use crate::setup::ActiveFlow;

/// What a flow promises of creates (the capability card). It is computed, never written by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Card {
    /// One document per record: the key exists, can be written and can be looked up.
    Once,
    /// A create whose answer is lost might be repeated by a person; why.
    MayDuplicate(Cause),
}

/// Tries the connection without changing anything at the system.
pub async fn check(line: &Line) -> Vec<Finding> {
    line.connector.check(&line.wire("")).await
}

/// One object with its fields and details, or all objects by name.
pub async fn describe(line: &Line, object: Option<&str>) -> Result<Vec<Description>, Refusal> {
    line.connector.describe(&line.wire(object.unwrap_or_default()), object).await
}

/// Whether a flow's creates are recognisable at its target. Refused when the target cannot be asked.
pub async fn card(flow: &ActiveFlow) -> Result<Card, Refusal> {
    if flow.flow().mode != Mode::Document {
        return Ok(match flow.target.facts.notice_dedupe {
            true => Card::Once,
            false => Card::MayDuplicate(Cause::new("card.no_dedupe")),
        });
    }
    let target = &flow.flow().target;
    let Some(key) = &target.key else {
        return Ok(Card::MayDuplicate(Cause::new("card.no_key")));
    };
    let line = &flow.target;
    let object = target.object.as_str();
    let wire = line.wire(object);
    let described = line.connector.describe(&wire, Some(object)).await?;
    let first = key.split('.').next().unwrap_or_default();
    let field = described
        .iter()
        .flat_map(|description| &description.fields)
        .find(|field| field.name.eq_ignore_ascii_case(first));
    let cause = |code: &'static str| Cause::new(code).with("field", key).with("object", object);
    match field {
        None => return Ok(Card::MayDuplicate(cause("card.key_unknown"))),
        Some(field) if field.read_only => return Ok(Card::MayDuplicate(cause("card.key_read_only"))),
        Some(_) => {}
    }
    let (by, keys) = ([key.clone()], [vec!["qiao-card-check".to_owned()]]);
    let ask = LookupAsk { object, by: &by, keys: &keys, fields: &[] };
    match line.connector.lookup(&wire, &ask).await {
        Ok(_) => Ok(Card::Once),
        Err(refusal)
            if matches!(refusal.class, model::AnswerClass::Config | model::AnswerClass::Rejected) =>
        {
            Ok(Card::MayDuplicate(cause("card.key_not_queryable")))
        }
        Err(refusal) => Err(refusal),
    }
}
