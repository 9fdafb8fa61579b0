"""DingTalk through `dingtalk-sdk`, which many use, and through `alibabacloud-dingtalk`, the vendor's own.

`dingtalk-sdk` hard-codes two hosts, of the old family and of the older platform door that it sends notices through;
these two are redirected and nothing else. The vendor's SDK is pointed at the stand-in by its configuration alone.
"""

import unittest
from urllib.parse import urlsplit

import kit
from alibabacloud_dingtalk.contact_1_0 import models as contact
from alibabacloud_dingtalk.contact_1_0.client import Client as Contacts
from alibabacloud_dingtalk.oauth2_1_0 import models as oauth
from alibabacloud_dingtalk.oauth2_1_0.client import Client as OAuth
from alibabacloud_tea_openapi.models import Config
from alibabacloud_tea_util.models import RuntimeOptions
from dingtalk.client import AppKeyClient
from dingtalk.core.exceptions import DingTalkClientException
from dingtalk.model.message import MarkdownBody, TextBody
from Tea.exceptions import TeaException

SYSTEM = "dingtalk"
DINGTALK = kit.connection(SYSTEM)
AGENT = DINGTALK["agent_id"]

for host in ("https://oapi.dingtalk.com", "https://eco.taobao.com"):
    kit.redirect(host, DINGTALK["base_url"])


def third_party(secret=DINGTALK["app_secret"]):
    return AppKeyClient("ding-corp", DINGTALK["app_key"], secret)


def people():
    """Everybody on DingTalk, seen from inside."""
    return kit.control(SYSTEM, "users")


def last_notice():
    return kit.control(SYSTEM, "messages")[-1]


class ThirdParty(unittest.TestCase):
    """`dingtalk-sdk`."""

    def setUp(self):
        self.client = third_party()
        self.person = people()[1]

    def test_a_token_is_got_once_and_kept(self):
        token = self.client.access_token
        self.assertTrue(token)
        self.assertEqual(third_party().access_token, token, "the same token while it lives")

    def test_a_wrong_secret_is_the_sdks_own_error(self):
        with self.assertRaises(DingTalkClientException) as caught:
            third_party("0" * 64).access_token
        self.assertEqual((caught.exception.errcode, caught.exception.errmsg), (40096, "不合法的appKey或appSecret"))

    def test_a_token_that_died_is_got_again(self):
        self.client.user.get(self.person["userid"])
        kit.control(SYSTEM, "forget_tokens", {})
        self.assertEqual(self.client.user.get(self.person["userid"])["name"], self.person["name"])

    def test_a_person_is_found_by_mobile_in_both_generations(self):
        mobile = {"mobile": self.person["mobile"]}
        self.assertEqual(self.client.get("/user/get_by_mobile", mobile)["userid"], self.person["userid"])
        answer = self.client.post("/topapi/v2/user/getbymobile", mobile)
        self.assertEqual(answer["result"]["userid"], self.person["userid"])

    def test_a_mobile_of_nobody_is_told(self):
        with self.assertRaises(DingTalkClientException) as caught:
            self.client.post("/topapi/v2/user/getbymobile", {"mobile": "13000000000"})
        self.assertEqual(caught.exception.errcode, 60121)

    def test_departments_and_their_people_are_listed(self):
        known = {one["dept_id"]: one["name"] for one in kit.control(SYSTEM, "departments")}
        departments = {one["id"]: one["name"] for one in self.client.department.list()}
        self.assertEqual({number: departments.get(number) for number in known}, known)
        below = self.client.post("/topapi/v2/department/listsub", {"dept_id": 1})["result"]
        self.assertEqual({one["dept_id"] for one in below}, set(known))
        department = self.client.user.get(self.person["userid"])["department"][0]
        listed = self.client.user.simple_list(department)["userlist"]
        self.assertIn(self.person["userid"], [one["userid"] for one in listed])

    def test_a_notice_is_sent_and_followed_up(self):
        body = TextBody("客户 KH000001 苏州恒达精密机械有限公司 已同步到金蝶")
        task = self.client.message.asyncsend_v2(body, AGENT, userid_list=[self.person["userid"]])
        self.assertEqual(last_notice()["message"]["text"]["content"], body.content)
        progress = self.client.message.getsendprogress(AGENT, task)
        self.assertIn(progress["status"], (0, 1, 2))
        result = self.client.message.getsendresult(AGENT, task)
        self.assertEqual(result["invalid_user_id_list"], [])

    def test_a_notice_to_nobody_known_is_accepted_and_told_afterwards(self):
        answer = self.client.post(
            "/topapi/message/corpconversation/asyncsend_v2",
            {
                "agent_id": AGENT,
                "userid_list": "ghost",
                "msg": {"msgtype": "text", "text": {"content": "没有人收到"}},
            },
        )
        task = {"agent_id": AGENT, "task_id": answer["task_id"]}
        result = self.client.post("/topapi/message/corpconversation/getsendresult", task)["send_result"]
        self.assertEqual(result["invalid_user_id_list"], ["ghost"])

    def test_a_markdown_notice_is_recalled(self):
        body = MarkdownBody(title="新客户", text="# 新客户\n* 编号：KH000002")
        task = self.client.message.asyncsend_v2(body, AGENT, userid_list=self.person["userid"])
        self.assertEqual(last_notice()["message"]["markdown"]["title"], "新客户")
        self.client.message.recall(AGENT, task)

    def test_a_wrong_agent_is_refused(self):
        with self.assertRaises(DingTalkClientException) as caught:
            self.client.message.asyncsend_v2(TextBody("不应送达"), 1, userid_list=[self.person["userid"]])
        self.assertEqual(caught.exception.errcode, 40056)


class Vendor(unittest.TestCase):
    """`alibabacloud-dingtalk`: the new family."""

    def setUp(self):
        self.config = Config(protocol="http", endpoint=urlsplit(DINGTALK["api_base_url"]).netloc)

    def token(self, secret=DINGTALK["app_secret"]):
        asked = oauth.GetAccessTokenRequest(app_key=DINGTALK["app_key"], app_secret=secret)
        return OAuth(self.config).get_access_token(asked).body

    def search(self, token, word):
        headers = contact.SearchUserHeaders(x_acs_dingtalk_access_token=token)
        asked = contact.SearchUserRequest(query_word=word, offset=0, size=10)
        return Contacts(self.config).search_user_with_options(asked, headers, RuntimeOptions()).body

    def test_one_token_opens_both_families(self):
        got = self.token()
        self.assertTrue(0 < got.expire_in <= 7200, got.expire_in)
        self.assertEqual(third_party().access_token, got.access_token)

    def test_a_wrong_secret_is_the_sdks_own_error(self):
        with self.assertRaises(TeaException) as caught:
            self.token("0" * 64)
        self.assertEqual(caught.exception.code, "invalidClientIdOrSecret")

    def test_people_are_searched_by_their_chinese_names(self):
        person = people()[2]
        found = self.search(self.token().access_token, person["name"])
        self.assertIn(person["userid"], found.list)

    def test_a_wrong_token_is_the_sdks_own_error(self):
        with self.assertRaises(TeaException) as caught:
            self.search("no-token", "张")
        self.assertEqual(caught.exception.code, "InvalidAuthentication")


if __name__ == "__main__":
    kit.main()
