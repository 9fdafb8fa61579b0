"""K/3 Cloud through a client of the plainest kind: the standard library, JSON and a cookie jar.

It does what the seed article's PHP class does: `ValidateUser` once, the cookies kept, then the other operations with
the cookies alone. It signs in in the other ways too, and sends the older shapes of a body.
"""

import hashlib
import http.cookiejar
import json
import time
import unittest
import urllib.parse
import urllib.request

import kit

SYSTEM = "kingdee-k3cloud"
KINGDEE = kit.connection(SYSTEM)
SERVICES = "Kingdee.BOS.WebApi.ServicesStub"
CUSTOMER = "BD_Customer"


class Client:
    """A base address and a jar of cookies."""

    def __init__(self, base=KINGDEE["base_url"]):
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        direct = urllib.request.ProxyHandler({})
        self.opener = urllib.request.build_opener(direct, urllib.request.HTTPCookieProcessor(self.jar))

    def send(self, service, body, kind="application/json", headers=None):
        url = f"{self.base}/{SERVICES}.{service}.common.kdsvc"
        headers = {"Content-Type": kind, **(headers or {})}
        with self.opener.open(urllib.request.Request(url, body.encode(), headers), timeout=30) as reply:
            return json.load(reply)

    def post(self, service, body, **more):
        return self.send(service, json.dumps(body), **more)

    def sign_in(self, **changes):
        """The article's own `ValidateUser`: `acctid` in small letters, as it writes it."""
        known = {**KINGDEE, **changes}
        body = {"acctid": known["acct_id"], "username": known["username"], "password": known["password"]}
        return self.post("AuthService.ValidateUser", {**body, "lcid": known["lcid"]})

    def call(self, operation, body, **more):
        return self.post(f"DynamicFormService.{operation}", body, **more)

    def cookies(self):
        return {cookie.name: cookie.value for cookie in self.jar}


def login_by_sign(user, secret, timestamp):
    """The parameters of LoginBySign: the five texts are sorted, joined and hashed."""
    texts = [KINGDEE["acct_id"], user, KINGDEE["app_id"], secret, timestamp]
    sign = hashlib.sha256("".join(sorted(texts)).encode()).hexdigest()
    return [KINGDEE["acct_id"], user, KINGDEE["app_id"], timestamp, sign, KINGDEE["lcid"]]


def article_packet(number):
    """The article's `$customerdata`: only the form and the model, every option left to the server."""
    path = kit.ROOT / "crates/sandbox/tests/it/kingdee/customer_packet.json"
    model = json.loads(path.read_text(encoding="utf-8"))
    return {"formid": CUSTOMER, "data": {"Model": {**model, "FNumber": number, "FCustTypeId": {"FNumber": ""}}}}


class SignIn(unittest.TestCase):
    def test_a_password_gives_the_session_in_the_body_and_in_two_cookies(self):
        client = Client()
        reply = client.sign_in()
        self.assertEqual(reply["LoginResultType"], 1, reply)
        cookies = client.cookies()
        self.assertEqual(cookies["kdservice-sessionid"], reply["KDSVCSessionId"])
        self.assertEqual(cookies["ASP.NET_SessionId"], reply["Context"]["SessionId"])

    def test_a_wrong_password_gives_none(self):
        client = Client()
        reply = client.sign_in(password="错误的密码")
        self.assertEqual((reply["LoginResultType"], reply["KDSVCSessionId"]), (0, None))
        [[lost]] = client.call("ExecuteBillQuery", {"data": {"FormId": CUSTOMER, "FieldKeys": "FNumber"}})
        self.assertEqual(lost["Result"]["ResponseStatus"]["MsgCode"], 1)

    def test_a_signature_signs_in(self):
        client = Client()
        now = str(int(time.time()))
        good = login_by_sign(KINGDEE["username"], KINGDEE["app_secret"], now)
        reply = client.post("AuthService.LoginBySign", {"parameters": good})
        self.assertEqual(reply["LoginResultType"], 1, reply)
        rows = client.call("ExecuteBillQuery", {"data": {"FormId": "BD_Currency", "FieldKeys": "FNumber"}})
        self.assertIn(["PRE001"], rows)

    def test_a_signature_with_another_secret_does_not(self):
        bad = login_by_sign(KINGDEE["username"], "0" * 32, str(int(time.time())))
        reply = Client().post("AuthService.LoginBySign", {"parameters": bad})
        self.assertNotEqual(reply["LoginResultType"], 1, reply)

    def test_the_secret_of_the_application_signs_in(self):
        names = ("acct_id", "username", "app_id", "app_secret", "lcid")
        reply = Client().post("AuthService.LoginByAppSecret", {"parameters": [KINGDEE[name] for name in names]})
        self.assertEqual(reply["LoginResultType"], 1, reply)


