//! Files that a connection cannot give or take, whatever the record.

use contract::connector::{ATTACHMENTS, FileSide};
use model::flow::FileField;
use model::{Cause, FlowName};

use super::ActiveFlow;
use crate::connection::Line;

/// What the flows say of files that their systems do not do, with the place.
pub(super) fn refused(flows: &[ActiveFlow]) -> Vec<(FlowName, (usize, usize), Cause)> {
    let mut found = Vec::new();
    for flow in flows {
        for rule in &flow.flow().files {
            let sides =
                [(&flow.source, &rule.from, FileSide::Source), (&flow.target, &rule.to, FileSide::Target)];
            for (line, field, side) in sides {
                if let Some(cause) = refuses(line, field, side) {
                    let cause = Cause::new("config.files").with("connection", line.name()).because(&cause);
                    found.push((flow.name().clone(), rule.at, cause));
                }
            }
        }
    }
    found
}

fn refuses(line: &Line, field: &FileField, side: FileSide) -> Option<Cause> {
    let named = (field.field != ATTACHMENTS).then_some(&*field.field);
    line.connector.refuses_files(&line.connection, named, side)
}
