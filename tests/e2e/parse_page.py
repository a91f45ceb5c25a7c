#!/usr/bin/env python3
"""`dateline parse page` as other programs call it: one answer a line, in order, bad ones told.

usage: parse_page.py BINARY"""
import json
import os
import subprocess
import sys
import tempfile

BINARY = sys.argv[1]
TEXT = "".join("<p>The council said on Monday that bridge number %d would be closed for repairs until the spring, "
               "after an inspection found cracks in two of its pillars.</p>" % i for i in range(5))
PAGE = f"<html lang=en><title>Bridge closed | Post</title><h1>Bridge closed</h1><article>{TEXT}</article></html>"


def run(args, text=None):
    done = subprocess.run([BINARY, "parse", "page", *args], input=text, capture_output=True, text=True, timeout=60)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "a.html"), "w", encoding="utf8") as f:
        f.write(PAGE)
    with open(os.path.join(folder, "old.html"), "wb") as f:
        f.write(b"<meta charset=windows-1251>" + ("<p>Мост закрыт на ремонт, сообщили в мэрии города. " * 9).encode("cp1251"))
    with open(os.path.join(folder, "big.html"), "wb") as f:
        f.write(b"<p>" + b"x" * (9 << 20))
    lines = [{"id": "one", "html": PAGE, "url": "https://post.example/bridge"},
             {"id": "two", "file": "a.html"}, {"id": "three", "file": "none.html"}, {"id": "four"},
             {"id": "five", "file": "big.html"}, {"id": "six", "file": "old.html"}]
    jsonl = os.path.join(folder, "pages.jsonl")
    with open(jsonl, "w", encoding="utf8") as f:
        f.write("\n".join(map(json.dumps, lines)) + "\nnot json\n{\"id\": \"cut\", \"html\": \"<p>\n"
                + json.dumps({"id": "last", "html": PAGE}) + "\n")
    code, answers = run([jsonl])
    assert code == 0, code
    assert [a["id"] for a in answers] == ["one", "two", "three", "four", "five", "six", "7", "cut", "last"], answers
    bad = {a["id"]: a["error"] for a in answers if "error" in a}
    assert set(bad) == {"three", "four", "five", "7", "cut"}, bad
    assert bad["five"]["kind"] == "too-big" and bad["three"]["where"].endswith("pages.jsonl:3"), bad
    one = answers[0]
    assert one["title"] == "Bridge closed" and one["language"] == "en", one
    assert one["canonical_url"] == "https://post.example/bridge" and one["publisher"]["host"] == "post.example", one
    assert one["text"].count("\n\n") == 4 and one["text"] == answers[1]["text"] == answers[-1]["text"], one
    assert answers[5]["text"].startswith("Мост закрыт") and answers[5]["language"] == "ru", answers[5]
    assert run([jsonl, "--strict"])[0] == 1
    code, answers = run([os.path.join(folder, "a.html"), "--url", "https://post.example/x"])
    assert code == 0 and answers[0]["url"] == "https://post.example/x", answers
    explained = subprocess.run([BINARY, "parse", "page", "--explain", os.path.join(folder, "a.html")],
                               capture_output=True, text=True, timeout=60).stdout
    assert explained.count("\nkeep") == 6 or explained.count("\nkeep") == 5, explained
    assert run(["-"], json.dumps(lines[0]) + "\n")[1][0]["id"] == "one"
    assert run(["--nonsense"])[0] == 2
print("ok")