class Operations(unittest.TestCase):
    def setUp(self):
        self.client = Client()
        self.assertEqual(self.client.sign_in()["LoginResultType"], 1)

    def name_of(self, number):
        data = {"FormId": CUSTOMER, "FieldKeys": "FName", "FilterString": f"FNumber = '{number}'"}
        return self.client.call("ExecuteBillQuery", {"data": data})

    def done(self, reply):
        self.assertIs(reply["Result"]["ResponseStatus"]["IsSuccess"], True, f"the ERP refused: {reply}")
        return reply["Result"]

    def test_the_articles_packet_is_saved_with_the_cookies_alone(self):
        self.done(self.client.call("Save", article_packet("PHP-1")))
        for step in ("Submit", "Audit"):
            self.done(self.client.call(step, {"formid": CUSTOMER, "data": {"Numbers": ["PHP-1"]}}))
        self.assertEqual(self.name_of("PHP-1"), [["苏州恒达精密机械有限公司"]])

    def test_the_session_header_alone_is_enough(self):
        session = self.client.cookies()["kdservice-sessionid"]
        other = Client()
        body = {"data": {"FormId": "BD_Currency", "FieldKeys": "FNumber", "FilterString": "FNumber = 'PRE001'"}}
        rows = other.call("ExecuteBillQuery", body, headers={"kdservice-sessionid": session})
        self.assertEqual(rows, [["PRE001"]])

    def test_every_shape_of_a_body_is_read(self):
        def model(number):
            return article_packet(number)["data"]

        text = json.dumps(model("BODY-TEXT"), ensure_ascii=False)
        self.done(self.client.call("Save", {"formid": CUSTOMER, "data": text}))
        listed = {"parameters": [CUSTOMER, json.dumps(model("BODY-LIST"))]}
        self.done(self.client.call("save", listed))
        envelope = {"format": 1, "useragent": "ApiClient", "rid": "1", "timestamp": "2026-06-01 09:00:00", "v": "1.0"}
        envelope["parameters"] = json.dumps([CUSTOMER, json.dumps(model("BODY-ENVELOPE"))])
        self.done(self.client.call("Save", envelope))
        form = urllib.parse.urlencode({"formid": CUSTOMER, "data": json.dumps(model("BODY-FORM"))})
        reply = self.client.send("DynamicFormService.Save", form, kind="application/x-www-form-urlencoded")
        self.done(reply)
        for number in ("BODY-TEXT", "BODY-LIST", "BODY-ENVELOPE", "BODY-FORM"):
            self.assertEqual(self.name_of(number), [["苏州恒达精密机械有限公司"]], number)

    def test_the_path_is_read_whatever_its_case(self):
        client = Client(KINGDEE["base_url"].replace("/k3cloud", "/K3Cloud"))
        client.sign_in()
        body = {"data": {"FormId": "BD_Currency", "FieldKeys": "COUNT(1)"}}
        self.assertEqual(client.call("executebillquery", body), [[2]])

    def test_a_session_that_ended_is_told_and_a_second_sign_in_helps(self):
        kit.control(SYSTEM, "forget_sessions", {})
        reply = self.client.call("Save", article_packet("PHP-2"))
        self.assertEqual(reply["Result"]["ResponseStatus"]["MsgCode"], 1)
        self.client.sign_in()
        self.assertEqual(self.name_of("PHP-2"), [], "nothing was saved without a session")
        self.done(self.client.call("Save", article_packet("PHP-2")))


if __name__ == "__main__":
    kit.main()
