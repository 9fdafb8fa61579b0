//! What is pushed, and by whom.

use async_trait::async_trait;
use contract::store::{Access, Ingested, Parsed, ReceiptFilter, ReceiptLine, Receipts, StoreError};
use model::access::AccessToken;
use model::receipt::{Pushed, Receipt};
use model::{ConnectionName, ReceiptId};

use super::{SimStore, failed};

#[async_trait]
impl Receipts for SimStore {
    async fn receive(&self, pushed: Pushed) -> Result<ReceiptId, StoreError> {
        write!(self, self.inner.receive(pushed))
    }

    async fn unparsed(
        &self,
        connection: &ConnectionName,
        except: &[String],
        limit: usize,
        bytes: usize,
    ) -> Result<Vec<Receipt>, StoreError> {
        ask!(self, self.inner.unparsed(connection, except, limit, bytes))
    }

    async fn unparsed_counts(&self) -> Result<Vec<(ConnectionName, u64)>, StoreError> {
        ask!(self, self.inner.unparsed_counts())
    }

    async fn store_parsed(&self, parsed: Parsed) -> Result<Vec<Ingested>, StoreError> {
        write!(self, self.inner.store_parsed(parsed))
    }

    async fn receipts(&self, ids: &[ReceiptId]) -> Result<Vec<Option<Receipt>>, StoreError> {
        ask!(self, self.inner.receipts(ids))
    }

    async fn list_receipts(&self, filter: &ReceiptFilter) -> Result<Vec<ReceiptLine>, StoreError> {
        ask!(self, self.inner.list_receipts(filter))
    }

    async fn parse_again(&self, ids: &[ReceiptId]) -> Result<Vec<ReceiptId>, StoreError> {
        write!(self, self.inner.parse_again(ids))
    }

    async fn ignore_receipts(&self, ids: &[ReceiptId]) -> Result<Vec<ReceiptId>, StoreError> {
        write!(self, self.inner.ignore_receipts(ids))
    }
}

#[async_trait]
impl Access for SimStore {
    async fn keep_access(&self, token: &AccessToken) -> Result<bool, StoreError> {
        write!(self, self.inner.keep_access(token))
    }

    async fn access(&self) -> Result<Vec<AccessToken>, StoreError> {
        ask!(self, self.inner.access())
    }

    async fn revoke_access(&self, name: &str) -> Result<bool, StoreError> {
        write!(self, self.inner.revoke_access(name))
    }
}
