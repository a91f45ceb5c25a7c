#!/usr/bin/env python3
"""Two articles in the manner of border news and of an intervention told by halves: what must come out, and what must not.

usage: manner.py DATELINE

Soldiers sent to a border are told of six times and are one happening; how many come and where is planned; a threat
names what it depends on and is no sanction; a deal and a pledge are agreed. Strikes that are only weighed, asked about
in an interview or shown in a caption never happened."""
import json, os, subprocess, sys

here = os.path.dirname(os.path.abspath(__file__))
TOLD = ("asserted", "reported")
wrong = []


def read(name):
    path = os.path.join(here, "manner", name)
    return json.loads(subprocess.run([sys.argv[1], "code", path], capture_output=True, text=True, check=True).stdout)


def must(what, holds):
    print(("    " if holds else "NOT ") + what)
    if not holds:
        wrong.append(what)


def of(mentions, kind, actor="", told=True):
    return [m for m in mentions if m["type"] == kind and (not told or m["actuality"] in TOLD) and
            any(one.get("code", "").startswith(actor) for one in m.get("actor", [{}]) or [{}])]


def troops(mentions, value):
    return [m for m in mentions if any(q["what"] == "troops" and q.get("value") == value for q in m.get("quantities", []))]


def places(mention):
    return [place["name"] for place in mention.get("places", [])]


def spoken(report, words):
    return {(quote.get("speaker") or {}).get("name") for quote in report["quotes"] if words in quote["span"]["text"]}


def border():
    report = read("border.txt")
    mentions = report["mentions"]
    sent = of(mentions, "MOBILIZE", "MARMIL")
    must("the deployment is told several times", len(sent) >= 4)
    must("and is one happening", len({m["cluster"] for m in sent}) == 1)
    must("with one main mention", sum(m["main"] for m in sent) == 1)
    must("of 8,000 soldiers", any(m in sent for m in troops(mentions, 8000)))
    must("first near Tangier", all(places(m)[:1] == ["Tangier"] for m in sent))
    must("on Wednesday, March 12", any(m["when"]["start"] == "2025-03-12" for m in sent))
    for number, town, bound in ((1400, "Tangier", "at_least"), (900, "Nador", "exact")):
        planned = troops(mentions, number)
        must(f"{number} soldiers are planned for {town}", len(planned) == 1 and planned[0]["type"] == "MOBILIZE" and
             planned[0]["actuality"] == "planned" and places(planned[0])[:1] == [town])
        must(f"{number} is {bound}", planned and planned[0]["quantities"][0]["bound"] == bound)
    threats = of(mentions, "THREATEN", "ESPGOV")
    must("Spain's premier threatened, twice told", len(threats) == 2)
    must("what is threatened is content", all(m.get("content") for m in threats))
    must("Morocco is threatened", any(one.get("country") == "MAR" for m in threats for one in m.get("recipient", [])))
    must("no tariff was imposed", not [m for m in mentions if m["type"] in ("SANCTION", "COERCE") and m["actuality"] in TOLD])
    must("nobody was attacked", not of(mentions, "ASSAULT", told=False))
    must("Morocco agreed", of(mentions, "AGREE", "MARGOV"))
    must("Spain pledged", of(mentions, "AGREE", "ESP"))
    must("the promise and the pledge are two", len({m["cluster"] for m in of(mentions, "AGREE")}) >= 2)
    must("the colonel is quoted", spoken(report, "a permanent watch") == {"Hassan Amrani"})
    must("the caption tells nothing", not any("March 12. | AFP" in m["sentence"]["text"] for m in mentions))


def strikes():
    report = read("strikes.txt")
    mentions = report["mentions"]
    must("no strike is told as done", not [m for m in mentions if m["type"] == "ASSAULT" and m["actuality"] in TOLD])
    weighed = [m for m in mentions if m["type"] in ("ASSAULT", "MOBILIZE") and m["actuality"] == "possible"]
    must("strikes are weighed", any(m["type"] == "ASSAULT" for m in weighed))
    must("sending soldiers is weighed, by the United States",
         any(m["type"] == "MOBILIZE" and (m.get("actor") or [{}])[0].get("country") == "USA" for m in weighed))
    approved = of(mentions, "SUPPORT", "ECULEG") + of(mentions, "AGREE", "ECULEG")
    must("Ecuador's assembly approved the mission", len(approved) == 1)
    must("18 soldiers", approved and troops(approved, 18))
    must("nobody invaded", not [m for m in mentions if m["type"] == "MOBILIZE" and m["actuality"] in TOLD])
    must("that troops entered is denied", any(m["actuality"] == "negated" for m in mentions if m["type"] == "MOBILIZE"))
    reasons = {r["reason"] for r in report["rejected"]}
    must("the caption and the interview are held back", {"caption", "interview answer"} <= reasons)
    must("nothing of the interview is an event", not any(m["type"] != "STATEMENT" and "Cedeño" in m["sentence"]["text"] for m in mentions))
    must("the deputy is quoted", spoken(report, "strengthens the friendship") == {"Lucía Jaramillo"})
    must("the stay has its days", any(d["start"] == "2025-02-10" and d["end"] == "2025-04-30" for d in report["dates"]))


border()
strikes()
sys.exit(f"{len(wrong)} not so" if wrong else 0)
