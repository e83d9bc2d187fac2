"""Asks a Guicheng server one thing and prints the answer in a few lines; standard library only.

    python docs/examples/ask.py sign-in E0147                      asks for the password, unless $PASSWORD_E0147 is set
    python docs/examples/ask.py E0147 do requisition/submit-requisition '{"department": "D10", …}'
    python docs/examples/ask.py E0147 see what_waits_for_me subject reason due_at
    python docs/examples/ask.py E0147 attach photograph.jpg image/jpeg
    python docs/examples/ask.py number                             the number of the subject last begun

The server is $URL, else http://127.0.0.1:8000. Tokens are kept in the folder .tutorial, readable to you alone.
"""

import getpass
import json
import os
import pathlib
import sys
import urllib.error
import urllib.request

URL = os.environ.get("URL", "http://127.0.0.1:8000")
KEPT = pathlib.Path(".tutorial")


def ask(method, path, body=None, employee=None, media_type="application/json"):
    """The answer as JSON; a refusal or another problem is an answer too."""
    headers = {"Content-Type": media_type, "Accept-Language": os.environ.get("LANGUAGE_TAG", "en")}
    if employee:
        headers["Authorization"] = "Bearer " + (KEPT / employee).read_text()
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    request = urllib.request.Request(URL + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as problem:
        return json.load(problem)


def sign_in(employee):
    """Keep a token for ``employee``."""
    password = os.environ.get(f"PASSWORD_{employee}") or getpass.getpass(f"Password of {employee}: ")
    answer = ask("POST", "/session", {"user": employee, "password": password})
    if "token" not in answer:
        return show(answer)
    KEPT.mkdir(mode=0o700, exist_ok=True)
    (KEPT / employee).touch(mode=0o600)
    (KEPT / employee).write_text(answer["token"])
    me = ask("GET", "/session", employee=employee)
    roles = ", ".join(f"{role['role']} {role['zh']}" for role in me["roles"]) or "employee 员工"
    print(f"{employee} {me['name']} of {me['department']}: {roles}")


def show(answer):
    """A problem with its rule and what to do, or the events that came of a command with their rulings."""
    if "status" in answer and "remedy" in answer:
        rule = f"{answer['rule']} (clause {answer['clause']})" if answer.get("rule") else answer["title"]
        print(f"{answer['status']} {rule}: {answer['detail']}")
        for error in answer.get("errors") or ():
            print(f"    {error['field']}: {error['message']}")
        print(f"  → {answer['remedy']}")
        return
    for event in answer["events"]:
        print(f"{event['subject']} v{event['version']} {event['type']} {event['name']}")
        for basis in event["basis"]:
            print(f"    {basis['clause']} @{basis['policy']} {basis['rule']}: {basis['outcome']}")
    (KEPT / "number").write_text(answer["id"])
    (KEPT / "position").write_text(str(answer["position"]))


def see(employee, view, *columns):
    """Rows of a view: the columns named, the filters given as column=value."""
    filters = "&".join(each for each in columns if "=" in each)
    if (KEPT / "position").exists():  # wait until the view has read what was last done
        filters += "&min_position=" + (KEPT / "position").read_text()
    names = [each for each in columns if "=" not in each]
    answer = ask("GET", f"/api/views/{view}?{filters}", employee=employee)
    if "rows" not in answer:
        return show(answer)
    print(f"{answer['title']}: {len(answer['rows'])}")
    for row in answer["rows"]:
        print("    " + " | ".join("–" if row[name] is None else str(row[name]) for name in names))


def main(arguments):
    """Does what the first words say."""
    match arguments:
        case ["sign-in", employee]:
            sign_in(employee)
        case ["number"]:
            print((KEPT / "number").read_text())
        case [employee, "do", path, *body]:
            show(ask("POST", f"/api/{path}", json.loads(body[0] if body else "{}"), employee))
        case [employee, "see", view, *columns]:
            see(employee, view, *columns)
        case [employee, "attach", file, media_type]:
            content = pathlib.Path(file).read_bytes()
            print(ask("POST", "/api/attachments", content, employee, media_type)["sha256"])
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
