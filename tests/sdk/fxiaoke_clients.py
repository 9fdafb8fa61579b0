"""Fxiaoke through `fxiaoke-python` and `crm-cli`, two clients that others wrote.

Both hard-code the gateway's host; it is redirected and nothing else. Neither has all that is called here:
`fxiaoke-python` sends what it has no name for through its own `Request` and `FxiaokeApi.call`.
"""

import unittest

import kit
from fxiaoke.api import FxiaokeApi, Request
from fxiaoke.baseObj import baseObj
from src.describe import DescribeClient
from src.fxiaoke_auth import TokenManager
from src.query import LeadQueryClient

SYSTEM = "fxiaoke"
FXIAOKE = kit.connection(SYSTEM)
APP = (FXIAOKE["app_id"], FXIAOKE["app_secret"], FXIAOKE["permanent_code"])

kit.redirect("https://open.fxiaoke.com", FXIAOKE["base_url"])


def operator():
    """The administrator's id, as every public client finds it: by mobile number."""
    manager = TokenManager(*APP, FXIAOKE["admin_mobile"])
    return manager.get_auth_headers()["currentOpenUserId"]


class Python(unittest.TestCase):
    """`fxiaoke-python`."""

    def setUp(self):
        self.admin = operator()
        FxiaokeApi.init(*APP, open_user_id=self.admin)
        self.accounts = baseObj(dataObjectApiName="AccountObj")

    def act(self, action, data):
        """An action on records that the client has no method for."""
        return Request("data", "POST", action).add_param("data", data).execute()

    def account(self, name, **more):
        return self.accounts.create({"name": name, "owner": [self.admin], **more})["dataId"]

    def named(self, name):
        filters = [{"field_name": "name", "field_values": [name], "operator": "EQ"}]
        return list(self.accounts.query(filters=filters))

    def test_the_objects_of_the_tenant_are_listed(self):
        listed = Request("object", "POST", "list").execute()["objects"]
        names = {one["describeApiName"]: one["describeDisplayName"] for one in listed}
        self.assertEqual((names["AccountObj"], names["ContactObj"]), ("客户", "联系人"))

    def test_an_object_is_described_with_its_options(self):
        described = self.accounts.describe()["describe"]
        self.assertEqual((described["api_name"], described["label"]), ("AccountObj", "客户"))
        fields = described["fields"]
        self.assertIs(fields["name"]["is_required"], True)
        levels = {option["value"]: option["label"] for option in fields["account_level"]["options"]}
        self.assertEqual(levels["1"], "重点客户")

    def test_a_customer_is_created_read_changed_and_found(self):
        name = "苏州恒达精密机械有限公司（“一级”代理）"
        number = self.account(name, tel="0512-66668888", credit_limit__c="50000.50", remark="每月对账\n月底开票")
        record = self.accounts.get(number)
        self.assertEqual((record["_id"], record["name"], record["life_status"]), (number, name, "normal"))
        self.assertEqual(record["credit_limit__c"], "50000.50", "amounts are texts and exact")
        self.act("update", {"object_data": {"dataObjectApiName": "AccountObj", "_id": number, "tel": "0512-1"}})
        [found] = self.named(name)
        self.assertEqual((found["tel"], found["remark"]), ("0512-1", "每月对账\n月底开票"))
        self.assertEqual(int(found["version"]), int(record["version"]) + 1)

    def test_a_customer_is_voided_and_no_longer_found(self):
        number = self.account("无锡太湖渔具有限公司")
        self.act("invalid", {"object_data_id": number, "dataObjectApiName": "AccountObj"})
        self.assertEqual(self.named("无锡太湖渔具有限公司"), [])
        self.assertEqual(self.accounts.get(number)["life_status"], "invalid")

    def test_filters_are_all_held(self):
        for level, remark in [("1", "甲"), ("1", "乙"), ("2", "甲")]:
            self.account(f"条件客户{level}{remark}", account_level=level, remark=remark)
        filters = [
            {"field_name": "name", "field_values": ["条件客户"], "operator": "LIKE"},
            {"field_name": "account_level", "field_values": ["1"], "operator": "EQ"},
            {"field_name": "remark", "field_values": ["乙", "丙"], "operator": "IN"},
        ]
        self.assertEqual([one["name"] for one in self.accounts.query(filters=filters)], ["条件客户1乙"])

    def test_its_cursor_walks_past_the_first_page(self):
        orders = [{"fieldName": "_id", "isAsc": True}]
        cursor = self.accounts.query(orders=orders, fieldProjection=["_id", "name"], limit=50)
        walked = [one["_id"] for one in cursor]
        self.assertGreater(len(walked), 100, "three pages at least")
        self.assertEqual(len(walked), cursor.total())
        self.assertEqual(walked, sorted(set(walked)), "in order, and none twice")

    def test_contacts_refer_to_their_customer(self):
        account = self.account("镇江香醋酿造有限公司")
        contact = baseObj().create(
            {"name": "王建国", "mobile1": "13812345678", "account_id": account, "owner": [self.admin]},
            dataObjectApiName="ContactObj",
        )
        record = baseObj().get(contact["dataId"], "ContactObj")
        self.assertEqual((record["account_id"], record["account_id__r"]), (account, "镇江香醋酿造有限公司"))

    def test_a_custom_object_goes_by_its_own_path(self):
        account = self.account("连云港花果山旅游有限公司")
        visits = baseObj(dataObjectApiName="object_7Kd2m__c")
        visit = {"name": "年度回访", "account__c": account, "score__c": "4.5", "owner": [self.admin]}
        number = visits.create(visit)["dataId"]
        filters = [{"field_name": "account__c", "field_values": [account], "operator": "EQ"}]
        [found] = visits.query(filters=filters)
        self.assertEqual((found["_id"], found["name"], found["score__c"]), (number, "年度回访", "4.5"))

    def test_what_the_crm_refuses_is_the_clients_own_error(self):
        with self.assertRaisesRegex(RuntimeError, "必填字段未填写：客户名称"):
            self.accounts.create({"owner": [self.admin]})
        with self.assertRaisesRegex(RuntimeError, "20012"):
            FxiaokeApi.init(*APP, open_user_id="FSUID_" + "0" * 32)
            baseObj().query("AccountObj", limit=1)


