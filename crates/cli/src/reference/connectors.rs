//! `connectors.md`: the settings and objects of each connector, from its manifest.

use connect::Manifest;
use connect::manifest::Setting;

pub fn page() -> String {
    let mut out = String::from(
        "# Connectors 连接器\n\n\
         What a connection to each system is asked for, and the objects known beforehand.\n\
         各系统的连接要填写什么,以及预置的对象。\n",
    );
    for manifest in crate::wire::built_in().manifests() {
        connector(manifest, &mut out);
    }
    out
}

fn connector(manifest: &Manifest, out: &mut String) {
    let title = manifest.title();
    out.push_str(&format!("\n## {} {} {}\n\n", manifest.name(), title.zh, title.en));
    out.push_str("| setting | 名称 | kind | required | default | 在哪里找到 | where it is found |\n|---|---|---|---|---|---|---|\n");
    for setting in manifest.settings() {
        out.push_str(&row(setting));
    }
    out.push_str("\n| object | 名称 | id | number | version | statuses |\n|---|---|---|---|---|---|\n");
    for preset in manifest.objects() {
        let facts = &preset.facts;
        out.push_str(&format!(
            "| `{}` | {} | {} | {} | {} | {} |\n",
            preset.name,
            preset.title.zh,
            facts.id,
            facts.number.as_deref().unwrap_or_default(),
            facts.version.as_deref().unwrap_or_default(),
            facts.statuses.join(", "),
        ));
    }
}

fn row(setting: &Setting) -> String {
    let kind = setting.kind.name();
    format!(
        "| `{}` | {} | {kind} | {} | {} | {} | {} |\n",
        setting.name,
        setting.title.zh,
        if setting.required { "yes" } else { "" },
        setting.default.as_deref().unwrap_or_default(),
        cell(&setting.help.zh),
        cell(&setting.help.en),
    )
}

/// A text as one cell of a table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
