//! Hearing what other nodes ring for: one connection that listens, made anew when it is gone.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::poll_fn;
use tokio::sync::Notify;
use tokio_postgres::{AsyncMessage, NoTls};

use super::address::Address;
use super::failure::Done;

/// The channel of a schema; names of channels are short.
pub(super) const CHANNEL: &str = "'qiao_' || md5(current_schema())";

/// How long nobody listens after the connection was lost.
const PAUSE: Duration = Duration::from_secs(2);

/// What was rung for and nobody has asked for yet, each name once.
#[derive(Default)]
pub(crate) struct Heard {
    names: Mutex<BTreeSet<String>>,
    came: Notify,
}

impl Heard {
    /// Waits until anything was rung for.
    pub(crate) async fn next(&self) -> Vec<String> {
        loop {
            let names = std::mem::take(&mut *self.names.lock().unwrap_or_else(PoisonError::into_inner));
            if !names.is_empty() {
                return names.into_iter().collect();
            }
            self.came.notified().await;
        }
    }

    fn put(&self, name: &str) {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        self.came.notify_one();
    }
}

/// Listens for ever.
#[expect(clippy::disallowed_methods, reason = "the store's own thread rests until the server is back")]
pub(crate) async fn listen(address: Address, heard: Arc<Heard>) {
    loop {
        // Why it was lost is told by whoever works with the database: it is the same server.
        let _ = until_lost(&address, &heard).await;
        tokio::time::sleep(PAUSE).await;
    }
}

async fn until_lost(address: &Address, heard: &Heard) -> Done<()> {
    let (client, mut connection) = address.config().connect(NoTls).await?;
    let hears = async {
        let mut messages = poll_fn(move |context| connection.poll_message(context));
        while let Some(Ok(message)) = messages.next().await {
            if let AsyncMessage::Notification(notification) = message {
                heard.put(notification.payload());
            }
        }
    };
    let begins = async {
        let channel = client.query_one(&format!("select {CHANNEL}"), &[]).await?;
        let channel: String = channel.try_get(0)?;
        client.batch_execute(&format!("listen \"{channel}\"")).await?;
        std::future::pending().await
    };
    tokio::select! {
        () = hears => Ok(()),
        failed = begins => failed,
    }
}
