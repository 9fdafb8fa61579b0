//! How it went minute by minute, drawn: three panels below each other, as SVG.

use std::time::Duration;

use super::{Minute, percentile};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 64.0;
const ABOVE: f64 = 34.0;

/// A line of a panel: its name, colour, and a value for each minute.
type Line = (&'static str, &'static str, Vec<f64>);

/// The minutes as a drawing that any browser shows.
pub fn plot(minutes: &[Minute]) -> String {
    let of = |value: fn(&Minute) -> f64| minutes.iter().map(value).collect::<Vec<f64>>();
    let panels: [(&str, Vec<Line>); 3] = [
        (
            "服务内存 / server memory (MB)",
            vec![("RSS", "#1677ff", of(|minute| minute.memory_kib as f64 / 1024.0))],
        ),
        (
            "推送到目标收到 / push until at the target (ms)",
            vec![
                ("p50", "#52c41a", of(|minute| ms(&minute.seen, 50))),
                ("p95", "#faad14", of(|minute| ms(&minute.seen, 95))),
                ("p99", "#f5222d", of(|minute| ms(&minute.seen, 99))),
            ],
        ),
        ("每分钟增加的数据库 / database, added in a minute (MB)", vec![("MB", "#722ed1", growth(minutes))]),
    ];
    let height = panels.len() as f64 * (HEIGHT + ABOVE + 24.0);
    let mut drawing = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
        WIDTH + LEFT + 60.0
    );
    for (place, (title, lines)) in panels.iter().enumerate() {
        panel(&mut drawing, place as f64 * (HEIGHT + ABOVE + 24.0) + ABOVE, title, lines);
    }
    drawing + "</svg>\n"
}

fn ms(sorted: &[Duration], of_a_hundred: usize) -> f64 {
    percentile(sorted, of_a_hundred).as_secs_f64() * 1e3
}

/// What each minute added to the database, in MB.
fn growth(minutes: &[Minute]) -> Vec<f64> {
    let sizes = minutes.iter().map(|minute| minute.database as f64 / 1e6);
    sizes.clone().zip(sizes.skip(1)).map(|(before, after)| after - before).collect()
}

/// One panel whose upper edge lies there. Its axis begins at nothing.
fn panel(drawing: &mut String, top: f64, title: &str, lines: &[Line]) {
    let most = lines.iter().flat_map(|(_, _, values)| values).copied().fold(1.0, f64::max) * 1.1;
    let y = |value: f64| top + HEIGHT * (1.0 - value.max(0.0) / most);
    let mut put = |line: String| {
        drawing.push_str(&line);
        drawing.push('\n');
    };
    put(format!("<text x=\"{LEFT}\" y=\"{}\" font-weight=\"bold\">{title}</text>", top - 12.0));
    for part in 0..=4 {
        let value = most * f64::from(part) / 4.0;
        put(format!(
            "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#ddd\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{value:.0}</text>",
            LEFT + WIDTH,
            LEFT - 6.0,
            y(value) + 4.0,
            y = y(value)
        ));
    }
    for (name, colour, values) in lines {
        let step = WIDTH / values.len().saturating_sub(1).max(1) as f64;
        let points: Vec<String> = (0..)
            .zip(values)
            .map(|(minute, value)| format!("{:.1},{:.1}", LEFT + f64::from(minute) * step, y(*value)))
            .collect();
        put(format!(
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{}\"/>",
            points.join(" ")
        ));
        let last = values.last().copied().unwrap_or_default();
        put(format!(
            "<text x=\"{}\" y=\"{:.1}\" fill=\"{colour}\">{name}</text>",
            LEFT + WIDTH + 6.0,
            y(last) + 4.0
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_minute_is_a_point_of_each_line() {
        let minute = |n: u64| Minute {
            answered: vec![Duration::from_millis(n)],
            seen: vec![Duration::from_millis(n * 10)],
            memory_kib: 50 << 10,
            database: n * 1_000_000,
        };
        let drawing = plot(&[minute(1), minute(2), minute(3)]);
        let points = |line: &str| line.split("points=\"").nth(1).map(|rest| rest.matches(',').count());
        let counts: Vec<usize> = drawing.lines().filter_map(points).collect();
        assert_eq!(
            counts,
            [3, 3, 3, 3, 2],
            "memory, three lines of time, and what was added since the minute before"
        );
        assert!(drawing.contains("p99") && drawing.ends_with("</svg>\n"));
    }
}
