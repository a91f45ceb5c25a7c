#!/usr/bin/env python3
"""Five articles in the manner of border news, of an intervention told by halves and of a long feature: what must come
out, and what must not.

usage: manner.py DATELINE

Soldiers sent to a border are told of six times and are one happening; how many come and where is planned; a threat
names what it depends on and is no sanction; a deal and a pledge are agreed. Strikes that are only weighed, asked about
in an interview or shown in a caption never happened. What a feature remembers of sixty years is no news."""
import json, os, subprocess, sys

here = os.path.dirname(os.path.abspath(__file__))
TOLD = ("asserted", "reported")
wrong = []
asked = 0


def read(name):
    path = os.path.join(here, "manner", name)
    return json.loads(subprocess.run([sys.argv[1], "code", path], capture_output=True, text=True, check=True).stdout)


def must(what, holds):
    global asked
    asked += 1
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


def within(mentions, *words):
    return [m for m in mentions if any(word in m["sentence"]["text"] for word in words)]


def told_news(mentions, *words):
    return [m for m in within(mentions, *words) if m["actuality"] in TOLD and m["type"] != "STATEMENT"]


def conditional(mention):
    return mention.get("content", {}).get("modality") == "conditional"


def to(mentions, country):
    return [m for m in mentions if any(one.get("country") == country for one in m.get("recipient", []))]


def on(mentions, day):
    return [m for m in mentions if m["when"]["start"] == day]


def river():
    print("river")
    report = read("river.txt")
    mentions = report["mentions"]
    sent = of(mentions, "MOBILIZE", "PRY")
    must("the deployment is told several times", len(sent) >= 3)
    must("and is one happening", len({m["cluster"] for m in sent}) == 1)
    must("of 6,500 soldiers", any(m in sent for m in troops(mentions, 6500)))
    must("on Wednesday, May 21", on(sent, "2025-05-21"))
    for number, town, bound in ((2300, "Ciudad del Este", "at_least"), (1120, "Salto del Guairá", "exact")):
        planned = troops(mentions, number)
        must(f"{number} soldiers are planned for {town}", len(planned) == 1 and planned[0]["type"] == "MOBILIZE" and
             planned[0]["actuality"] == "planned" and places(planned[0])[:1] == [town])
        must(f"{number} is {bound}", planned and planned[0]["quantities"][0]["bound"] == bound)
    threats = of(mentions, "THREATEN", "BRA")
    must("Lula threatened, three times told", len(within(threats, "build-up comes", "Lula had warned", "made plain")) == 3)
    must("under a condition", all(conditional(m) for m in within(threats, "build-up comes", "Lula had warned", "made plain")))
    must("Paraguay is threatened", to(threats, "PRY"))
    must("no duty was imposed", not [m for m in mentions if m["type"] in ("SANCTION", "COERCE") and m["actuality"] in TOLD])
    must("nobody was attacked", not of(mentions, "ASSAULT", told=False))
    must("Peña agreed", within(of(mentions, "AGREE", "PRYGOV"), "night of telephone calls"))
    must("Brazil promised", within(of(mentions, "AGREE", "BRA"), "for its part"))
    must("the two are two", len({m["cluster"] for m in within(mentions, "night of telephone", "for its part") if m["type"] == "AGREE"}) == 2)
    must("Vieira praised Paraguay", to(within(of(mentions, "SUPPORT", "BRAGOV"), "Vieira"), "PRY"))
    must("the captain is quoted", spoken(report, "day and night") == {"Derlis Ovelar"})
    must("captions tell nothing", not within(mentions, "| EFE"))
    must("nor do questions", not within(mentions, "?"))
    must("nor do opponents and economists", not told_news(mentions, "Opponents of Peña", "Economists say"))
    must("nor do doubts and hopes", not told_news(mentions, "Many in Brazil", "are expected to", "shopkeepers say"))


