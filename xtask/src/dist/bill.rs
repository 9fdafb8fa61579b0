//! The bill of materials, as CycloneDX 1.5 JSON: every package of others in the program, with its licence, checksum and
//! package URL, so that a scanner can say which known weaknesses concern an installation.
//!
//! Written here, and not by `cargo-cyclonedx`: that would be one more tool of hundreds of packages to build, for a list
//! that is there already.

use super::packages::Package;

/// The bill. It has neither a serial number nor a time: the same packages give the same text.
pub fn cyclone_dx(packages: &[Package]) -> String {
    let components: Vec<String> = packages.iter().map(component).collect();
    let version = text(env!("CARGO_PKG_VERSION"));
    format!(
        "{{\n\"bomFormat\": \"CycloneDX\",\n\"specVersion\": \"1.5\",\n\"version\": 1,\n\"metadata\": {{ \"component\": \
         {{ \"type\": \"application\", \"name\": \"qiao\", \"version\": {version} }} }},\n\"components\": [\n{}\n]\n}}\n",
        components.join(",\n")
    )
}

fn component(package: &Package) -> String {
    let Package { name, version, licence, repository, checksum } = package;
    let url = format!("pkg:cargo/{name}@{version}");
    let home = match repository.is_empty() {
        true => String::new(),
        false => {
            format!(", \"externalReferences\": [{{ \"type\": \"vcs\", \"url\": {} }}]", text(repository))
        }
    };
    format!(
        "{{ \"type\": \"library\", \"bom-ref\": {url}, \"name\": {}, \"version\": {}, \"purl\": {url}, \"licenses\": [{{ \
         \"expression\": {} }}], \"hashes\": [{{ \"alg\": \"SHA-256\", \"content\": {} }}]{home} }}",
        text(name),
        text(version),
        text(licence),
        text(checksum),
        url = text(&url),
    )
}

/// A JSON string.
fn text(value: &str) -> String {
    let mut quoted = String::from("\"");
    for character in value.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control.is_control() => quoted += &format!("\\u{:04x}", u32::from(control)),
            other => quoted.push(other),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_named_so_that_scanners_find_it() {
        let package = Package {
            name: "serde".into(),
            version: "1.0.1".into(),
            licence: "MIT OR Apache-2.0".into(),
            repository: "https://example.org/\"桥\"".into(),
            checksum: "aa11".into(),
        };
        let expected = r#"{ "type": "library", "bom-ref": "pkg:cargo/serde@1.0.1", "name": "serde", "version": "1.0.1", "purl": "pkg:cargo/serde@1.0.1", "licenses": [{ "expression": "MIT OR Apache-2.0" }], "hashes": [{ "alg": "SHA-256", "content": "aa11" }], "externalReferences": [{ "type": "vcs", "url": "https://example.org/\"桥\"" }] }"#;
        assert_eq!(component(&package), expected.replace("/\"桥\"\"", "/\\\"桥\\\"\""));
        assert!(cyclone_dx(std::slice::from_ref(&package)).contains(&component(&package)));
    }

    #[test]
    fn what_json_does_not_allow_in_a_text_is_escaped() {
        assert_eq!(text("a\"b\\c\n桥"), "\"a\\\"b\\\\c\\u000a桥\"");
    }
}
