"""The faults of the dial as published clients see them: each must reach the caller as the client's own error.

And what the caller cannot see must be so all the same: a write whose answer is lost has been done.
"""

import json
import unittest

import kit
import requests
from dingtalk_clients import AGENT, people, third_party
from dingtalk.core.exceptions import DingTalkClientException
from dingtalk.model.message import TextBody
from fxiaoke.api import FxiaokeApi
from fxiaoke.baseObj import baseObj
from fxiaoke_clients import APP, operator
from kingdee_official import CUSTOMER, customer, official


class Kingdee(unittest.TestCase):
    """`kingdee.cdp.webapi.sdk`."""

    SYSTEM = "kingdee-k3cloud"

    def setUp(self):
        self.sdk = official()

    def save(self, number):
        return self.sdk.Save(CUSTOMER, {"Model": customer(number, "故障客户")})

    def is_there(self, number):
        query = {"FormId": CUSTOMER, "FieldKeys": "FNumber", "FilterString": f"FNumber = '{number}'"}
        return json.loads(self.sdk.ExecuteBillQuery(query)) == [[number]]

    def refused(self, reply):
        status = json.loads(reply)["Result"]["ResponseStatus"]
        self.assertIs(status["IsSuccess"], False, reply)
        return status["MsgCode"], status["Errors"][0]["Message"]

    def test_a_gateway_that_refuses_is_the_sdks_own_error_and_nothing_is_done(self):
        with kit.faults(self.SYSTEM, refused=kit.ALWAYS), self.assertRaisesRegex(RuntimeError, "502"):
            self.save("BAD-1")
        self.assertFalse(self.is_there("BAD-1"))

    def test_an_answer_that_is_lost_was_given_to_what_was_done(self):
        with kit.faults(self.SYSTEM, answer_lost=kit.ALWAYS), self.assertRaises(requests.ConnectionError):
            self.save("BAD-2")
        self.assertTrue(self.is_there("BAD-2"))

    def test_an_answer_that_is_cut_off_was_given_to_what_was_done(self):
        with kit.faults(self.SYSTEM, truncated=kit.ALWAYS), self.assertRaises(requests.RequestException):
            self.save("BAD-3")
        self.assertTrue(self.is_there("BAD-3"))

    def test_a_document_that_a_person_edits_is_locked(self):
        self.save("BAD-4")
        with kit.faults(self.SYSTEM, locked=kit.ALWAYS):
            code, message = self.refused(self.sdk.Submit(CUSTOMER, {"Numbers": ["BAD-4"]}))
        self.assertEqual(code, 0)
        self.assertIn("冲突，请稍候再使用", message)

    def test_too_many_calls_are_told_by_code_14(self):
        with kit.faults(self.SYSTEM, throttled=kit.ALWAYS):
            code, _ = self.refused(self.save("BAD-5"))
        self.assertEqual(code, 14)
        self.assertFalse(self.is_there("BAD-5"))

    def test_a_session_lost_before_every_call_is_never_noticed(self):
        with kit.faults(self.SYSTEM, session_lost=kit.ALWAYS):
            self.assertIs(json.loads(self.save("BAD-6"))["Result"]["ResponseStatus"]["IsSuccess"], True)
            self.assertTrue(self.is_there("BAD-6"))

    def test_a_service_that_is_not_there_is_the_sdks_own_error(self):
        with self.assertRaisesRegex(RuntimeError, "未将对象引用设置到对象的实例"):
            self.sdk.Execute("Kingdee.BOS.WebApi.ServicesStub.NoSuchService.Do", {})


class Fxiaoke(unittest.TestCase):
    """`fxiaoke-python`."""

    SYSTEM = "fxiaoke"

    def setUp(self):
        self.admin = operator()
        FxiaokeApi.init(*APP, open_user_id=self.admin)
        self.accounts = baseObj(dataObjectApiName="AccountObj")
        self.accounts.query(limit=1)

    def create(self, name):
        return self.accounts.create({"name": name, "owner": [self.admin]})

    def count(self, name):
        filters = [{"field_name": "name", "field_values": [name], "operator": "EQ"}]
        return len(list(self.accounts.query(filters=filters)))

    def test_too_many_calls_are_told_by_code(self):
        with kit.faults(self.SYSTEM, throttled=kit.ALWAYS), self.assertRaisesRegex(RuntimeError, "30004"):
            self.create("频次客户")
        self.assertEqual(self.count("频次客户"), 0)

    def test_a_time_out_of_the_service_came_after_the_record(self):
        with kit.faults(self.SYSTEM, timed_out=kit.ALWAYS), self.assertRaisesRegex(RuntimeError, "50009"):
            self.create("超时客户")
        self.assertEqual(self.count("超时客户"), 1)

    def test_an_answer_that_is_lost_was_given_to_what_was_done(self):
        with kit.faults(self.SYSTEM, answer_lost=kit.ALWAYS), self.assertRaises(requests.ConnectionError):
            self.create("失联客户")
        self.assertEqual(self.count("失联客户"), 1)


class DingTalk(unittest.TestCase):
    """`dingtalk-sdk`."""

    SYSTEM = "dingtalk"

    def setUp(self):
        self.client = third_party()
        self.person = people()[1]["userid"]

    def test_too_many_calls_are_the_sdks_own_error(self):
        self.client.access_token
        with kit.faults(self.SYSTEM, throttled=kit.ALWAYS), self.assertRaises(DingTalkClientException) as caught:
            self.client.post("/topapi/v2/user/get", {"userid": self.person})
        self.assertEqual(caught.exception.errcode, 88)

    def test_a_notice_whose_answer_is_lost_was_sent_once(self):
        self.client.access_token
        text = "这条通知的回答丢失了"
        with kit.faults(self.SYSTEM, answer_lost=kit.ALWAYS), self.assertRaises(requests.ConnectionError):
            self.client.message.asyncsend_v2(TextBody(text), AGENT, userid_list=[self.person])
        texts = [one["message"].get("text", {}).get("content") for one in kit.control(self.SYSTEM, "messages")]
        self.assertEqual(texts.count(text), 1)


if __name__ == "__main__":
    kit.main()
