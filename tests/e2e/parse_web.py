#!/usr/bin/env python3
"""usage: parse_web.py DATELINE

What the web's small formats come out as on the command line: addresses, robots.txt, feeds; JSONL with a
bad line among good ones keeps its order and its ids."""
import json
import pathlib
import subprocess
import sys
import tempfile

DATELINE = sys.argv[1]


def run(*args, stdin="", code=0):
    done = subprocess.run([DATELINE, "parse", *args], input=stdin.encode(), capture_output=True)
    assert done.returncode == code, (args, done.returncode, done.stderr)
    return done.stdout.decode()


def lines(*args, stdin="", code=0):
    if isinstance(stdin, list):
        stdin = "".join(json.dumps(item) + "\n" for item in stdin)
    return [json.loads(line) for line in run(*args, stdin=stdin, code=code).splitlines()]


def urls():
    one, two = lines("url", "--base", "https://news.example/a/", "b?utm_source=x#top", "http://[1")
    assert one["href"] == "https://news.example/a/b?utm_source=x#top", one
    assert one["canonical"] == "https://news.example/a/b" and one["site"] == "news.example"
    assert two["error"]["kind"] == "bad-input" and "IPv6" in two["error"]["message"], two

    many = [{"id": "a", "url": "HTTP://B\u00fccher.example/\u00e4"}, {"id": "b", "url": 7}, {"id": 3, "url": "x", "base": "http://h/"}]
    got = lines("url", stdin=many)
    assert [line["id"] for line in got] == ["a", "b", "3"], got
    assert got[0]["href"] == "http://xn--bcher-kva.example/%C3%A4" and got[2]["href"] == "http://h/x"
    assert "error" in got[1]
    lines("url", "--strict", "-", stdin=many, code=1)
    run("url", "--nonsense", code=2)
    broken = lines("url", stdin='{"id": \nhttp://a/\n')
    assert broken[0]["error"]["where"] == "-:1" and broken[1]["href"] == "http://a/", broken


def robots(folder):
    path = pathlib.Path(folder, "robots.txt")
    path.write_text("User-agent: *\nDisallow: /a\nCrawl-delay: 2\n")
    assert run("robots", str(path), "--agent", "x", "--url", "https://n.example/a/b") == "deny\n"
    assert run("robots", str(path), "--agent", "x", "--url", "/b") == "allow\n"
    run("robots", str(path) + ".none", "--agent", "x", "--url", "/b", code=1)
    got = lines("robots", stdin=[{"id": "1", "robots": path.read_text(), "agent": "x", "url": "https://n.example/ab"}, {"id": "2"}])
    assert got[0] == {"id": "1", "allowed": False, "rule": "/a", "crawl_delay": 2.0}, got
    assert "error" in got[1]


with tempfile.TemporaryDirectory() as folder:
    urls()
    robots(folder)
