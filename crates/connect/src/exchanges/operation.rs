//! Carrying out the operation of a test.

mod files;

use contract::connector::{CountAsk, LookupAsk, Notice, PageAsk, PeopleAsk, PlanAsk, Refusal};
use contract::{Connector, Wire};
use model::binding::Kind;
use model::{Cause, Value};

use super::inputs::Inputs;
use super::outputs;
use super::{ScriptedWire, refused};

/// What came of an operation.
pub(super) enum Came {
    Value(Value<'static>),
    /// Class, code and parameters.
    Refused(Value<'static>),
    /// The test asks for something that cannot be done.
    Nothing(Cause),
}

impl From<Refusal> for Came {
    fn from(refusal: Refusal) -> Came {
        Came::Refused(refused(Some(refusal.class.name()), &refusal.cause))
    }
}

fn came<T>(outcome: Result<T, Refusal>, value: impl FnOnce(T) -> Value<'static>) -> Came {
    outcome.map_or_else(Came::from, |outcome| Came::Value(value(outcome)))
}

pub(super) async fn carry_out(
    connector: &dyn Connector,
    wire: &ScriptedWire,
    operation: &str,
    with: &Value<'static>,
) -> Came {
    let inputs = Inputs::new(operation, with);
    let outcome = match operation {
        "plan" => plan(connector, wire, &inputs),
        "accomplished" | "rows" => pure(connector, wire, operation, &inputs),
        "page" | "get" | "count" | "lookup" | "derived" => reading(connector, wire, operation, &inputs).await,
        "files" | "fetch" | "attach" => files::carry_out(connector, wire, operation, &inputs).await,
        _ => other(connector, wire, operation, &inputs).await,
    };
    outcome.unwrap_or_else(Came::Nothing)
}

fn pure(
    connector: &dyn Connector,
    wire: &ScriptedWire,
    operation: &str,
    inputs: &Inputs<'_>,
) -> Result<Came, Cause> {
    let observed = inputs.found("observed")?.ok_or_else(|| {
        Cause::new("exchanges.bad_input").with("operation", operation).with("key", "observed")
    })?;
    if operation == "accomplished" {
        return Ok(Came::Value(connector.accomplished(&inputs.step("step")?, &observed).into()));
    }
    let mapped = inputs.list("mapped")?;
    let (object, lines) = (inputs.need_text("object")?, inputs.detail_lines()?);
    let rows = connector.rows(wire.connection(), &object, &lines, mapped, &observed);
    Ok(Came::Value(outputs::list(&rows, outputs::optional)))
}

fn plan(connector: &dyn Connector, wire: &ScriptedWire, inputs: &Inputs<'_>) -> Result<Came, Cause> {
    let object = inputs.need_text("object")?;
    let (create, mapped) = (inputs.map("create")?, inputs.map("mapped")?);
    let (observed, agreed) = (inputs.found("observed")?, inputs.given_map("agreed")?);
    let (status, void, derived) = (inputs.text("status"), inputs.text("void"), inputs.derived("derived")?);
    let planned = connector.plan(&PlanAsk {
        connection: wire.connection(),
        object: &object,
        create: &create,
        mapped: &mapped,
        changed: &inputs.texts("changed")?,
        observed: observed.as_ref(),
        status: status.as_deref(),
        void: void.as_deref(),
        agreed: agreed.as_ref(),
        lines: &inputs.lines("lines")?,
        options: &inputs.map("options")?,
        closed: inputs.truth("closed"),
        derived: derived.as_ref(),
        waited: inputs.truth("waited") == Some(true),
    });
    Ok(match planned {
        Ok(steps) => Came::Value(outputs::list(&steps, outputs::step)),
        Err(refusal) => refusal.into(),
    })
}

async fn reading(
    connector: &dyn Connector,
    wire: &ScriptedWire,
    operation: &str,
    inputs: &Inputs<'_>,
) -> Result<Came, Cause> {
    let object = inputs.need_text("object")?;
    let fields = inputs.texts("fields")?;
    Ok(match operation {
        "page" => {
            let (filter, after) = (inputs.text("filter"), inputs.text("after"));
            let ask = PageAsk {
                object: &object,
                fields: &fields,
                filter: filter.as_deref(),
                from: inputs.moment("from")?,
                to: inputs.moment("to")?,
                after: after.as_deref(),
                size: inputs.number("size", 100)?,
            };
            came(connector.page(wire, &ask).await, |page| outputs::page(&page))
        }
        "get" => {
            let found = connector.get(wire, &object, &inputs.texts("ids")?, &fields).await;
            came(found, |found| outputs::list(&found, outputs::found))
        }
        "derived" => {
            let from = inputs.derived("from")?.ok_or_else(|| {
                Cause::new("exchanges.bad_input").with("operation", operation).with("key", "from")
            })?;
            let found = connector.derived(wire, &object, &from, &fields).await;
            came(found, |found| outputs::list(&found, outputs::found))
        }
        "count" => {
            let (filter, from, to) = (inputs.text("filter"), inputs.moment("from")?, inputs.moment("to")?);
            let ask = CountAsk { object: &object, filter: filter.as_deref(), from, to };
            let counted = connector.count(wire, &ask).await;
            came(counted, outputs::number)
        }
        _ => {
            let (by, keys) = (inputs.texts("by")?, inputs.rows("keys")?);
            let ask = LookupAsk { object: &object, by: &by, keys: &keys, fields: &fields };
            let found = connector.lookup(wire, &ask).await;
            came(found, |keys| outputs::list(&keys, |found| outputs::list(found, outputs::found)))
        }
    })
}

async fn other(
    connector: &dyn Connector,
    wire: &ScriptedWire,
    operation: &str,
    inputs: &Inputs<'_>,
) -> Result<Came, Cause> {
    Ok(match operation {
        "check" => Came::Value(outputs::list(&connector.check(wire).await, outputs::finding)),
        "describe" => {
            let described = connector.describe(wire, inputs.text("object").as_deref()).await;
            came(described, |described| outputs::list(&described, outputs::description))
        }
        "step" => {
            let done = connector.step(wire, &inputs.steps("steps")?).await;
            Came::Value(outputs::list(&done, outputs::done))
        }
        "preview" => {
            let calls = connector.preview(wire, &inputs.steps("steps")?).await;
            came(calls, |calls| outputs::list(&calls, outputs::previewed))
        }
        "notify" => {
            let (object, document) = (inputs.need_text("object")?, inputs.map("document")?);
            let sent = connector.notify(wire, &Notice { object: &object, document: &document }).await;
            came(sent, Value::from)
        }
        "receipt" => {
            let receipt = connector.receipt(wire, &inputs.need_text("receipt")?).await;
            came(receipt, |receipt| outputs::receipt(&receipt))
        }
        "person" => {
            let person = connector.person(wire, &inputs.need_text("by")?).await;
            came(person, |id| id.map_or(Value::Null, Value::from))
        }
        "people" => {
            let kind = inputs.text("kind").and_then(|kind| Kind::of_name(&kind)).unwrap_or(Kind::Person);
            let ids = inputs.texts("ids")?;
            let ask = PeopleAsk { kind, ids: (!ids.is_empty()).then_some(&ids) };
            came(connector.people(wire, &ask).await, |people| outputs::list(&people, outputs::person))
        }
        "shape" => {
            let shaped = connector.shape(wire, &inputs.need_text("object")?, inputs.map("document")?).await;
            came(shaped, Value::Map)
        }
        _ => return Err(Cause::new("exchanges.unknown_operation").with("operation", operation)),
    })
}
