"""K/3 Cloud through Kingdee's own SDK, `kingdee.cdp.webapi.sdk`.

The SDK runs unchanged. It is pointed at the stand-in by its configuration file alone and signs every request.
"""

import base64
import configparser
import json
import tempfile
import unittest
from pathlib import Path

import kit
from k3cloud_webapi_sdk.main import K3CloudApiSdk

SYSTEM = "kingdee-k3cloud"
KINGDEE = kit.connection(SYSTEM)
CUSTOMER = "BD_Customer"
ORDER = "SAL_SaleOrder"


def official(**changes):
    """The SDK, configured as its manual says: a `conf.ini` with the authorisation of a third-party system."""
    known = {**KINGDEE, **changes}
    conf = configparser.ConfigParser(interpolation=None)
    conf["config"] = {
        "X-KDApi-AcctID": known["acct_id"],
        "X-KDApi-UserName": known["username"],
        "X-KDApi-AppID": known["app_id"],
        "X-KDApi-AppSec": known["app_secret"],
        "X-KDApi-ServerUrl": known["base_url"],
        "X-KDApi-LCID": str(known["lcid"]),
        "X-KDApi-OrgNum": known["org_number"],
    }
    sdk = K3CloudApiSdk(known["base_url"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "conf.ini"
        with path.open("w", encoding="utf-8") as file:
            conf.write(file)
        sdk.Init(config_path=str(path), config_node="config")
    return sdk


def packet():
    """The complete customer packet of the seed article."""
    path = kit.ROOT / "crates/sandbox/tests/it/kingdee/customer_packet.json"
    return json.loads(path.read_text(encoding="utf-8"))


def customer(number, name, **more):
    org = {"FNumber": KINGDEE["org_number"]}
    model = {"FCUSTID": 0, "FNumber": number, "FName": name, "FCreateOrgId": org, "FUseOrgId": org}
    return {**model, "FTRADINGCURRID": {"FNumber": "PRE001"}, **more}


class Official(unittest.TestCase):
    """One SDK for each test, and the few words that the tests need."""

    def setUp(self):
        self.sdk = official()

    def done(self, reply):
        """The Result of a reply that says success."""
        result = json.loads(reply)["Result"]
        self.assertIs(result["ResponseStatus"]["IsSuccess"], True, f"the ERP refused: {reply}")
        return result

    def refused(self, reply):
        """The code and the first message of a reply that says failure."""
        status = json.loads(reply)["Result"]["ResponseStatus"]
        self.assertIs(status["IsSuccess"], False, f"the ERP should have refused: {reply}")
        self.assertEqual(status["ErrorCode"], 500)
        return status["MsgCode"], status["Errors"][0]["Message"]

    def saved(self, number, name, **more):
        """Saves a customer; its internal id."""
        result = self.done(self.sdk.Save(CUSTOMER, {"Model": customer(number, name, **more)}))
        self.assertEqual(result["Number"], number)
        return result["Id"]

    def audited(self, form, number):
        for step in (self.sdk.Submit, self.sdk.Audit):
            self.done(step(form, {"Numbers": [number]}))

    def allocated(self, number, name):
        """Saves and audits a customer and gives it to organisation 603 too; the arguments of the call."""
        customer_id = self.saved(number, name)
        self.audited(CUSTOMER, number)
        [[org]] = self.rows("ORG_Organizations", "FOrgID", "FNumber = '603'")
        data = {"PkIds": str(customer_id), "TOrgIds": str(org), "IsAutoSubmitAndAudit": "true"}
        self.done(self.sdk.Allocate(CUSTOMER, data))
        return data

    def rows(self, form, keys, condition=""):
        query = {"FormId": form, "FieldKeys": keys, "FilterString": condition}
        return json.loads(self.sdk.ExecuteBillQuery(query))

    def value(self, key, number):
        return self.rows(CUSTOMER, key, f"FNumber = '{number}'")[0][0]


class SignIn(Official):
    def test_the_configuration_file_alone_points_it_at_the_stand_in(self):
        self.assertEqual(self.rows("ORG_Organizations", "FNumber", "FNumber = '603'"), [["603"]])

    def test_the_data_centres_are_listed_without_any_credential(self):
        centres = json.loads(official(app_secret="0" * 32).GetDataCenters())
        self.assertIn(KINGDEE["acct_id"], [centre["Id"] for centre in centres])

    def test_a_wrong_secret_is_answered_with_code_1(self):
        sdk = official(app_secret="0" * 32)
        query = {"FormId": CUSTOMER, "FieldKeys": "FNumber"}
        code, message = self.refused(json.dumps(json.loads(sdk.ExecuteBillQuery(query))[0][0]))
        self.assertEqual((code, message), (1, "会话信息已丢失，请重新登录"))
        code, _ = self.refused(sdk.Save(CUSTOMER, {"Model": customer("SDK-NO", "不应存在")}))
        self.assertEqual(code, 1)
        self.assertEqual(self.rows(CUSTOMER, "FNumber", "FNumber = 'SDK-NO'"), [], "nothing was saved")

    def test_another_account_set_is_the_sdks_own_error(self):
        with self.assertRaisesRegex(RuntimeError, "Fail to verify thirty passport"):
            official(acct_id="0123456789abcd").View(CUSTOMER, {"Number": "x"})

    def test_a_session_that_is_lost_is_opened_anew_by_the_signature(self):
        self.rows("BD_Currency", "FNumber")
        first = self.sdk.cookiesStore.SID
        self.assertTrue(first, "the SDK took the session from the cookies")
        kit.control(SYSTEM, "forget_sessions", {})
        self.assertIn(["PRE001"], self.rows("BD_Currency", "FNumber"))
        self.assertNotEqual(self.sdk.cookiesStore.SID, first, "a new session was issued")


class Queries(Official):
    def test_both_queries_give_the_same_rows(self):
        self.saved("SDK-Q1", "苏州恒达精密机械有限公司", FShortName="恒达精密")
        keys = "FCUSTID,FNumber,FName,FShortName,FCreateOrgId.FNumber,FDocumentStatus,FModifyDate"
        query = {"FormId": CUSTOMER, "FieldKeys": keys, "FilterString": "FNumber = 'SDK-Q1'"}
        [row] = json.loads(self.sdk.ExecuteBillQuery(query))
        [record] = json.loads(self.sdk.BillQuery(query))
        self.assertEqual(record, dict(zip(keys.split(","), row)))
        self.assertEqual(row[1:6], ["SDK-Q1", "苏州恒达精密机械有限公司", "恒达精密", "100", "A"])

    def test_pages_meet_without_a_gap(self):
        query = {"FormId": "BD_MATERIAL", "FieldKeys": "FMATERIALID", "OrderString": "FMATERIALID ASC"}
        whole = json.loads(self.sdk.ExecuteBillQuery(query))
        self.assertGreater(len(whole), 7)
        pages, start = [], 0
        while page := json.loads(self.sdk.ExecuteBillQuery({**query, "StartRow": start, "Limit": 7})):
            pages += page
            start += 7
        self.assertEqual(pages, whole)

    def test_an_unknown_field_is_told_by_its_name(self):
        [[error]] = self.rows(CUSTOMER, "FIssueType")
        code, message = self.refused(json.dumps(error))
        self.assertEqual((code, message), (9, "元数据中标识为FIssueType的字段不存在"))

    def test_the_metadata_have_chinese_captions_and_what_must_be_filled_in(self):
        result = self.done(self.sdk.QueryBusinessInfo({"FormId": CUSTOMER}))["NeedReturnData"]
        self.assertEqual((result["Id"], result["PkFieldName"]), (CUSTOMER, "FCUSTID"))
        head = {field["Key"]: field for field in result["Entrys"][0]["Fields"]}
        self.assertEqual(head["FName"]["MustInput"], 1)
        self.assertIn({"Key": 2052, "Value": "客户"}, result["Name"])
        self.assertIn("Forbid", [one["OperationNumber"] for one in result["Operations"]])


class Customers(Official):
    def test_the_complete_packet_of_the_seed_article_is_saved_audited_and_viewed(self):
        model = {**packet(), "FNumber": "SDK-SEED", "FName": "苏州恒达精密机械（种子）有限公司"}
        kinds = self.rows("BOS_ASSISTANTDATA_SELECT", "FNumber", "FId = 'CustType'")
        model["FCustTypeId"] = {"FNumber": kinds[0][0]}
        result = self.done(self.sdk.Save(CUSTOMER, {"IsVerifyBaseDataField": "true", "Model": model}))
        self.audited(CUSTOMER, "SDK-SEED")
        found = json.loads(self.sdk.View(CUSTOMER, {"Number": "SDK-SEED"}))["Result"]["Result"]
        self.assertEqual(found["Id"], result["Id"])
        self.assertEqual(found["DocumentStatus"], "C")
        self.assertIn({"Key": 2052, "Value": model["FName"]}, found["Name"])
        self.assertEqual(found["CreateOrgId"]["Number"], "603")

    def test_a_customer_lives_from_draft_to_deletion(self):
        draft = self.done(self.sdk.Draft(CUSTOMER, {"Model": customer("SDK-LIFE", "宁波东海贸易有限公司")}))
        self.assertEqual(self.value("FDocumentStatus", "SDK-LIFE"), "Z")
        byid = {"Ids": str(draft["Id"])}
        for step, status in [
            (self.sdk.Submit, "B"),
            (self.sdk.CancelAssign, "D"),
            (self.sdk.Submit, "B"),
            (self.sdk.Audit, "C"),
            (self.sdk.UnAudit, "D"),
        ]:
            self.done(step(CUSTOMER, byid))
            self.assertEqual(self.value("FDocumentStatus", "SDK-LIFE"), status, step.__name__)
        self.done(self.sdk.Delete(CUSTOMER, byid))
        self.assertEqual(self.rows(CUSTOMER, "FNumber", "FNumber = 'SDK-LIFE'"), [])

    def test_what_was_audited_is_neither_audited_again_nor_deleted(self):
        self.saved("SDK-TWICE", "绍兴兴业纺织有限公司")
        self.audited(CUSTOMER, "SDK-TWICE")
        code, message = self.refused(self.sdk.Audit(CUSTOMER, {"Numbers": ["SDK-TWICE"]}))
        self.assertEqual(code, 11)
        self.assertIn("已经审核", message)
        code, _ = self.refused(self.sdk.Delete(CUSTOMER, {"Numbers": ["SDK-TWICE"]}))
        self.assertEqual(code, 11)

    def test_a_number_is_given_once(self):
        self.saved("SDK-ONCE", "温州瓯江电器有限公司")
        code, message = self.refused(self.sdk.Save(CUSTOMER, {"Model": customer("SDK-ONCE", "另一家公司")}))
        self.assertEqual(code, 11)
        self.assertEqual(message, "违反字段唯一性要求：编码唯一。[SDK-ONCE]在当前系统中已经被使用。")

    def test_an_update_changes_only_what_it_names(self):
        bank = {"FBANKCODE": "6222020200112233445", "FACCOUNTNAME": "无锡华光电子有限公司"}
        number = self.saved("SDK-UPD", "无锡华光电子有限公司", FTEL="0510-8888", FT_BD_CUSTBANK=[bank])
        update = {"FCUSTID": number, "FTEL": "0510-9999"}
        options = {"NeedUpDateFields": ["FTEL"], "IsDeleteEntry": "false"}
        self.done(self.sdk.Save(CUSTOMER, {**options, "Model": update}))
        row = self.rows(CUSTOMER, "FName,FTEL,FBANKCODE", "FNumber = 'SDK-UPD'")
        self.assertEqual(row, [["无锡华光电子有限公司", "0510-9999", "6222020200112233445"]])

    def test_a_customer_is_forbidden_and_enabled(self):
        self.saved("SDK-FORBID", "常州新北仪表有限公司")
        self.audited(CUSTOMER, "SDK-FORBID")
        for operation, status in [("Forbid", "B"), ("Enable", "A")]:
            self.done(self.sdk.ExcuteOperation(CUSTOMER, operation, {"Numbers": ["SDK-FORBID"]}))
            self.assertEqual(self.value("FForbidStatus", "SDK-FORBID"), status, operation)

    def test_a_customer_is_allocated_to_another_organisation_and_taken_back(self):
        data = self.allocated("SDK-ALLOC", "南通江海物流有限公司")
        used = self.rows(CUSTOMER, "FUseOrgId.FNumber,FDocumentStatus", "FNumber = 'SDK-ALLOC'")
        self.assertCountEqual(used, [["100", "C"], ["603", "C"]])
        self.done(self.sdk.CancelAllocate(CUSTOMER, data))
        self.assertEqual(len(self.rows(CUSTOMER, "FNumber", "FNumber = 'SDK-ALLOC'")), 1)


class Batches(Official):
    def test_a_batch_is_saved_at_once(self):
        models = [customer(f"SDK-B{n}", f"批量客户{n}号") for n in range(3)]
        result = self.done(self.sdk.BatchSave(CUSTOMER, {"BatchCount": 5, "Model": models}))
        touched = result["ResponseStatus"]["SuccessEntitys"]
        self.assertEqual([(one["DIndex"], one["Number"]) for one in touched], [(n, f"SDK-B{n}") for n in range(3)])

    def test_a_batch_is_begun_and_asked_for_until_it_is_complete(self):
        models = [customer(f"SDK-A{n}", f"异步客户{n}号") for n in range(3)]
        result = self.done(self.sdk.BatchSaveQuery(CUSTOMER, {"Model": models}))
        self.assertEqual(len(result["ResponseStatus"]["SuccessEntitys"]), 3)
        found = self.rows(CUSTOMER, "FName", "FNumber like 'SDK-A_'")
        self.assertCountEqual(found, [["异步客户0号"], ["异步客户1号"], ["异步客户2号"]])

    def test_of_a_batch_the_good_ones_are_saved_and_the_bad_one_is_named(self):
        models = [customer("SDK-P0", "好客户"), customer("SDK-P0", "重号客户"), customer("SDK-P2", "也是好客户")]
        reply = self.sdk.BatchSave(CUSTOMER, {"Model": models})
        self.refused(reply)
        status = json.loads(reply)["Result"]["ResponseStatus"]
        self.assertEqual([one["DIndex"] for one in status["SuccessEntitys"]], [0, 2])
        self.assertEqual([one["DIndex"] for one in status["Errors"]], [1])


class AroundDocuments(Official):
    def test_an_order_is_pushed_into_a_delivery_notice(self):
        self.saved("SDK-ORD", "扬州运河船舶有限公司")
        self.audited(CUSTOMER, "SDK-ORD")
        [material, unit] = self.rows("BD_MATERIAL", "FNumber,FBaseUnitId.FNumber")[0]
        line = {"FMaterialId": {"FNumber": material}, "FUnitID": {"FNumber": unit}, "FQty": 10}
        model = {
            "FBillTypeID": {"FNUMBER": "XSDD01_SYS"},
            "FBillNo": "SDK-SO-1",
            "FDate": "2026-06-01",
            "FSaleOrgId": {"FNumber": KINGDEE["org_number"]},
            "FCustId": {"FNumber": "SDK-ORD"},
            "FSaleOrderFinance": {"FSettleCurrId": {"FNumber": "PRE001"}},
            "FSaleOrderEntry": [{**line, "FTaxPrice": 113, "FDeliveryDate": "2026-06-10"}],
        }
        self.done(self.sdk.Save(ORDER, {"Model": model}))
        self.audited(ORDER, "SDK-SO-1")
        push = {"Numbers": ["SDK-SO-1"], "RuleId": "SaleOrder-DeliveryNotice"}
        [made] = self.done(self.sdk.Push(ORDER, push))["ResponseStatus"]["SuccessEntitys"]
        notice = self.rows("SAL_DELIVERYNOTICE", "FQty,FCustomerID.FNumber", f"FID = {made['Id']}")
        self.assertEqual(notice, [[10, "SDK-ORD"]])

    def test_groups_are_saved_listed_and_deleted(self):
        group = {"GroupFieldKey": "", "GroupPkId": 0, "FParentId": 0, "FNumber": "SDK-G", "FName": "华东客户"}
        made = self.done(self.sdk.GroupSave(CUSTOMER, group))["Id"]
        ask = {"FormId": CUSTOMER, "GroupFieldKey": "", "GroupPkIds": str(made)}
        [found] = self.done(self.sdk.QueryGroupInfo(ask))["NeedReturnData"]
        self.assertIn("华东客户", found.values())
        self.done(self.sdk.GroupDelete(ask))
        self.assertFalse(json.loads(self.sdk.QueryGroupInfo(ask))["Result"].get("NeedReturnData"))

    def test_the_organisation_of_the_session_is_switched(self):
        self.allocated("SDK-SWITCH", "徐州淮海重工有限公司")
        contact = {"FName": "孙立军", "FCompanyType": CUSTOMER, "FCompany": {"FNumber": "SDK-SWITCH"}}
        for org in ("603", KINGDEE["org_number"]):
            self.done(self.sdk.SwitchOrg({"OrgNumber": org}))
            number = f"SDK-C{org}"
            self.done(self.sdk.Save("BD_CommonContact", {"Model": {**contact, "FNumber": number}}))
            here = f"FNumber = 'SDK-SWITCH' and FUseOrgId.FNumber = '{org}'"
            linked = self.rows("BD_CommonContact", "FCompany", f"FNumber = '{number}'")
            self.assertEqual(linked, self.rows(CUSTOMER, "FCUSTID", here), "its number is read in that organisation")
        self.refused(self.sdk.SwitchOrg({"OrgNumber": "no"}))

    def test_a_file_goes_up_in_chunks_and_comes_back_whole(self):
        bill = self.saved("SDK-FILE", "泰州医药城有限公司")
        content = ("销售合同第一条：" * 1000).encode()
        halves, file = (content[:9000], content[9000:]), ""
        for last, half in enumerate(halves):
            chunk = {
                "FileName": "销售合同.txt",
                "FormId": CUSTOMER,
                "IsLast": bool(last),
                "InterId": str(bill),
                "BillNO": "SDK-FILE",
                "FileId": file,
                "SendByte": base64.b64encode(half).decode(),
            }
            file = self.done(self.sdk.AttachmentUpload(chunk))["FileId"]
        part = self.done(self.sdk.AttachmentDownLoad({"FileId": file, "StartIndex": 0}))
        self.assertEqual((part["FileName"], part["IsLast"]), ("销售合同.txt", True))
        self.assertEqual(base64.b64decode(part["FilePart"]), content)


if __name__ == "__main__":
    kit.main()
