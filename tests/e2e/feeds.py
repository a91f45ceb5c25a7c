#!/usr/bin/env python3
"""The poller against the project's own web: what it sends, what it survives, where it does not connect to.

usage: feeds.py BINARY REBIND_LIBRARY [PART…]     parts: items faults guard polite stop pages"""
import json, os, re, shutil, signal, subprocess, sys, tempfile, threading, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "web"))
import web as tests_web
from web import Web, bomb, cut, drip, endless, endless_headers, feed, redirect, silent, status

BINARY, REBIND = sys.argv[1:3]
PARTS = sys.argv[3:] or ["items", "faults", "guard", "polite", "stop", "pages"]
top = tempfile.mkdtemp(prefix="feeds.")
failures = []


def check(what, ok, detail=""):
    if not ok:
        failures.append(what)
        print("FAILED", what, detail)


class Poller:
    """One folder with feeds and a log."""

    def __init__(self, name, *options, allow="127.0.0.0/8"):
        self.dir = os.path.join(top, name)
        self.options = ["--dir", self.dir, "-o", "fetch.allow=" + allow, "-o", "feeds.host_gap_ms=0", *options]

    def run(self, *words, env=None, timeout=60, wrap=()):
        done = subprocess.run([*wrap, BINARY, *self.options, *words], capture_output=True, text=True, timeout=timeout,
                              env={**os.environ, **(env or {})})
        self.err = done.stderr
        return done

    def once(self, *words, **how):
        done = self.run("produce", "feeds", "--once", *words, **how)
        check("exit 0", done.returncode == 0, done.stderr)
        self.counts = dict(re.findall(r"(\w+)=(\d+)", done.stderr.split("feeds polled")[-1]))
        return int(self.counts.get("articles", -1))

    def start(self, *words):
        return subprocess.Popen([BINARY, *self.options, "-q", "produce", "feeds", *words])

    def health(self):
        lines = self.run("feeds", "health", "--json").stdout.splitlines()
        return {f["url"]: f for f in map(json.loads, lines)}

    def why(self, url):
        return self.health().get(url, {}).get("why", "")

    def reports(self):
        """id -> report, after a worker has had everything; the log's own count must agree."""
        nothing = os.path.join(top, "nothing.jsonl")
        open(nothing, "w").close()
        self.run("-q", "run", "--once", nothing, timeout=120)
        with open(os.path.join(self.dir, "reports.ndjson")) as lines:
            return [json.loads(line) for line in lines]

    def audit(self):
        done = self.run("audit")
        return done.returncode, dict(re.findall(r"^ *(\w+) +(\d+)", done.stdout, re.M))


def item(n, text=None, **more):
    return {"guid": f"g{n}", "title": f"Title {n}", "link": f"http://news.example/{n}",
            "text": text or f"Police arrested {n + 2} people in Nairobi on Tuesday.", **more}