class Cli(unittest.TestCase):
    """`crm-cli`."""

    def setUp(self):
        self.manager = TokenManager(*APP, FXIAOKE["admin_mobile"])

    def test_a_token_and_the_person_of_a_mobile_number_are_got(self):
        headers = self.manager.get_auth_headers()
        self.assertTrue(headers["corpAccessToken"])
        self.assertRegex(headers["currentOpenUserId"], "^FSUID_")
        again = TokenManager(*APP).get_corp_access_token()
        self.assertEqual(again, headers["corpAccessToken"], "the same token while it lives")

    def test_a_mobile_number_of_nobody_gives_nobody(self):
        manager = TokenManager(*APP, "13000000000")
        self.assertIsNone(manager.get_auth_headers()["currentOpenUserId"])

    def test_a_wrong_secret_gives_no_token(self):
        self.assertIsNone(TokenManager(APP[0], "0" * 32, APP[2]).get_corp_access_token())

    def test_an_object_is_described(self):
        described = DescribeClient(self.manager).describe_object("LeadsObj")
        self.assertEqual(described.label, "销售线索")
        options = {option.value: option.label for option in described.fields["biz_status"].options}
        self.assertEqual(options["un_assigned"], "未分配")

    def test_a_lead_is_found_by_mail_through_the_custom_path(self):
        lead = {"name": "陈晓明", "company": "青岛崂山饮品有限公司", "email": "chen@example.com"}
        made = kit.control(SYSTEM, "LeadsObj", lead)
        found = LeadQueryClient(self.manager).query_by_email("chen@example.com")
        self.assertEqual((found.lead_id, found.company), (made["dataId"], "青岛崂山饮品有限公司"))
        self.assertIsNone(LeadQueryClient(self.manager).query_by_email("nobody@example.com"))


if __name__ == "__main__":
    kit.main()
