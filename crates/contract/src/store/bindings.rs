//! Who is the same person, or the same department, in two systems.

use async_trait::async_trait;
use model::ConnectionName;
use model::binding::{Binding, BindingSide, Kind, Party};

use super::StoreError;

/// Bindings (账户绑定). They are few (people, not records), and read with every document that names somebody.
#[async_trait]
pub trait Bindings: Send + Sync {
    /// Binds, in order. What a binding's `one` was bound to in the other's connection before is forgotten; who else is
    /// bound to `other` stays. In the same transaction the tasks that await either of the two become ready, as those
    /// do that await a link which is filled.
    async fn bind(&self, bindings: &[Binding]) -> Result<(), StoreError>;

    /// Forgets every binding of these sides; gives how many there were. Who is not bound is passed over.
    async fn unbind(&self, sides: &[BindingSide]) -> Result<u64, StoreError>;

    /// How the other connections know these people, in order. Whoever has the id is meant before whoever has it as
    /// number, and of several counterparts the one that was bound first.
    async fn bound(&self, sides: &[BindingSide]) -> Result<Vec<Option<Party>>, StoreError>;

    /// All bindings that the filter lets through, by kind, connections and ids.
    async fn bindings(&self, filter: &BindingFilter) -> Result<Vec<Binding>, StoreError>;
}

/// Which bindings are listed. Empty fields take all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BindingFilter {
    pub kind: Option<Kind>,
    /// Connections that must be among the two, either way round.
    pub connections: Vec<ConnectionName>,
}

impl BindingFilter {
    /// Whether it lets the binding through.
    pub fn takes(&self, binding: &Binding) -> bool {
        let between = [&binding.one.connection, &binding.other.connection];
        self.kind.is_none_or(|kind| kind == binding.kind)
            && self.connections.iter().all(|connection| between.contains(&connection))
    }
}
