//! Names people give, and ids the store gives; each its own type, so that one cannot be passed for another.

use std::fmt;
use std::sync::Arc;

/// Declares the name types. A macro because the seven types differ in nothing but their name and meaning.
macro_rules! names {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            pub fn new(name: impl AsRef<str>) -> Self {
                $name(Arc::from(name.as_ref()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                $name::new(name)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(deserializer).map($name::new)
            }
        }
    )*};
}

names! {
    /// A company (企业). `default` in a one-company installation.
    TenantName,
    /// One account of a system (连接, 账套), as named in its file: `crm`, `erp`.
    ConnectionName,
    /// A kind of business record in a connection (对象), by its api name: `AccountObj`, `BD_Customer`.
    ObjectName,
    /// A flow (集成流), as named in its file: `customers-to-erp`.
    FlowName,
    /// A lane (通道): the work towards one target connection, or one of its k parts.
    LaneName,
}

/// Declares the row ids. All are positive and given by the store.
macro_rules! row_ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

row_ids! {
    /// One record (数据) as stored.
    RecordId,
    /// One task (同步任务): a flow and a record.
    TaskId,
    /// One link (数据映射): an id here and an id there.
    LinkId,
    /// One attempt (同步记录) at a task.
    AttemptId,
    /// One arrival (收到的数据): a record as it came in.
    ArrivalId,
    /// One body that was pushed to us, as it came (回执).
    ReceiptId,
    /// One job (后台作业): what a person asked for, done in the background.
    JobId,
    /// One reconciliation of a flow (对账).
    RunId,
    /// One sweep of the ids of an object (清点).
    SweepId,
    /// One difference that a reconciliation found (差异).
    DifferenceId,
    /// One alert (告警).
    AlertId,
    /// One message about alerts, to one receiver.
    AlertMessageId,
}
