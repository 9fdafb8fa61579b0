//! `sandbox.md`: the switches of the stand-ins and the fault dial.

use sandbox::faults::Faults;
use sandbox::{Sandbox, Setting};

pub fn page() -> String {
    let mut out = String::from(
        "# Stand-ins 模拟系统\n\n\
         `qiao sandbox` serves them; `/_sandbox/…` reads and changes them while they run.\n\n\
         ## Faults 故障\n\n\
         `--faults FILE` and `POST /_sandbox/faults` take these names; values are parts per million of calls, or \
         milliseconds where the name ends in `_ms`; `quota` is calls a day, 0 for none.\n\n| name | default |\n|---|---|\n",
    );
    let faults = serde_json::to_value(Faults::default()).expect("faults are plain data");
    for (name, value) in faults.as_object().into_iter().flatten() {
        out.push_str(&format!("| `{name}` | {value} |\n"));
    }
    let sandbox = Sandbox::new(&Setting { seed: 1, customers: 1, now_ms: 0 });
    for (system, switches) in sandbox.switches() {
        out.push_str(&format!(
            "\n## {system}\n\nFacts that nobody is sure of, as switches; the first value is the default.\n\n\
             | switch | values | what is not known |\n|---|---|---|\n"
        ));
        for switch in switches {
            out.push_str(&format!(
                "| `{}` | {} | {} |\n",
                switch.name,
                switch.values.join(", "),
                switch.about
            ));
        }
    }
    out
}