def items():
    web = Web()
    poller = Poller("items")
    web.put("/feed", feed([item(n) for n in range(5)]))
    url = web.url("/feed")
    check("all of a new feed", poller.once(url) == 5)
    check("nothing twice", poller.once() == 0 and poller.counts["unchanged"] == "1", poller.counts)
    asked = web.asked("/feed")[-1].headers
    check("both validators", asked.get("if-none-match", "").startswith('W/"') and asked.get("if-modified-since"), asked)
    check("gzip, br, zstd", asked["accept-encoding"] == "gzip, br, zstd")
    web.put("/feed", feed([item(n) for n in (3, 1, 0, 4, 2)]))
    check("another order", poller.once() == 0, poller.counts)
    web.put("/feed", feed([item(n) for n in (6, 5, 4, 3)], title="Another title"), encode="gzip")
    check("two new ones", poller.once() == 2, poller.counts)
    web.put("/feed", feed([item(6), item(5, "Police arrested 90 people in Nairobi on Tuesday."), item(4)]))
    check("one edited", poller.once() == 1, poller.counts)
    web.put("/feed", feed([item(0), item(5, "Police arrested 90 people in Nairobi on Tuesday."), item(6)]))
    check("one that came back", poller.once() == 0, poller.counts)
    web.put("/feed", feed([dict(item(0), guid="other"), item(6)]))
    check("another guid, the same link", poller.once() == 0, poller.counts)
    web.put("/feed", feed([dict(item(6), link="http://news.example/six"), item(0)]))
    check("another link, the same guid", poller.once() == 0, poller.counts)
    web.put("/feed", feed([dict(item(6), link="http://news.example/6?utm_source=rss"), item(0)]))
    check("tracking", poller.once() == 0, poller.counts)
    web.put("/other", feed([item(0), item(6), item(7)]))
    check("the same in another feed", poller.once(web.url("/other")) == 1, poller.counts)
    web.put("/live", feed([{"guid": f"l{n}", "title": f"Live {n}", "text": f"At {n} o'clock. {n} dead.",
                            "link": "http://news.example/live"} for n in range(3)]))
    check("several with one link", poller.once(web.url("/live")) == 3, poller.counts)
    check("and they stay", poller.once() == 0, poller.counts)
    web.put("/bare", feed([{"title": f"Bare {n}", "text": f"{n} people were arrested."} for n in range(3)]))
    check("neither guid nor link", poller.once(web.url("/bare")) == 3, poller.counts)
    check("and they stay", poller.once() == 0, poller.counts)
    reports = poller.reports()
    ids = [r["id"] for r in reports]
    check("a report each, and one version more", len(reports) == 5 + 2 + 1 + 1 + 3 + 3 and len(set(ids)) == 14,
          (len(reports), len(set(ids))))
    check("what it says", any(r["title"] == "Title 3" and r["url"] == "http://news.example/3" and
                              r["publisher"]["host"] == "news.example" for r in reports))
    code, counts = poller.audit()
    check("audit", code == 0 and counts["repeats"] == "0", counts)
    listed = poller.run("feeds", "list").stdout
    check("list", listed.count("\n") == 4 and url in listed, listed)
    opml = poller.run("feeds", "export").stdout
    with open(os.path.join(top, "x.opml"), "w") as file:
        file.write(opml)
    second = Poller("imported")
    second.run("feeds", "import", os.path.join(top, "x.opml"))
    check("OPML there and back", second.run("feeds", "export").stdout == opml)
    check("remove", second.run("feeds", "remove", url).returncode == 0 and second.run("feeds", "remove", url).returncode == 1)
    check("removed", url not in second.run("feeds", "list").stdout)
    check("an address that is none", second.run("feeds", "add", "ftp://x/").returncode == 1)
    check("no scheme", second.run("feeds", "add", "news.example/feed").returncode == 0
          and "http://news.example/feed" in second.run("feeds", "list").stdout)


