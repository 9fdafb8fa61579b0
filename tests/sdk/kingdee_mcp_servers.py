"""K/3 Cloud through two clients that others wrote and use against live systems, both unchanged.

`kingdee-mcp` has its own HTTP client: a password, the session in a hand-written cookie, queries as a form,
writes with `data` as text, `ExecuteOperation` in the right spelling. `kingdee-k3cloud-mcp` wraps Kingdee's SDK and
pages with `TopRowCount`. Both are pointed at the stand-in by their variables; their tools are called as functions.
"""

import base64
import json
import os
import tempfile
import unittest

import kit

KINGDEE = kit.connection("kingdee-k3cloud")
CUSTOMER = "BD_Customer"
FOLDER = tempfile.TemporaryDirectory()

os.environ |= {
    "KINGDEE_SERVER_URL": KINGDEE["base_url"],
    "KINGDEE_ACCT_ID": KINGDEE["acct_id"],
    "KINGDEE_USERNAME": KINGDEE["username"],
    "KINGDEE_PASSWORD": KINGDEE["password"],
    "KINGDEE_METADATA_CACHE_DIR": FOLDER.name,
    "MCP_USAGE_LOG_DIR": FOLDER.name,
    "KD_SERVER_URL": KINGDEE["base_url"],
    "KD_ACCT_ID": KINGDEE["acct_id"],
    "KD_USERNAME": KINGDEE["username"],
    "KD_APP_ID": KINGDEE["app_id"],
    "KD_APP_SEC": KINGDEE["app_secret"],
    "KD_ORG_NUM": KINGDEE["org_number"],
}

from kingdee_k3cloud_mcp import server as wrapped  # noqa: E402  (both read their variables when imported)
from kingdee_mcp import server as own  # noqa: E402


def customer(number, name):
    org = {"FNumber": KINGDEE["org_number"]}
    model = {"FNumber": number, "FName": name, "FCreateOrgId": org, "FUseOrgId": org}
    return {**model, "FTRADINGCURRID": {"FNumber": "PRE001"}}


class KingdeeMcp(unittest.IsolatedAsyncioTestCase):
    """`kingdee-mcp`."""

    async def ask(self, tool, parameters):
        return json.loads(await tool(parameters))

    async def done(self, tool, parameters):
        answer = await self.ask(tool, parameters)
        self.assertIs(answer.get("success"), True, f"{tool.__name__}: {answer}")
        return answer

    async def created(self, number, name):
        parameters = own.CreateAndAuditInput(form_id=CUSTOMER, model=customer(number, name))
        return str((await self.done(own.kingdee_create_and_audit, parameters))["fid"])

    async def value(self, key, number):
        query = own.QueryInput(
            form_id=CUSTOMER, field_keys=key, filter_string=f"FNumber = '{number}'", order_string="FNumber ASC"
        )
        return (await self.ask(own.kingdee_query_bills, query))["data"][0][0]

    async def test_a_customer_is_created_audited_and_viewed(self):
        bill = await self.created("MCP-1", "杭州西湖软件有限公司")
        self.assertEqual(await self.value("FDocumentStatus", "MCP-1"), "C")
        view = await self.ask(own.kingdee_view_bill, own.ViewInput(form_id=CUSTOMER, bill_id=bill, mode="full"))
        self.assertIn({"Key": 2052, "Value": "杭州西湖软件有限公司"}, view["Result"]["Result"]["Name"])

    async def test_a_customer_is_forbidden_and_enabled(self):
        bill = await self.created("MCP-2", "嘉兴南湖食品有限公司")
        one = own.ExecuteActionInput(form_id=CUSTOMER, bill_ids=[bill])
        await self.done(own.kingdee_forbid_bills, one)
        self.assertEqual(await self.value("FForbidStatus", "MCP-2"), "B")
        await self.done(own.kingdee_enable_bills, one)
        self.assertEqual(await self.value("FForbidStatus", "MCP-2"), "A")

    async def test_a_customer_goes_the_way_back_and_is_deleted(self):
        bill = await self.created("MCP-3", "湖州太湖丝绸有限公司")
        bills = own.BillIdsInput(form_id=CUSTOMER, bill_ids=[bill])
        await self.done(own.kingdee_unaudit_bills, bills)
        await self.done(own.kingdee_submit_bills, bills)
        await self.done(own.kingdee_cancel_bills, own.ExecuteActionInput(form_id=CUSTOMER, bill_ids=[bill]))
        self.assertEqual(await self.value("FDocumentStatus", "MCP-3"), "D")
        await self.done(own.kingdee_delete_bills, bills)

    async def test_a_mistake_is_told_in_the_erps_words(self):
        await self.created("MCP-4", "金华火腿食品有限公司")
        again = own.SaveInput(form_id=CUSTOMER, model=customer("MCP-4", "重号客户"))
        answer = await self.ask(own.kingdee_save_bill, again)
        self.assertIs(answer["success"], False)
        self.assertIn("[MCP-4]在当前系统中已经被使用", answer["errors"][0]["raw_message"])

    async def test_its_own_lists_are_filled(self):
        materials = await self.ask(own.kingdee_query_materials, own.MaterialQueryInput())
        self.assertEqual(materials["count"], 20)
        stock = await self.ask(own.kingdee_query_inventory, own.InventoryQueryInput())
        self.assertGreater(stock["data"][0][3], 0, "the base quantity of what is in stock")

    async def test_the_fields_of_a_form_are_read_from_its_metadata(self):
        fields = await self.ask(own.kingdee_get_fields, own.FieldQueryInput(form_id=CUSTOMER))
        # The head only: it takes for an entry what has no parent, and the stand-in names the head as the parent.
        known = fields["metadata"]
        self.assertIn("FName", known["main_required_fields"])
        self.assertIn({"name": "FName", "caption": "客户名称", "must": True}, known["main_fields"])
        self.assertEqual(known["entries"]["FT_BD_CUSTBANK"]["caption"], "银行信息")

    async def test_a_file_goes_up_and_comes_back(self):
        bill = await self.created("MCP-5", "台州黄岩模具有限公司")
        content = base64.b64encode("营业执照".encode()).decode()
        upload = own.AttachmentUploadInput(
            form_id=CUSTOMER, bill_id=bill, bill_no="MCP-5", file_name="执照.txt", send_byte=content
        )
        file = (await self.done(own.kingdee_upload_attachment, upload))["file_id"]
        answer = await self.done(own.kingdee_download_attachment, own.AttachmentDownloadInput(file_id=file))
        self.assertEqual((answer["file_name"], answer["file_part"]), ("执照.txt", content))

    async def test_a_session_that_ended_is_opened_again(self):
        await self.value("COUNT(1)", "MCP-0")
        kit.control("kingdee-k3cloud", "forget_sessions", {})
        await self.created("MCP-6", "衢州江山水泥有限公司")


