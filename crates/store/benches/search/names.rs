//! Names as companies have them: a place, a few characters of their own, a trade, a form.

const PLACES: [&str; 12] =
    ["北京", "上海", "深圳", "广州", "杭州", "成都", "武汉", "南京", "西安", "苏州", "青岛", "厦门"];
const OWN: &str = "华为中兴天地人和金木水火土春夏秋冬东西南北远大恒通达信诚义德仁礼智勇新科创联合众博雅思源泰安康宁福禄寿喜";
const TRADES: [&str; 8] =
    ["电子科技", "机械制造", "国际贸易", "食品", "医疗器械", "建筑工程", "软件", "物流"];
const FORMS: [&str; 3] = ["有限公司", "股份有限公司", "有限责任公司"];

/// The name of that record. One in ten thousand has a character that is rare.
pub fn name(n: u64) -> String {
    let pick = |places: usize, by: u64| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> by) as usize % places;
    let own: Vec<char> = OWN.chars().collect();
    let (first, second, third) =
        (own[pick(own.len(), 8)], own[pick(own.len(), 20)], own[pick(own.len(), 32)]);
    let rare = if n % 10_000 == 77 { rare(n / 10_000) } else { String::new() };
    format!(
        "{}{first}{second}{third}{rare}{}{}",
        PLACES[pick(PLACES.len(), 44)],
        TRADES[pick(TRADES.len(), 50)],
        FORMS[pick(FORMS.len(), 56)]
    )
}

/// Two characters that a thousandth of one in ten thousand names have.
pub fn rare(n: u64) -> String {
    let rare =
        |by: u64| char::from_u32(0x7000 + ((n % 1_000).wrapping_mul(2_654_435_761) >> by) as u32 % 2_000);
    [rare(3), rare(17)].into_iter().flatten().collect()
}

pub fn common(n: u64) -> &'static str {
    ["公司", "有限", "科技", "北京", "限公"][n as usize % 5]
}

/// So many characters of a record's name, from that one on.
pub fn part(n: u64, from: usize, characters: usize) -> String {
    name(n).chars().skip(from).take(characters).collect()
}