def faults():
    web = Web()
    poller = Poller("faults", "-o", "fetch.stall_s=1", "-o", "fetch.total_ms=4000", "-o", "fetch.connect_ms=1000",
                    "-o", "fetch.bytes=2000000")
    good = feed([item(n) for n in range(3)])
    web.put("/good", good)
    for n in range(3):
        web.at(f"/chain{n}", redirect(f"/chain{n + 1}"))
    web.put("/chain3", feed([item(n) for n in range(10, 13)]))
    web.at("/temporary", redirect("/aim", 302))
    web.put("/aim", feed([item(n) for n in range(20, 23)]))
    web.at("/half", redirect("/half2", 301))
    web.at("/half2", redirect("/half3", 307))
    web.put("/half3", feed([item(n) for n in range(30, 33)]))
    expect = {
        "/403": (status(403), "403"), "/404": (status(404), "404"), "/500": (status(500), "500"),
        "/410": (status(410), "410 Gone"), "/429": (status(429), "429"),
        "/loop": (redirect("/loop"), "redirects"), "/file": (redirect("file:///etc/passwd"), "http"),
        "/silent": (silent, "slow"), "/drip": (drip, "slow"), "/cut": (cut(good.encode()), ""),
        "/endless": (endless, "more than 2000000 bytes"), "/headers": (endless_headers, "headers"),
        "/bomb": (bomb(), "times its size|more than 2000000"), "/empty": (tests_web.Page(b""), ""),
        "/html": (tests_web.Page("<html><body>nothing</body></html>", kind="text/html"), ""),
        "/broken-gzip": (tests_web.Page(b"not gzip", headers={"Content-Encoding": "gzip"}), ""),
        "/nowhere": (redirect("http://[::bad"), "redirect"),
    }
    for number, (path, (handler, _)) in enumerate(expect.items()):
        web.at(path, handler)
    urls = [web.url(p) for p in ("/good", "/chain0", "/temporary", "/half")]
    urls += [web.url(path, f"127.0.1.{n + 1}") for n, path in enumerate(expect)]
    urls += [f"http://127.0.2.1:{1}/refused", "http://name.invalid/feed"]
    started = time.time()
    count = poller.once(*urls, timeout=50)
    check("good ones are not held up", count == 12, poller.counts)
    check("and all ends in time", time.time() - started < 20, time.time() - started)
    health = poller.health()
    for n, (path, (_, words)) in enumerate(expect.items()):
        row = health[web.url(path, f"127.0.1.{n + 1}")]
        check(path, row["status"] in ("failing", "stopped") and re.search(words, row.get("why", "")), row)
    check("gone is gone", health[web.url("/410", "127.0.1.4")]["status"] == "stopped", health[web.url("/410", "127.0.1.4")])
    check("moved for good", web.url("/chain3") in health and health[web.url("/chain3")]["added_as"] == web.url("/chain0"), list(health))
    check("not moved", web.url("/temporary") in health)
    check("half moved", web.url("/half2") in health)
    text = poller.run("feeds", "health").stdout
    check("a table", "failing" in text and "answered 403 Forbidden" in text, text)
    web.put("/403", good)
    before = len(web.asked("/410"))
    poller.once(timeout=50)
    check("back again", poller.health()[web.url("/403", "127.0.1.1")]["status"] == "ok")
    check("not asked again", len(web.asked("/410")) == before)


def guard():
    web = Web()
    good = feed([item(n) for n in range(3)])
    web.put("/feed", good)
    web.at("/to-loopback", redirect(web.url("/feed", "127.0.0.9")))
    web.at("/to-name", redirect(web.url("/feed", "localhost.test")))
    web.at("/to-metadata", redirect("http://169.254.169.254/latest/meta-data/"))
    web.at("/to-mapped", redirect(f"http://[::ffff:127.0.0.9]:{web.port}/feed"))
    web.at("/to-decimal", redirect(f"http://2130706441:{web.port}/feed"))
    poller = Poller("guard", allow="127.0.0.1/32")
    rebind = {"LD_PRELOAD": REBIND, "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0",
              "REBIND": "rebind.test=127.0.0.1,127.0.0.9;both.test=127.0.0.9+127.0.0.1;inside.test=10.0.0.1;"
                        "localhost.test=127.0.0.9;six.test=::1;nat.test=64:ff9b::7f00:9"}
    urls = [web.url("/feed"), web.url("/feed", "127.0.0.9"), "http://10.1.2.3/feed", "http://192.168.0.1/feed",
            "http://[::1]/feed", "http://[fe80::1]/feed", f"http://[::ffff:7f00:9]:{web.port}/feed", "http://0/feed",
            "http://0x7f.1/feed", "http://[64:ff9b::a00:1]/feed", "http://[2002:7f00:1::]/feed",
            *[web.url(p) for p in ("/to-loopback", "/to-name", "/to-metadata", "/to-mapped", "/to-decimal")],
            *[web.url("/feed", name) for name in ("rebind.test", "both.test", "inside.test", "six.test", "nat.test")]]
    strace = shutil.which("strace") and not os.environ.get("DATELINE_NO_STRACE")
    trace = os.path.join(top, "connects")
    wrap = ("strace", "-f", "-qq", "-e", "trace=connect", "-o", trace) if strace else ()
    if strace and subprocess.run([*wrap, "true"], capture_output=True).returncode != 0:
        wrap, strace = (), False  # no tracing in this container
    for _ in range(3):
        poller.once(*urls, env=rebind, timeout=120, wrap=wrap)
        urls = []
        check("refused, and told", int(poller.counts["refused_sockets"]) > 10, poller.counts)
        if strace:
            connects = [line for line in open(trace) if "AF_INET" in line]
            addresses = {a for line in connects for a in re.findall(r'inet_addr\("([^"]+)"|inet_pton\(AF_INET6, "([^"]+)"', line)}
            opened = {four or six for four, six in addresses}
            check("sockets", len(connects) >= 1 and opened == {"127.0.0.1"}, opened)
    check("no connection either", web.addresses == {"127.0.0.1"}, web.addresses)
    health = poller.health()
    check("why", "loopback" in health[web.url("/feed", "127.0.0.9")]["why"], health[web.url("/feed", "127.0.0.9")])
    check("the allowed one", health[web.url("/feed")]["status"] == "ok")
    check("one good address of two", health[web.url("/feed", "both.test")]["status"] == "ok", health[web.url("/feed", "both.test")])
    check("private", "private" in health["http://10.1.2.3/feed"]["why"])
    check("nonsense is refused", poller.run("-o", "fetch.allow=nonsense", "produce", "feeds", "--once").returncode == 2)


