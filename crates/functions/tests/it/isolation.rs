//! No call finds what another one left.

use crate::ground::Ground;

#[tokio::test]
async fn variables_live_no_longer_than_their_call() {
    let ground = Ground::inline();
    let text = "let n = 0;\nconst seen = [];\nfunction main() { n++; seen.push(n); return { n, seen }; }";
    for _ in 0..3 {
        assert_eq!(ground.record(text, "{}").await.as_deref(), Ok(r#"{"n":1,"seen":[1]}"#));
    }
}

#[tokio::test]
async fn nothing_of_the_language_can_be_changed() {
    let ground = Ground::inline();
    for attempt in [
        "Object.prototype.外 = 1",
        "Array.prototype.map = () => []",
        "globalThis.外 = 1",
        "外 = 1",
        "JSON.parse = () => 1",
        "Math.random = () => 4",
        "String.prototype.trim = 1",
        "qiao.decimal.add = 1",
        "qiao.外 = 1",
        "console.log = 1",
        "Promise.prototype.then = 1",
        "Object.getPrototypeOf(async () => {}).外 = 1",
        "Object.getPrototypeOf([][Symbol.iterator]()).next = 1",
        "Object.getPrototypeOf(qiao.text.encode('')).text = 1",
        "Date.now = () => 0",
        "Date.prototype.getHours = () => 0",
        "Object.prototype.toString = () => ''",
        "Error.prototype.name = ''",
        "delete Array.prototype.join",
        "Object.setPrototypeOf(Array.prototype, null)",
        "({}).__proto__.外 = 1",
        "Function.prototype.call = 1",
        "Object.defineProperty(Array.prototype, 'constructor', { value: 1 })",
    ] {
        let code = ground.code(&format!("{attempt}; return {{ v: '改了' }};")).await;
        assert_eq!(code, "function.threw", "{attempt}");
    }
    let clean =
        "return { a: [1].map(x => x + 1), b: typeof 外, c: ({}).外 === undefined, d: Math.random() !== 4 };";
    assert_eq!(ground.code(clean).await, r#"{"a":[2],"b":"undefined","c":true,"d":true}"#);
}

#[tokio::test]
async fn what_people_assign_to_objects_of_their_own_still_works() {
    let ground = Ground::inline();
    let body = "const e = new Error('坏'); e.name = '数据错误'; e.code = 7;
        const row = {}; row.constructor = '张三'; row.toString = '李四'; row.valueOf = 1;
        class Own extends Error { constructor() { super('x'); this.name = 'Own'; } }
        return { name: e.name, keys: Object.keys(row).join(), own: new Own().name, text: String(new Own()) };";
    let expected = r#"{"name":"数据错误","keys":"constructor,toString,valueOf","own":"Own","text":"Own: x"}"#;
    assert_eq!(ground.code(body).await, expected);
}

#[tokio::test]
async fn lists_behave_as_the_language_has_them() {
    let ground = Ground::inline();
    let body = "const a = new Array(3).fill('桥'); class L extends Array {}
        return { a: a.join('-'), b: Array.isArray(Array(1, 2)), c: [1, 2] instanceof Array, d: [].constructor === Array,
                 e: Array.from('桥梁'), f: Array.of(7).concat([8], 9), g: new L(1, 2).map(x => x * 2).length, h: String([1, [2, 3]]),
                 i: [3, 1, 2].sort().reverse().slice(0, 2), j: [10, 9].toSorted((x, y) => x - y), k: Array.name };";
    let expected = r#"{"a":"桥-桥-桥","b":true,"c":true,"d":true,"e":["桥","梁"],"f":[7,8,9],"g":2,"h":"1,2,3","i":[3,2],"j":[9,10],"k":"Array"}"#;
    assert_eq!(ground.code(body).await, expected);
}

#[tokio::test]
async fn a_session_is_made_anew_after_many_calls() {
    let ground = Ground::inline();
    for _ in 0..2100 {
        assert_eq!(ground.code("return {};").await, "{}");
    }
}
