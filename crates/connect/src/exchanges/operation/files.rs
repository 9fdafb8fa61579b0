//! The operations on files; a test writes their contents as texts.

use contract::Connector;
use contract::connector::{File, FileEntry, FilePlace};
use model::{Cause, Value};

use super::super::inputs::Inputs;
use super::super::{ScriptedWire, outputs};
use super::{Came, came};

pub(super) async fn carry_out(
    connector: &dyn Connector,
    wire: &ScriptedWire,
    operation: &str,
    inputs: &Inputs<'_>,
) -> Result<Came, Cause> {
    if operation == "fetch" {
        let size = inputs.given_number("size")?;
        let file = FileEntry { handle: inputs.need_text("handle")?, name: inputs.need_text("name")?, size };
        let most = inputs.given_number("most")?.unwrap_or(u64::MAX);
        let fetched = match connector.fetch(wire, &file, most).await {
            Ok(mut file) => file.whole(most).await.map(|content| outputs::file(&file, &content)),
            Err(refusal) => Err(refusal),
        };
        return Ok(came(fetched, |file| file));
    }
    let (object, id) = (inputs.need_text("object")?, inputs.need_text("id")?);
    let (number, field) = (inputs.text("number"), inputs.text("field"));
    let (list, row) = (inputs.text("list"), inputs.text("row"));
    let place = FilePlace {
        object: &object,
        id: &id,
        number: number.as_deref(),
        field: field.as_deref(),
        row: list.as_deref().zip(row.as_deref()),
    };
    if operation == "files" {
        let files = connector.files(wire, &place).await;
        return Ok(came(files, |files| outputs::list(&files, outputs::file_entry)));
    }
    let content = inputs.need_text("content")?;
    let file =
        File { media_type: inputs.text("media_type"), ..File::held(inputs.need_text("name")?, content) };
    Ok(came(connector.attach(wire, &place, file).await, Value::from))
}