def polite():
    web = Web()
    poller = Poller("polite", "-o", "feeds.host_gap_ms=300", "-o", "feeds.host_burst=1")
    for n in range(6):
        web.put(f"/f{n}", feed([item(n)]))
    web.put("/robots.txt", "User-agent: *\nDisallow: /secret\n", kind="text/plain")
    web.put("/secret/feed", feed([item(9)]))
    poller.once(*[web.url(f"/f{n}") for n in range(6)], web.url("/secret/feed"))
    check("robots.txt", "robots.txt forbids" in poller.why(web.url("/secret/feed")) and not web.asked("/secret/feed"))
    check("asked once", len(web.asked("/robots.txt")) == 1, len(web.asked("/robots.txt")))
    times = sorted(r.time for r in web.log)
    gaps = [b - a for a, b in zip(times, times[1:])]
    check("a pause between requests", min(gaps) > 0.2, gaps)
    check("says who it is", all(r.headers["user-agent"].startswith("dateline/") for r in web.log))
    for code, allowed in ((404, True), (403, True), (500, False), (503, False)):
        host = f"127.0.3.{code - 400 if code < 500 else code - 300}"
        robots = Poller(f"robots{code}")
        web.pages[(host, "/robots.txt")] = status(code)
        web.pages.pop("/robots.txt", None)
        web.put(f"/r{code}", feed([item(100 + code)]))
        check(f"robots.txt answered {code}", robots.once(web.url(f"/r{code}", host)) == (1 if allowed else 0), robots.counts)
    poller = Poller("busy")
    web.at("/busy", status(429, Retry_After="120"))
    web.put("/same-site", feed([item(50)]))
    poller.once(web.url("/busy", "127.0.4.1"))
    poller.once(web.url("/same-site", "127.0.4.1"))
    check("Retry-After holds for the site, over a restart", not web.asked("/same-site") and len(web.asked("/busy")) == 1,
          len(web.asked("/busy")))
    check("and is no failure of others", poller.health()[web.url("/same-site", "127.0.4.1")]["status"] == "new")


def stop():
    """Killed again and again while feeds change under it: each item once, each edit once."""
    web = Web()
    poller = Poller("stop", "-o", "feeds.interval_min_s=1", "-o", "feeds.interval_s=1", "-o", "feeds.interval_max_s=1",
                    "-o", "local.sync=normal")
    feeds, state, edits = 12, {}, {}
    urls = []
    for f in range(feeds):
        state[f] = [item(f * 1000 + n) for n in range(3)]
        web.put(f"/f{f}", feed(state[f]))
        urls.append(web.url(f"/f{f}", f"127.0.5.{f + 1}"))
    poller.run("feeds", "add", *urls)
    process = poller.start()
    for round in range(10):
        for f in range(feeds):
            new = item(f * 1000 + 3 + round)
            state[f] = ([new] + state[f])[:8] if round % 2 else (state[f] + [new])[-8:]
            if round % 3 == 1:
                old = dict(state[f][-1], text=f"Edited in round {round}: {f + 3} people died.")
                state[f][-1] = old
            web.put(f"/f{f}", feed(state[f]))
        time.sleep(0.35 + 0.13 * (round % 4))
        process.kill()
        process.wait()
        process = poller.start()
    time.sleep(2.5)
    process.send_signal(signal.SIGTERM)
    check("ends well", process.wait(timeout=10) == 0)
    poller.once()
    reports = poller.reports()
    found = {}
    for r in reports:
        found.setdefault(r["title"], []).append(r["text"])
    for f in range(feeds):
        for it in state[f]:
            check("nothing lost", it["title"] in found, it["title"])
            check("the last edit", any(it["text"] in t for t in found.get(it["title"], [])), it)
    code, counts = poller.audit()
    check("nothing twice", code == 0 and counts["repeats"] == "0", counts)
    check("no text twice", all(len(set(t)) == len(t) for t in found.values()))


