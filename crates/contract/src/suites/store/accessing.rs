//! Tokens of machines that call us.

use model::access::{AccessToken, Grant};

use super::given::{Making, NOW, crm, erp, later};

fn token(name: &str, seed: u8) -> AccessToken {
    AccessToken {
        name: name.into(),
        connections: vec![erp()],
        grants: vec![Grant::Push],
        hash: [seed; 32],
        made: NOW,
        until: None,
    }
}

pub async fn a_token_is_known_by_its_hash_and_has_a_name_of_its_own(fresh: Making<'_>) {
    let store = fresh().await;
    assert!(store.access().await.unwrap().is_empty());
    let other = AccessToken {
        connections: vec![crm(), "账套二".into()],
        grants: vec![Grant::Push, Grant::Use],
        until: Some(later(60)),
        ..token("仓库", 2)
    };
    assert!(store.keep_access(&other).await.unwrap());
    assert!(store.keep_access(&token("erp-old", 1)).await.unwrap());
    assert!(!store.keep_access(&token("erp-old", 3)).await.unwrap(), "the name is taken");
    assert!(!store.keep_access(&token("erp-new", 1)).await.unwrap(), "the token is somebody's");
    assert_eq!(store.access().await.unwrap(), [token("erp-old", 1), other]);
}

pub async fn a_token_taken_back_is_gone(fresh: Making<'_>) {
    let store = fresh().await;
    store.keep_access(&token("erp", 1)).await.unwrap();
    assert!(store.revoke_access("erp").await.unwrap());
    assert!(!store.revoke_access("erp").await.unwrap());
    assert!(store.access().await.unwrap().is_empty());
    assert!(store.keep_access(&token("erp", 1)).await.unwrap(), "its name and itself are free again");
}
