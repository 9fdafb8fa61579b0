//! Anything that sends by webhook: a connection that is only sent to. How that is done is the same as for an ERP that only
//! pushes ([`crate::standard_erp`]), with the settings that are left.

use crate::registry::BuiltIn;
use crate::standard_erp;

/// The folder, with the connector of the standard protocol.
pub(crate) const BUILT_IN: BuiltIn = BuiltIn {
    manifest: include_str!("../../../connectors/webhook/connector.yaml"),
    tests: include_str!("../../../connectors/webhook/tests.yaml"),
    connector: standard_erp::BUILT_IN.connector,
};
