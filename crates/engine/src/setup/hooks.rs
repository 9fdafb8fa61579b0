//! The functions (自定义函数) of a flow in force.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::functions::Function;
use model::flow::{FlowHooks, ValueMap};

/// The functions that a flow names, with the value maps that they may look into.
#[derive(Debug, Clone, Default)]
pub struct FlowFunctions {
    pub before_mapping: Option<Function>,
    pub after_mapping: Option<Function>,
    pub after_success: Option<Function>,
    pub values: Arc<BTreeMap<String, ValueMap>>,
}

impl FlowFunctions {
    /// Those that a flow names, by the path under which it does.
    pub fn of(
        hooks: &FlowHooks,
        function: &dyn Fn(&str) -> Option<Function>,
        values: Arc<BTreeMap<String, ValueMap>>,
    ) -> FlowFunctions {
        let named = |path: &Option<String>| path.as_deref().and_then(function);
        FlowFunctions {
            before_mapping: named(&hooks.before_mapping),
            after_mapping: named(&hooks.after_mapping),
            after_success: named(&hooks.after_success),
            values,
        }
    }
}
