//! Manifests of connectors, which users write too.

use std::collections::BTreeSet;

use connect::Manifest;
use connect::manifest::Severity;

use crate::words;

/// # Panics
/// When a manifest is refused without an error or taken with one, or when a finding or an entry of its error table has
/// no words.
pub fn manifest(input: &[u8]) -> Option<()> {
    let text = std::str::from_utf8(input).ok()?;
    let (manifest, findings) = Manifest::parse(text);
    findings.iter().for_each(|finding| words::told(&finding.cause));
    let is_broken = findings.iter().any(|finding| finding.severity == Severity::Error);
    assert_eq!(manifest.is_none(), is_broken, "{findings:?}");
    if let Some(manifest) = manifest {
        every_error_has_words(&manifest);
        let connection = connect::exchanges::connection(manifest.name(), &[], &[]);
        manifest.facts(&connection);
        manifest.objects().iter().for_each(|preset| assert_eq!(manifest.object(&preset.name), preset.facts));
    }
    Some(())
}

fn every_error_has_words(manifest: &Manifest) {
    let sentences = manifest.sentences();
    let known: BTreeSet<&str> = sentences.iter().map(|sentence| &*sentence.code).collect();
    for rule in manifest.errors() {
        let found = match &rule.matches {
            connect::manifest::Matches::Codes(codes) => {
                codes.iter().map(|code| manifest.error(code)).collect()
            }
            connect::manifest::Matches::Texts(texts) => {
                texts.iter().map(|text| manifest.error_text(text)).collect::<Vec<_>>()
            }
        };
        for found in found {
            let (_, cause) = found.expect("an entry of the table is found by its own key");
            assert!(known.contains(&*cause.code), "{} has no sentence", cause.code);
        }
    }
}
