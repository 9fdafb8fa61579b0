// 出库单的推送:GB18030 的 XML,一个报文里一张或几张,字段是 <Doc> 的子元素,明细在 <Rows name="stockOutEntry"> 里。
// Pushes of outbound documents: XML in GB18030, one or several in a body; fields are children of <Doc>, lines those of <Rows>.
//
// <ErpMessage docType="stockOut" count="2">
//   <Doc id="4000001" no="XSCK900001"><billNo>XSCK900001</billNo>…<Rows name="stockOutEntry"><Row>…</Row></Rows></Doc>
// </ErpMessage>

const VOID = "9";

function main(input, qiao) {
  const message = qiao.xml.parse(input.body, { lists: ["Doc", "Rows", "Row"] }).ErpMessage;
  return message.Doc.map((doc) => ({
    id: doc["@id"],
    void: doc.status === VOID,
    masterFieldVal: { ...fields(doc), rowVersion: qiao.number(doc.rowVersion) },
    detailFieldVals: {
      stockOutEntry: rows(doc).map((row) => ({
        ...fields(row),
        seq: qiao.number(row.seq),
        qty: qiao.number(row.qty),
      })),
    },
  }));
}

// 元素的文字;空元素没有值,明细另外处理 / texts of elements; an empty one has no value, and lines are seen to apart
function fields(element) {
  const told = Object.entries(element).filter(([name]) => !name.startsWith("@") && name !== "Rows");
  return Object.fromEntries(told.map(([name, value]) => [name, value === "" ? null : value]));
}

function rows(doc) {
  const list = (doc.Rows || []).find((rows) => rows["@name"] === "stockOutEntry");
  return (list && list.Row) || [];
}