def pages():
    web = Web()
    poller = Poller("pages")
    story = "".join(f"<p>Police arrested {n} people in Nairobi on Tuesday, a spokesman said in a long statement about it.</p>"
                    for n in range(12))
    page = "<html><head><title>T</title></head><body><nav><a href=/>Home</a></nav><article><h1>Story {}</h1>{}</article></body></html>"
    for n in range(4):
        web.put(f"/story/{n}", page.format(n, story), kind="text/html; charset=utf-8")
    web.at("/story/4", status(404))
    web.put("/feed", feed([{"guid": f"p{n}", "title": f"Story {n}", "text": "Short.", "link": web.url(f"/story/{n}")} for n in range(5)]))
    check("all of them", poller.once("--pages", web.url("/feed")) == 5, poller.counts)
    check("pages", poller.counts["pages"] == "5", poller.counts)
    check("not again", poller.once("--pages") == 0 and len(web.asked("/story/0")) == 1)
    texts = {r["title"]: r["text"] for r in poller.reports()}
    check("their text", all("Police arrested 11 people" in texts[f"Story {n}"] for n in range(4)), texts)
    check("no menu", "Home" not in texts["Story 0"])
    check("a page that is not there", "Short." in texts["Story 4"], texts)
    web.put("/", '<html><head><link rel="alternate" type="application/rss+xml" href="/found"></head><body>x</body></html>',
            kind="text/html")
    web.put("/found", feed([item(70)]))
    check("a page that names its feed", poller.once(web.url("/", "127.0.6.1")) == 1, poller.counts)
    health = poller.health()
    check("is kept under its feed", health.get(web.url("/found", "127.0.6.1"), {}).get("added_as") == web.url("/", "127.0.6.1"), list(health))
    for a, b in (("/x", "/y"), ("/y", "/x")):
        web.put(a, f'<html><link rel=alternate type="application/atom+xml" href="{b}">x', kind="text/html")
    check("pages that name each other", poller.once(web.url("/x", "127.0.6.2")) == 0 and len(web.asked("/x")) < 3)
    sitemap = ('<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">' +
               "".join(f"<url><loc>{web.url(f'/s/{n}', '127.0.7.1')}</loc><lastmod>{day}</lastmod></url>"
                       for n, day in ((1, time.strftime("%Y-%m-%d")), (2, "2001-01-01"))) + "</urlset>")
    for n in range(1, 4):
        web.put(f"/s/{n}", page.format(f"of a map {n}", story), kind="text/html")
    web.put("/sitemap.xml", sitemap, kind="application/xml")
    check("a sitemap's news", poller.once(web.url("/sitemap.xml", "127.0.7.1")) == 1, poller.counts)
    web.put("/sitemap.xml", sitemap.replace("<url>", f"<url><loc>{web.url('/s/3', '127.0.7.1')}</loc></url><url>", 1), kind="application/xml")
    check("and what is new in it", poller.once() == 1, poller.counts)


try:
    for part in PARTS:
        started = time.time()
        globals()[part]()
        print(f"{part}: {time.time() - started:.1f} s")
finally:
    shutil.rmtree(top, ignore_errors=True)
sys.exit(1 if failures else 0)
