#!/usr/bin/env python3
"""How long good pushes wait for their 202 while slow clients hang on the endpoint.

usage: push.py BINARY [--slow N] [--good N] [--per-second N] [--brokers B] [--dir DIR]

Starts `dateline produce push` on a fresh folder, opens N slow clients (half of them send a byte of
their head every 5 s, half a byte of their body), then sends good requests of one article each over
kept connections at a steady rate; prints percentiles of the time from the first byte sent to the
answer read, and the endpoint's CPU time. A slow client that was sent away comes back."""
import argparse, asyncio, json, os, resource, shutil, signal, subprocess, sys, tempfile, time

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("binary")
ap.add_argument("--slow", type=int, default=1000)
ap.add_argument("--good", type=int, default=3000)
ap.add_argument("--per-second", type=float, default=200)
ap.add_argument("--clients", type=int, default=20)
ap.add_argument("--brokers", help="Kafka instead of the embedded log")
ap.add_argument("--dir")
o = ap.parse_args()
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
top = o.dir or tempfile.mkdtemp(prefix="bench_push.")
where = ["-b", o.brokers] if o.brokers else []
if o.brokers:
    subprocess.run([o.binary, *where, "topics", "create"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
server = subprocess.Popen([o.binary, *where, "--dir", top, "produce", "push", "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE)
port = None
while port is None:
    line = server.stderr.readline().decode()
    if 'msg="listening"' in line:
        port = int(line.rsplit(":", 1)[1])
    elif not line:
        sys.exit("the server ended")
token = open(os.path.join(top, "push.tokens")).read().split()[-1]
HEAD = f"POST / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
TEXT = "Mexican police arrested 12 people in Tijuana on Tuesday, officials said. " * 40
open_now = 0


async def slow(number):
    global open_now
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            open_now += 1
            try:
                writer.write(b"POST / HT" if number % 2 else (HEAD + "Content-Length: 100000\r\n\r\n").encode())
                while not reader.at_eof():
                    writer.write(b"x")
                    await writer.drain()
                    try:
                        await asyncio.wait_for(reader.read(1000), 5)
                    except asyncio.TimeoutError:
                        pass
            finally:
                open_now -= 1
                writer.close()
        except OSError:
            pass
        await asyncio.sleep(0.1)


async def good(number, queue, took):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (i := await queue.get()) is not None:
        body = json.dumps({"id": f"g{i}", "title": "T", "text": TEXT}).encode()
        started = time.perf_counter()
        writer.write(HEAD.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int([l for l in head.split(b"\r\n") if l.lower().startswith(b"content-length")][0].split(b":")[1])
        await reader.readexactly(length)
        took.append((time.perf_counter() - started) * 1000)
        if not head.startswith(b"HTTP/1.1 202 "):
            sys.exit(f"not 202 but {head!r}")
    writer.close()


async def main():
    slow_ones = [asyncio.ensure_future(slow(n)) for n in range(o.slow)]
    while open_now < o.slow * 0.99:
        await asyncio.sleep(0.1)
    queue, took = asyncio.Queue(), []
    clients = [asyncio.ensure_future(good(n, queue, took)) for n in range(o.clients)]
    started = time.perf_counter()
    for i in range(o.good):
        await asyncio.sleep(max(0, started + i / o.per_second - time.perf_counter()))
        queue.put_nowait(i)
    for _ in clients:
        queue.put_nowait(None)
    await asyncio.gather(*clients)
    for s in slow_ones:
        s.cancel()
    took.sort()
    return took, time.perf_counter() - started


took, seconds = asyncio.run(main())
server.send_signal(signal.SIGTERM)
_, status, usage = os.wait4(server.pid, 0)
print("| slow clients | good requests | per second | p50 ms | p90 ms | p99 ms | max ms | CPU s |")
print("|---|---|---|---|---|---|---|---|")
p = lambda share: took[min(len(took) - 1, int(len(took) * share))]
print(f"| {o.slow} | {len(took)} | {len(took) / seconds:.0f} | {p(.5):.1f} | {p(.9):.1f} | {p(.99):.1f} | {took[-1]:.1f} "
      f"| {usage.ru_utime + usage.ru_stime:.2f} |")
if not o.dir:
    shutil.rmtree(top)
sys.exit(os.waitstatus_to_exitcode(status))
