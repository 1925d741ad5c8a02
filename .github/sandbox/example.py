"""A test of a program that posts, against the sandbox, by what every language has: HTTP and JSON.

    xapi sandbox --addr 127.0.0.1:8080
    SANDBOX=http://127.0.0.1:8080 python3 example.py
"""

import json
import os
import urllib.error
import urllib.parse
import urllib.request

SANDBOX = os.environ.get("SANDBOX", "http://127.0.0.1:8080")


def call(method, url, body=None, headers=None):
    """Sends a request and returns the status and the answer, parsed where it is JSON."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": "application/json", **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            status, raw = answer.status, answer.read()
    except urllib.error.HTTPError as failed:
        status, raw = failed.code, failed.read()
    try:
        return status, json.loads(raw)
    except ValueError:
        return status, raw


def control(method, path, body=None):
    """Has the sandbox do something, or asks it something: GET /sandbox/api/ lists what there is."""
    status, answer = call(method, f"{SANDBOX}/sandbox/api{path}", body)
    if status >= 300:
        raise RuntimeError(f"{method} {path}: {answer}")
    return answer


def post(token, text):
    """The program under test: posts a text, and tries again where the API is unavailable."""
    for _ in range(3):
        status, answer = call("POST", f"{SANDBOX}/2/tweets", {"text": text}, {"Authorization": f"Bearer {token}"})
        if status != 503:
            break
    if status != 201:
        raise RuntimeError(f"{status}: {answer}")
    return answer["data"]["id"]


control("POST", "/reset")
token = control("POST", "/tokens", {"username": "ada", "scopes": ["tweet.read", "tweet.write", "users.read"], "lifetime": "2h"})["access_token"]

# The first call fails, the second one works.
control("POST", "/faults", {"operation": "createPosts", "when": {"times": 1}, "do": {"answer": "unavailable"}})
post_id = post(token, "hello from Python")

# What was sent, with bodies.
wanted = urllib.parse.quote(json.dumps({"text": "hello from Python"}))
sent = control("GET", f"/requests?operation=createPosts&body={wanted}")
assert [request["status"] for request in sent["requests"]] == [503, 201], sent
first = control("GET", "/timeline?made=true")["posts"][0]
assert (first["id"], first["author"]["username"]) == (post_id, "ada"), first

# An answer of one's own, held against the contract.
control("PUT", "/stubs/getUsersMe", {"body": {"data": {"id": "12", "name": "Ada", "username": "ada_l"}}, "times": 1})
_, me = call("GET", f"{SANDBOX}/2/users/me", headers={"Authorization": f"Bearer {token}"})
assert me["data"]["username"] == "ada_l", me

# Two hours later the token has expired.
control("POST", "/clock", {"advance": "2h"})
try:
    post(token, "too late")
except RuntimeError as refused:
    assert str(refused).startswith("401"), refused
else:
    raise AssertionError("the token still works")

control("DELETE", "/faults")
print("all as it should be")