def spun():
    print("spun")
    report = read("spun.txt")
    mentions = report["mentions"]
    approved = of(mentions, "SUPPORT", "KENLEG") + of(mentions, "AGREE", "KENLEG")
    must("Kenya's assembly approved the stay", approved)
    must("and did so once", len({m["cluster"] for m in approved}) == 1)
    must("the stay has its days", any(d["start"] == "2025-01-13" and d["end"] == "2025-03-14" for d in report["dates"]))
    must("and is agreed", any((m.get("content") or {}).get("when", {}).get("start") == "2025-01-13" for m in of(mentions, "AGREE")))
    must("a joint drill is agreed", of(within(mentions, "Shield of the Valley"), "AGREE", "TUR"))
    told = [m for m in mentions if m["actuality"] in TOLD]
    must("nobody struck, marched in, seized or cut ties", not [m for m in told if m["type"] in ("ASSAULT", "MOBILIZE", "COERCE", "SANCTION")])
    weighed = [m for m in mentions if m["actuality"] == "possible"]
    must("strikes are weighed", of(weighed, "ASSAULT", told=False))
    must("sending commandos is weighed, by Kenya", any((m.get("actor") or [{}])[0].get("country") == "KEN" for m in of(weighed, "MOBILIZE", told=False)))
    must("that an army crossed is denied", any(m["actuality"] == "negated" for m in within(mentions, "Somalia has insisted")))
    promise = within(of(mentions, "AGREE", "KEN"), "committed to helping")
    must("a Kenyan official promised help", promise)
    must("to Somalia", to(promise, "SOM"))
    reasons = {r["reason"] for r in report["rejected"]}
    must("caption, question and answer are held back", {"caption", "question", "interview answer"} <= reasons)
    must("the page is known for spun", "machine-spun page" in reasons)
    must("nothing of the interview is an event", not told_news(mentions, "Warsame", "Both governments", "Somali elders", "negotiate first", "Senior Editor"))
    must("nor of experts and critics", not told_news(mentions, "Jamming", "modern answer", "Analysts warn", "critics saying", "retired general"))
    must("nor of what the page is made of", not within(mentions, "Table of Contents", "stay tuned", "Image:"))
    must("the deputy is quoted", spoken(report, "answers threats") == {"Esther Nyakio"})


def delta():
    print("delta")
    report = read("delta.txt")
    mentions = report["mentions"]
    seized = within(of(mentions, "COERCE", "SURCOP"), "seized four")
    must("Surinamese police seized boats", to(seized, "GUY"))
    must("on Monday", on(seized, "2025-10-13"))
    must("eleven were arrested", any(q["what"] == "arrested" and q.get("value") == 11 for m in seized for q in m.get("quantities", [])))
    must("Guyana summoned the ambassador", to(within(of(mentions, "ACCUSE", "GUYGOV"), "summoned"), "SUR"))
    must("and demanded their release", within(of(mentions, "REQUEST", "GUYGOV"), "demanded"))
    must("the past is no news", not told_news(mentions, "In 1969", "In 2000", "The Hague", "colonial powers", "in 1939", "grandfather"))
    march = within(of(mentions, "PROTEST"), "Corriverton")
    must("fishermen marched", march and all(places(m)[:1] == ["Corriverton"] for m in march))
    must("on Wednesday", march and on(march, "2025-10-15") == march)
    must("nobody was hurt", not [m for m in of(mentions, "ASSAULT")])
    threat = within(of(mentions, "THREATEN", "GUYGOV"), "stop the ferry")
    must("Guyana's vice president threatened", threat)
    must("under a condition", threat and conditional(threat[0]))
    must("Simons promised", within(of(mentions, "AGREE", "SURGOV"), "look at the licences"))
    visit = [m for m in within(of(mentions, "AGREE", "SUR"), "travel to Georgetown") if (m.get("content") or {}).get("type") == "CONSULT"]
    must("a visit is agreed", visit)
    must("Suriname rejected a proposal", to(within(of(mentions, "REJECT", "SUR"), "joint patrols"), "GUY"))
    must("the Community offered to mediate", within(of(mentions, "AGREE"), "offered to mediate"))
    must("and telephoned", within(of(mentions, "CONSULT"), "telephoned"))
    must("no soldiers came", not of(mentions, "MOBILIZE"))
    must("which is denied", any(m["actuality"] == "negated" for m in within(mentions, "Neither country") if m["type"] == "MOBILIZE"))
    must("fees are only considered", not told_news(mentions, "considering fees", "No decision"))
    must("questions and captions tell nothing", not within(mentions, "Could it come", "(Photo:"))
    must("nor do critics, analysts and the evening", not told_news(mentions, "Critics at home", "analysts believe", "the tide turns", "When the police", "Persaud is not"))
    must("the minister is quoted", spoken(report, "as their fathers were") == {"Hugh Todd"})


SHARE = 0.80  # of the facts of the later three, written before they were coded

for article in (border, strikes):
    article()
strict, asked = len(wrong), 0
for article in (river, spun, delta):
    article()
open_facts = len(wrong) - strict
share = 1 - open_facts / asked
print(f"river, spun, delta: {asked - open_facts} of {asked} hold, {share:.2f}")
sys.exit(f"{len(wrong)} not so" if strict or share < SHARE else 0)
