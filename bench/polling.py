#!/usr/bin/env python3
"""Whether one poller keeps its times over thousands of feeds, some on hosts that never answer.

usage: polling.py BINARY [--feeds N] [--interval S] [--intervals N] [--stuck SHARE] [--fresh SHARE] [--dir DIR]

Serves N feeds, each on a host of its own (127.x.y.z), from tests/web; a share of the hosts takes
connections and never answers, a share of the polls finds a new item. Polls them every S seconds for
N intervals after the first poll of each, and takes from the server's own log how much later than S
after the one before each poll came."""
import argparse, asyncio, os, re, resource, shutil, signal, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "web"))
from web import Web, answer, feed

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("binary")
ap.add_argument("--feeds", type=int, default=5000)
ap.add_argument("--interval", type=float, default=300)
ap.add_argument("--intervals", type=float, default=2)
ap.add_argument("--stuck", type=float, default=0.01)
ap.add_argument("--fresh", type=float, default=0.2)
ap.add_argument("--dir")
o = ap.parse_args()
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
top = o.dir or tempfile.mkdtemp(prefix="bench_feeds.")
polls = [[] for _ in range(o.feeds)]
issue = [0] * o.feeds
TEXT = "Police arrested {0} people in Nairobi on Tuesday, a spokesman said. " * 6


async def serve(request, writer):
    _, b, c, d = map(int, request.host.split(":")[0].split("."))
    n = (b - 1) * 62500 + c * 250 + d - 1
    if n % 1000 < o.stuck * 1000:
        await asyncio.sleep(3600)
    polls[n].append(request.time)
    if (n * 31 + len(polls[n]) * 17) % 1000 < o.fresh * 1000 or len(polls[n]) == 1:
        issue[n] += 1
    etag = f'"{issue[n]}"'
    if request.headers.get("if-none-match") == etag:
        await answer(writer, 304, b"", {"ETag": etag}, close=True)
    else:
        items = [(f"{n}-{i}", f"Item {i} of {n}", TEXT.format(i), f"http://site{n}.example/{i}")
                 for i in range(issue[n], max(0, issue[n] - 15), -1)]
        await answer(writer, 200, feed(items).encode(), {"ETag": etag, "Content-Type": "application/rss+xml"}, close=True)
    writer.close()


web = Web()
web.keep_log = False
web.fallback = serve
urls = [f"http://127.{1 + n // 62500}.{n // 250 % 250}.{n % 250 + 1}:{web.port}/feed" for n in range(o.feeds)]
with open(os.path.join(top, "feeds.opml"), "w") as file:
    file.write("<opml><body>" + "".join(f'<outline xmlUrl="{u}"/>' for u in urls) + "</body></opml>")
seconds = str(int(o.interval))
command = [o.binary, "--dir", os.path.join(top, "data"), "-o", "fetch.allow=127.0.0.0/8"]
for key in ("interval", "interval_min", "interval_max"):
    command += ["-o", f"feeds.{key}_s={seconds}"]
command += ["produce", "feeds", "--opml", os.path.join(top, "feeds.opml")]
process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
time.sleep(o.interval * (o.intervals + 1) + 5)
process.send_signal(signal.SIGTERM)
err = process.stderr.read()
_, status, usage = os.wait4(process.pid, 0)
late = sorted(max(0.0, b - a - o.interval) for p in polls for a, b in zip(p, p[1:]))
done = dict(re.findall(r"(\w+)=(\d+)", err.split("feeds polled")[-1]))
p = lambda share: late[min(len(late) - 1, int(len(late) * share))] if late else float("nan")
well = sum(1 for n in range(o.feeds) if n % 1000 >= o.stuck * 1000)
print("| feeds | interval s | stuck | polls | polls/feed | late p50 s | p99 s | max s | articles | CPU s | CPU of a core | RSS MiB |")
print("|---|---|---|---|---|---|---|---|---|---|---|---|")
wall = o.interval * (o.intervals + 1) + 5
cpu = usage.ru_utime + usage.ru_stime
print(f"| {o.feeds} | {seconds} | {o.feeds - well} | {sum(map(len, polls))} | {sum(map(len, polls)) / well:.2f} | {p(.5):.2f} "
      f"| {p(.99):.2f} | {p(1):.2f} | {done.get('articles')} | {cpu:.1f} | {cpu / wall:.1%} | {usage.ru_maxrss / 1024:.0f} |")
if not o.dir:
    shutil.rmtree(top)
sys.exit(os.waitstatus_to_exitcode(status))