class KingdeeK3CloudMcp(unittest.TestCase):
    """`kingdee-k3cloud-mcp`."""

    @classmethod
    def setUpClass(cls):
        wrapped.setup()

    def done(self, answer):
        result = json.loads(answer)["Result"]
        self.assertIs(result["ResponseStatus"]["IsSuccess"], True, answer)
        return result

    def test_a_customer_is_saved_submitted_audited_and_viewed(self):
        model = json.dumps(customer("K3M-1", "福州闽江造纸有限公司"))
        self.done(wrapped.save_bill(CUSTOMER, model))
        self.done(wrapped.submit_bill(CUSTOMER, numbers="K3M-1"))
        self.done(wrapped.audit_bill(CUSTOMER, numbers="K3M-1"))
        viewed = json.loads(wrapped.view_bill(CUSTOMER, number="K3M-1"))["Result"]["Result"]
        self.assertEqual(viewed["DocumentStatus"], "C")
        self.done(wrapped.execute_operation(CUSTOMER, "Forbid", numbers="K3M-1"))

    def test_it_pages_with_the_last_row_as_top_row_count(self):
        whole = json.loads(wrapped.query_bill_all("BD_MATERIAL", "FNumber", order_string="FNumber ASC"))
        paged = json.loads(
            wrapped.query_bill_all("BD_MATERIAL", "FNumber", order_string="FNumber ASC", page_size=7)
        )
        self.assertGreater(len(whole["rows"]), 14)
        self.assertEqual(paged["rows"], whole["rows"])
        second = json.loads(
            wrapped.query_bill_json("BD_MATERIAL", "FNumber", order_string="FNumber ASC", top_count=7, start_row=7)
        )
        self.assertEqual(second["rows"], whole["rows"][7:14])
        self.assertIs(second["truncated"], True)

    def test_a_wrong_secret_is_diagnosed_as_one(self):
        secret = wrapped.api_sdk.identify.AppSecret
        try:
            wrapped.api_sdk.identify.AppSecret = "0" * 32
            wrapped.api_sdk.cookiesStore.SID = ""
            wrapped.api_sdk.cookiesStore.cookies.clear()
            answer = json.loads(wrapped.query_bill(CUSTOMER, "FNumber"))
        finally:
            wrapped.api_sdk.identify.AppSecret = secret
        self.assertEqual(answer["error"], wrapped.AUTH_ERROR_KEY)


if __name__ == "__main__":
    kit.main()
