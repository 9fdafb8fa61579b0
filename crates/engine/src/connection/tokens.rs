//! Tokens of all connections, by the vendor's scope: in memory, and sealed in the store.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use contract::store::Store;
use contract::wire::{Token, Tokens};
use model::{Hash, Map, Secret, Timestamp, Value, json};

/// The one keeper of tokens. Two connections with one scope share the token.
pub struct TokenBox {
    store: Arc<dyn Store>,
    scopes: Mutex<BTreeMap<String, Arc<Scope>>>,
}

#[derive(Default)]
struct Scope {
    /// `None` until the store has been asked; then whatever is kept.
    token: Mutex<Option<Option<Token>>>,
    renewing: Arc<tokio::sync::Mutex<()>>,
}

impl TokenBox {
    pub fn new(store: Arc<dyn Store>) -> TokenBox {
        TokenBox { store, scopes: Mutex::default() }
    }

    fn scope(&self, scope: &str) -> Arc<Scope> {
        let mut scopes = self.scopes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        scopes.entry(scope.to_owned()).or_default().clone()
    }
}

impl Scope {
    fn token(&self) -> std::sync::MutexGuard<'_, Option<Option<Token>>> {
        self.token.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The name under which a scope's token is sealed: scopes hold secrets, so their hash.
fn sealed_name(scope: &str) -> String {
    format!("token:{}", Hash::of_text(scope))
}

#[async_trait]
impl Tokens for TokenBox {
    async fn recall(&self, scope: &str) -> Option<Token> {
        let kept = self.scope(scope);
        if let Some(known) = kept.token().clone() {
            return known;
        }
        let stored = self.store.recall_secret(&sealed_name(scope)).await.ok().flatten();
        let token = stored.as_ref().and_then(|secret| token_of(secret.reveal()));
        *kept.token() = Some(token.clone());
        token
    }

    async fn keep(&self, scope: &str, token: Token) {
        let text = Secret::new(text_of(&token));
        *self.scope(scope).token() = Some(Some(token));
        if let Err(error) = self.store.keep_secret(&sealed_name(scope), &text).await {
            tracing::warn!(%error, "a token could not be stored; it is kept in memory only");
        }
    }

    async fn forget(&self, scope: &str, token: &Token) {
        let kept = self.scope(scope);
        let is_current = matches!(&*kept.token(), Some(Some(current)) if current.secret == token.secret);
        if !is_current {
            return;
        }
        // Another process may have signed in meanwhile, which ended ours.
        let stored = self.store.recall_secret(&sealed_name(scope)).await.ok().flatten();
        let newer = stored.as_ref().and_then(|secret| token_of(secret.reveal()));
        let newer = newer.filter(|stored| stored.secret != token.secret);
        let is_there = newer.is_some();
        *kept.token() = Some(newer);
        if !is_there && let Err(error) = self.store.forget_secret(&sealed_name(scope)).await {
            tracing::warn!(%error, "a token that was refused could not be forgotten on disk");
        }
    }

    async fn single_flight(&self, scope: &str) -> Box<dyn Send> {
        let renewing = self.scope(scope).renewing.clone();
        Box::new(renewing.lock_owned().await)
    }
}

fn text_of(token: &Token) -> String {
    let with: Map = token.with.iter().map(|(n, v)| (n.clone().into(), Value::text(v.as_str()))).collect();
    let mut map = Map::new();
    map.push("secret", token.secret.reveal());
    map.push("good_until", token.good_until.0);
    map.push("with", with);
    json::write(&Value::Map(map))
}

fn token_of(text: &str) -> Option<Token> {
    let value = json::read(text).ok()?;
    let with = value.get("with")?.as_map()?;
    let Value::Number(good_until) = value.get("good_until")? else { return None };
    Some(Token {
        secret: Secret::new(value.get("secret")?.as_text()?),
        with: with.iter().filter_map(|(n, v)| Some((n.to_owned(), v.as_text()?.to_owned()))).collect(),
        good_until: Timestamp(good_until.as_i64()?),
    })
}
