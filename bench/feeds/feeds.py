#!/usr/bin/env python3
"""Feeds per CPU second: `dateline parse feed` beside feedparser, on the same made-up feeds, in one run.

usage: feeds.py BINARY [--feeds N] [--rounds R] [--files FOLDER]

The feeds are RSS with excerpts, RSS with whole articles, Atom, and tiny feeds of one item, N of each;
with --files every file of a folder is taken instead. CPU time is counted for the whole process of
dateline, its start included, over R rounds; feedparser is measured inside this one, once, after a
warm-up. Needs the package feedparser (pip install feedparser)."""
import argparse, glob, html, json, os, random, resource, subprocess, sys, tempfile, time

import feedparser

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("binary")
ap.add_argument("--feeds", type=int, default=20)
ap.add_argument("--rounds", type=int, default=20)
ap.add_argument("--files")
o = ap.parse_args()
rnd = random.Random(7)
WORDS = ("the of and to in a is that for it was on are as with his they at be this from have or by one had not but "
         "what all were when we there can your which their said minister police border talks harbour budget").split()


def words(count):
    return " ".join(rnd.choice(WORDS) for _ in range(count))


def paragraph(count):
    return f'<p>{words(count).capitalize()} <a href="/n/{rnd.randrange(9999)}?a=1&amp;b=2">{words(3)}</a> <em>{words(2)}</em> &#8217;s &amp; more.</p>'


def rss(items, paragraphs):
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
             'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">\n<channel>\n'
             f"<title>{words(3)}</title>\n<link>https://news.example/</link>\n<description>{words(8)}</description>\n"]
    for i in range(items):
        parts.append(f"<item>\n<title>{words(9)} &amp;#8216;{i}&amp;#8217;</title>\n<link>https://news.example/{i}/?utm_source=rss</link>\n"
                     f"<dc:creator><![CDATA[Jane Roe]]></dc:creator>\n<pubDate>Thu, 06 Feb 2025 {i % 24:02}:00:00 +0000</pubDate>\n"
                     f'<category>World</category>\n<guid isPermaLink="false">https://news.example/?p={i}</guid>\n'
                     f'<media:thumbnail url="https://img.example/{i}.jpg"/>\n<description><![CDATA[{paragraph(30)}]]></description>\n')
        if paragraphs:
            parts.append("<content:encoded><![CDATA[" + "".join(paragraph(60) for _ in range(paragraphs)) + "]]></content:encoded>\n")
        parts.append("</item>\n")
    return "".join(parts) + "</channel></rss>\n"


def atom(entries, paragraphs):
    parts = ['<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>' + words(3) +
             '</title><link href="https://a.example/"/><updated>2025-02-06T10:00:00Z</updated><id>urn:a</id>\n']
    for i in range(entries):
        body = html.escape("".join(paragraph(50) for _ in range(paragraphs)))
        parts.append(f'<entry><title type="html">{words(8)}</title><link href="https://a.example/{i}"/><id>tag:a.example,2025:{i}</id>'
                     f"<updated>2025-02-06T10:00:00Z</updated><author><name>J. Doe</name></author>"
                     f'<category term="world"/><content type="html">{body}</content></entry>\n')
    return "".join(parts) + "</feed>\n"


def made():
    kinds = [("rss, excerpts", lambda: rss(rnd.randint(15, 60), 0)), ("rss, articles", lambda: rss(rnd.randint(10, 40), 12)),
             ("atom", lambda: atom(30, 5)), ("one item", lambda: rss(1, 0))]
    return {name: [make().encode() for _ in range(o.feeds)] for name, make in kinds}


def of_folder(folder):
    return {folder: [open(path, "rb").read() for path in sorted(glob.glob(folder + "/**", recursive=True)) if os.path.isfile(path)]}


def cpu_of_peer(feeds):
    feedparser.parse(feeds[0])
    started = time.process_time()
    for feed in feeds:
        feedparser.parse(feed)
    return time.process_time() - started


def cpu_of_ours(feeds, folder):
    with open(os.path.join(folder, "in.jsonl"), "w", encoding="utf-8") as lines:
        for i, feed in enumerate(feeds):
            with open(os.path.join(folder, f"{i}.xml"), "wb") as file:
                file.write(feed)
        for _ in range(o.rounds):
            for i in range(len(feeds)):
                lines.write(json.dumps({"id": str(i), "file": f"{i}.xml", "url": "https://news.example/feed"}) + "\n")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([o.binary, "parse", "feed", os.path.join(folder, "in.jsonl")], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / o.rounds


sets = of_folder(o.files) if o.files else made()
print(f"{'feeds':<16}{'count':>6}{'KiB':>8}{'feedparser/s':>14}{'dateline/s':>12}{'times':>8}")
total_peer = total_ours = 0.0
for name, feeds in sets.items():
    with tempfile.TemporaryDirectory(prefix="bench_feeds.") as folder:
        peer, ours = cpu_of_peer(feeds), cpu_of_ours(feeds, folder)
    total_peer, total_ours = total_peer + peer, total_ours + ours
    size = sum(map(len, feeds)) / 1024
    print(f"{name:<16}{len(feeds):>6}{size:>8.0f}{len(feeds) / peer:>14.0f}{len(feeds) / ours:>12.0f}{peer / ours:>8.1f}")
print(f"{'all':<16}{'':>6}{'':>8}{'':>14}{'':>12}{total_peer / total_ours:>8.1f}")
