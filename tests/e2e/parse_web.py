#!/usr/bin/env python3
"""usage: parse_web.py DATELINE

What the web's small formats come out as on the command line: addresses, robots.txt, feeds; JSONL with a
bad line among good ones keeps its order and its ids."""
import gzip
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


def feeds(folder):
    path = pathlib.Path(folder, "feed.xml")
    path.write_bytes("<?xml version='1.0' encoding='iso-8859-15'?><rss version='2.0'><channel><title>Caf\u00e9 \u20ac</title><item><link>/1</link>"
                     "<description>&lt;p onclick=x&gt;one</description></item></channel></rss>".encode("iso-8859-15"))
    (got,) = lines("feed", str(path), "--url", "https://n.example/rss")
    assert got["format"] == "rss20" and got["encoding"] == "iso-8859-15" and not got["bozo"], got
    assert got["feed"]["title"] == "Caf\u00e9 \u20ac", got
    (entry,) = got["entries"]
    assert entry["link"] == "https://n.example/1" and entry["summary"] == "<p>one</p>"
    assert entry["title"] == "one" and entry["derived"] == ["title"], "unknown is absent, or said to be ours"

    packed = pathlib.Path(folder, "sitemap.xml.gz")
    site = b"<urlset><url><loc>https://n.example/1</loc></url></urlset>"
    packed.write_bytes(gzip.compress(site[:20]) + gzip.compress(site[20:]))
    (got,) = lines("feed", str(packed))
    assert got["format"] == "sitemap" and got["entries"][0]["link"] == "https://n.example/1", got
    packed.write_bytes(gzip.compress(b" " * (40 << 20)))
    (got,) = lines("feed", str(packed))
    assert got["error"]["kind"] == "too-big", got

    many = pathlib.Path(folder, "many.jsonl")
    items = [{"id": "a", "file": "feed.xml"}, {"id": "b", "file": "none.xml"}, {"id": "c", "text": "<html>"},
             {"id": "d", "text": "<rss><channel><title>&lt;script&gt;x</title></channel></rss>"},
             {"id": "e", "text": "<feed><title type='text'>a &lt;b&gt;</title></feed>", "url": "https://n.example/"}]
    many.write_text("".join(json.dumps(item) + "\n" for item in items))
    got = lines("feed", str(many))
    assert [line["id"] for line in got] == list("abcde"), got
    assert got[1]["error"]["where"].endswith("many.jsonl:2") and "web page" in got[2]["error"]["message"], got
    assert got[4]["feed"]["title"] == "a &lt;b>", "nothing in a text can be taken for a tag"
    lines("feed", "--strict", str(many), code=1)


with tempfile.TemporaryDirectory() as folder:
    urls()
    feeds(folder)
    robots(folder)
