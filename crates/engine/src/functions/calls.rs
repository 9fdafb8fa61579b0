//! The functions that build the requests of a connection and read its answers, as its objects name them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use contract::functions::Function;
use model::ConnectionName;
use model::connection::Connection;
use model::flow::{Flow, ValueMap};

use super::Reach;
use crate::connection::Line;

/// Those of one connection, with what they may look into. Equal ones do the same, so that a line may be kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CallFunctions {
    /// By path.
    named: BTreeMap<String, Function>,
    /// Where the other sides of its records are.
    there: Vec<ConnectionName>,
    values: Arc<BTreeMap<String, ValueMap>>,
}

impl CallFunctions {
    /// Those that the connection's objects name; nothing else is in it where they name none.
    pub(crate) fn of<'f>(
        connection: &Connection,
        functions: &BTreeMap<String, Function>,
        flows: impl Iterator<Item = &'f Flow>,
        values: &Arc<BTreeMap<String, ValueMap>>,
    ) -> CallFunctions {
        let hooks = connection.objects.iter().map(|object| &object.hooks);
        let paths = hooks.flat_map(|hooks| hooks.request.iter().chain(hooks.answer.iter()));
        let named = paths.filter_map(|(_, path)| Some((path.to_owned(), functions.get(path)?.clone())));
        let named: BTreeMap<String, Function> = named.collect();
        match named.is_empty() {
            true => CallFunctions::default(),
            false => CallFunctions {
                named,
                there: neighbours(&connection.name, flows).into_iter().collect(),
                values: values.clone(),
            },
        }
    }

    pub(crate) fn get(&self, path: &str) -> Option<&Function> {
        self.named.get(path)
    }

    /// What one of them may reach. Without a line it may ask no system.
    pub(crate) fn reach(&self, here: &ConnectionName, object: &str, line: Option<Arc<Line>>) -> Reach {
        Reach {
            line,
            object: object.to_owned(),
            here: here.clone(),
            there: self.there.clone(),
            values: self.values.clone(),
        }
    }
}

/// The connections at the other end of flows from or to this one.
pub(crate) fn neighbours<'f>(
    here: &ConnectionName,
    flows: impl Iterator<Item = &'f Flow>,
) -> BTreeSet<ConnectionName> {
    let mut found = BTreeSet::new();
    for flow in flows {
        let (source, target) = (&flow.source.connection, &flow.target.connection);
        if source == here {
            found.insert(target.clone());
        }
        if target == here {
            found.insert(source.clone());
        }
    }
    found
}
