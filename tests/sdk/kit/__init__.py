"""What the scripts share: where the sandbox listens, its control paths, and how a script ends."""

import contextlib
import json
import logging
import os
import sys
import unittest
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

# A rate of the fault dial.
ALWAYS = 1_000_000

# Everything here is on this machine: no proxy of the surroundings has a part in it.
for name in list(os.environ):
    if name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
        del os.environ[name]

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def connection(system):
    """What a client must know to reach `system`: the members of the sandbox's line of JSON."""
    line = os.environ.get("QIAO_SANDBOX")
    if not line:
        sys.exit(
            "QIAO_SANDBOX is not set. Run `cargo xtask test`, or start "
            "`qiao sandbox --separate-ports --json` and put the line it prints there."
        )
    return json.loads(line)["systems"][system]


def control(system, path, body=None):
    """Reads below `/_sandbox/<system>/`, or changes there when a body is given."""
    return _ask(system, f"{system}/{path}", body)


@contextlib.contextmanager
def faults(system, **dial):
    """Turns the fault dial of a system for as long as the block lasts; rates are per million calls."""
    _ask(system, f"faults/{system}", dial)
    try:
        yield
    finally:
        _ask(system, f"faults/{system}", {})


def _ask(system, path, body):
    url = urllib.parse.urljoin(connection(system)["base_url"], f"/_sandbox/{path}")
    data = None if body is None else json.dumps(body).encode()
    with _DIRECT.open(urllib.request.Request(url, data=data), timeout=30) as reply:
        return json.load(reply)


def redirect(host, base):
    """Sends to `base` what clients that use `requests` send to `host`, which they hard-code.

    The scheme and the host are all that changes: path, query, headers and body stay as the client wrote them.
    """
    import requests

    send = requests.Session.send

    def redirected(session, request, **options):
        if request.url.startswith(host):
            request.url = base + request.url[len(host) :]
        return send(session, request, **options)

    requests.Session.send = redirected


class _Result(unittest.TextTestResult):
    """Counts what passed: a class that cannot be set up fails without having run a test."""

    passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def main():
    """Runs the tests of the script that was started and ends the process: 0 only when all of them passed."""
    logging.disable(logging.CRITICAL)
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stderr.reconfigure(encoding="utf-8")
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = unittest.TextTestRunner(verbosity=2, warnings="ignore", resultclass=_Result).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    print(f"{result.passed} passed, {failed} failed")
    sys.exit(1 if failed or not result.passed else 0)
