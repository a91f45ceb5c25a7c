#!/usr/bin/env python3
"""Writes pages of news that nobody published, for training page_train beside pages of the world.

usage: make_pages.py COUNT [SEED] > pages.jsonl

Each line is {"id", "html", "url", "text", "weight"}: a page in one of many makers' styles and
languages, with the boilerplate the web puts around articles, and the article's text. The same
count and seed give the same bytes. Words are in words.txt beside this file; sentences are made of
them by chance, since only their shapes are learned from."""
import json
import os
import random
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def load_words():
    languages, phrases = {}, {}
    with open(os.path.join(HERE, "words.txt"), encoding="utf8") as f:
        for line in f:
            kind, _, rest = line.rstrip("\n").partition(" ")
            if not kind or kind == "#":
                continue
            language, _, field = kind.partition(".")
            if field:
                phrases.setdefault(language, {})[field] = [p.strip() for p in rest.split("|")]
            else:
                languages[language] = rest.split()
    return languages, phrases


WORDS, PHRASES = load_words()
WIDE = {"zh", "ja", "th"}
STOP = {"zh": "。", "ja": "。", "hi": "।", "bn": "।", "th": ""}
COMMA = {"zh": "，", "ja": "、", "ar": "،", "fa": "،"}


class Page:
    def __init__(self, rng, number):
        self.r = rng
        self.lang = rng.choice(sorted(WORDS))
        self.number = number
        self.kept = []
        self.style = rng.choice(["semantic", "wordpress", "hashed", "bem", "local", "bare",
                                 "utility", "semantic", "wordpress", "bem", "semantic", "old"])
        self.salt = rng.randrange(10 ** 6)

    # --- words ---
    def phrase(self, field):
        own = PHRASES.get(self.lang, {}).get(field)
        return self.r.choice(own or PHRASES["en"][field])

    def words(self, n):
        pick = [self.r.choice(WORDS[self.lang]) for _ in range(n)]
        if self.r.random() < .3:
            i = self.r.randrange(n)
            pick[i] = str(self.r.choice([3, 12, 40, 250, 2019, 2023, "1.5", "60"]))
        return pick

    def sentence(self, low=8, high=26):
        n = self.r.randint(low, high)
        pick = self.words(n)
        if self.lang in WIDE:
            comma = self.r.randrange(3, n) if n > 5 else 0
            text = "".join(w + (COMMA.get(self.lang, " ") if i == comma and i else "")
                           for i, w in enumerate(pick))
            return text + STOP.get(self.lang, "。")
        for i in range(n):
            if self.r.random() < .14:
                pick[i] = pick[i][:1].upper() + pick[i][1:]
            if i and i < n - 1 and self.r.random() < .07:
                pick[i] += COMMA.get(self.lang, ",")
        text = " ".join(pick)
        text = text[:1].upper() + text[1:]
        if self.r.random() < .12:
            text = "“" + text + "”"
            return text[:-1] + STOP.get(self.lang, ".") + "”"
        return text + STOP.get(self.lang, ".")

    def paragraph(self, low=1, high=4):
        glue = "" if self.lang in ("zh", "ja") else " "
        return glue.join(self.sentence() for _ in range(self.r.randint(low, high)))

    def headline(self, low=5, high=12):
        pick = self.words(self.r.randint(low, high))
        text = ("" if self.lang in WIDE else " ").join(pick)
        return text[:1].upper() + text[1:]

    def name(self):
        return self.r.choice(["Ana", "Jon", "Mei", "Omar", "Lena", "Ivan", "Tom", "Sara"]) + " " + \
            self.r.choice(["Okoro", "Lind", "Marsh", "Petrov", "Costa", "Weber", "Tan", "Haddad"])

    def date(self):
        d, m, y = self.r.randint(1, 28), self.r.randint(1, 12), self.r.randint(2010, 2024)
        return self.r.choice([f"{d}.{m:02}.{y}", f"{y}-{m:02}-{d:02} 10:{d:02}", f"{d}/{m}/{y}",
                              f"{d} {self.r.choice(WORDS[self.lang])} {y}, 14:{d:02}"])

    # --- markup ---
    def cls(self, *meanings):
        """A class attribute as the page's maker would name the thing."""
        r, style = self.r, self.style
        if style == "bare" or not meanings:
            return ""
        word = r.choice(meanings)
        if style == "hashed":
            digest = f"{(sum(map(ord, word)) * 7919 + self.salt) % 10 ** 6:x}"
            return f' class="css-{digest}"' if r.random() < .6 else \
                f' class="{word.title().replace("-", "")}_root__{digest}"'
        if style == "utility":
            return f' class="{r.choice(["mt-4", "mb-2", "flex", "block"])} {r.choice(["text-lg", "px-2", "w-full"])}"'
        if style == "bem":
            return f' class="{r.choice(["c-", "o-", "m-", "", "nw-"])}{word}{r.choice(["", "__inner", "__wrapper", "--default"])}"'
        if style == "old":
            return f' class="{word.replace("-", "")}{r.choice(["", "1", "Txt"])}"'
        attr = "id" if r.random() < .08 else "class"
        return f' {attr}="{word}{r.choice(["", "", "-" + r.choice(["wrap", "container", "box", "01"])])}"'

    def tag(self, name, inner, *meanings):
        return f"<{name}{self.cls(*meanings)}>{inner}</{name}>"

    def wrap(self, inner, *meanings):
        name = self.r.choice(["div", "div", "div", "section"])
        return self.tag(name, inner, *meanings)

    def link(self, text):
        return f'<a href="/{self.r.randrange(10 ** 6)}.html">{text}</a>'

    def keep(self, text):
        self.kept.append(text)
        return text

    # --- what stands around articles ---
    def nav(self):
        items = [self.link(self.headline(1, 2)) for _ in range(self.r.randint(4, 18))]
        if self.r.random() < .7:
            body = "<ul>" + "".join(f"<li>{i}</li>" for i in items) + "</ul>"
        else:
            body = " ".join(items)
        name = self.r.choice(["nav", "div", "div"])
        return self.tag(name, body, "nav", "menu", "main-menu", "navigation", "navbar", "topbar")

    def breadcrumb(self):
        return self.wrap(" &gt; ".join(self.link(self.headline(1, 2)) for _ in range(3)),
                         "breadcrumb", "breadcrumbs", "crumbs")

    def byline(self):
        r = self.r
        by = self.phrase("by")
        who = self.name()
        if r.random() < .5:
            who = self.link(who)
        inner = r.choice([f"{by} {who}", f"{who}, {self.headline(1, 3)}", f"<span>{by}</span> {who}"])
        date = self.date() if r.random() < .5 else f"<time>{self.date()}</time>"
        out = self.tag(r.choice(["div", "p", "span"]), inner, "byline", "author", "meta", "article-author")
        out += self.tag(r.choice(["div", "p", "span"]),
                        r.choice(["", self.phrase("updated") + " "]) + date, "date", "time", "published",
                        "timestamp", "article-date", "meta")
        if r.random() < .3:
            out += self.tag("div", f"{r.randint(2, 9)} min", "reading-time", "meta")
        return self.wrap(out, "meta", "article-meta", "post-meta", "info")

    def share(self):
        names = self.r.sample(["Facebook", "Twitter", "WhatsApp", "Telegram", "E-mail", "LinkedIn"], 4)
        items = "".join(f"<li><a href='#'>{n}</a></li>" for n in names)
        head = self.phrase("share") if self.r.random() < .5 else ""
        return self.wrap(f"{head}<ul>{items}</ul>", "share", "social", "social-share", "sharing")

    def figure(self):
        caption = self.sentence(5, 18)
        credit = self.r.choice(["", f" {self.phrase('photo')}: {self.name()}/AFP", " © Reuters"])
        if self.r.random() < .65:
            return self.tag("figure", f"<img src=x.jpg><figcaption>{caption}{credit}</figcaption>",
                            "image", "figure", "photo", "media")
        inner = "<img src=x.jpg>" + self.tag(self.r.choice(["p", "div", "span"]), caption + credit,
                                             "caption", "wp-caption-text", "credit", "image-caption")
        return self.wrap(inner, "wp-caption", "image", "photo", "media", "picture")

    def teaser(self, long):
        head = self.link(self.headline())
        level = self.r.choice(["h2", "h3", "h4", "div", "p", "span"])
        out = self.tag(level, head, "title", "teaser-title", "headline")
        if long:
            body = self.sentence(12, 34)
            if self.r.random() < .4:
                body = self.link(body)
            out += self.tag("p", body, "teaser-text", "excerpt", "summary", "card-text")
        if self.r.random() < .4:
            out += self.tag("span", self.date(), "date", "time")
        return self.tag(self.r.choice(["li", "div", "article"]), out, "teaser", "card", "item", "story")

    def related(self, long=None, count=None):
        r = self.r
        long = r.random() < .5 if long is None else long
        items = "".join(self.teaser(long) for _ in range(count or r.randint(3, 9)))
        head = self.tag(r.choice(["h2", "h3", "h4", "div"]), self.phrase("related"), "title", "heading")
        return self.tag(r.choice(["div", "section", "aside"]), head + items, "related", "recommended",
                        "more-news", "most-read", "latest", "popular", "recirculation")

    def inline_related(self):
        r = self.r
        more, text = self.phrase("more"), self.link(self.headline())
        kind = r.random()
        if kind < .1:
            return f"<p>{text}</p>"
        if kind < .4:
            return f"<p>{r.choice(['', '<strong>'])}{more}: {text}{r.choice(['', '</strong>'])}</p>"
        if kind < .7:
            return self.wrap(self.tag("span", more, "label") + text, "related", "read-more", "inline-related")
        return self.tag("aside", f"<h3>{more}</h3><ul><li>{text}</li><li>{self.link(self.headline())}</li></ul>",
                        "related", "readmore")

    def ad(self):
        return self.wrap(self.phrase("ad"), "ad", "ads", "advertisement", "banner")

    def newsletter(self):
        text = f"<h3>{self.phrase('newsletter')}</h3><p>{self.paragraph(1, 2)}</p><form><input><button>OK</button></form>"
        return self.wrap(text, "newsletter", "signup", "subscribe", "newsletter-box")

    def consent(self):
        text = f"<p>{self.phrase('cookies')} {self.paragraph(1, 3)}</p><a href='#'>OK</a>"
        return self.wrap(text, "cookie", "cookie-banner", "consent", "gdpr")

    def bio(self):
        inner = self.tag(self.r.choice(["h4", "div"]), self.name(), "name")
        inner += self.tag(self.r.choice(["p", "div"]), self.paragraph(1, 2), "bio", "description")
        return self.wrap(inner, "author-box", "author", "about-author", "author-bio")

    def comments(self):
        out = self.tag("h3", f"{self.r.randint(2, 90)} {self.phrase('comments')}", "comments-title", "title")
        for _ in range(self.r.randint(*self.r.choice([(2, 10), (2, 10), (10, 40)]))):
            one = self.tag("div", self.name(), "comment-author", "author", "user")
            one += self.tag("span", self.date(), "date")
            one += self.tag(self.r.choice(["p", "div"]), self.paragraph(1, 3), "comment-text", "text", "body")
            one += self.link(self.phrase("reply"))
            out += self.tag(self.r.choice(["li", "div", "article"]), one, "comment", "comment-item")
        return self.wrap(out, "comments", "comment-list", "comments-area", "discussion")

    def tags(self):
        items = " ".join(self.link(self.headline(1, 2)) for _ in range(self.r.randint(2, 8)))
        return self.wrap(self.phrase("tags") + " " + items, "tags", "tag-list", "keywords", "topics")

    def footer(self):
        out = self.nav() if self.r.random() < .7 else ""
        for _ in range(self.r.randint(0, 3)):
            out += f"<p>{self.paragraph(1, 3)}</p>"
        out += f"<p>© 2024 {self.phrase('rights')}</p>"
        return self.tag(self.r.choice(["footer", "div"]), out, "footer", "site-footer", "bottom")

    def paywall(self):
        return self.wrap(f"<h3>{self.phrase('subscribe')}</h3><p>{self.paragraph(1, 2)}</p>",
                         "paywall", "subscribe", "premium", "piano")

    def vendors(self):
        """The long way of asking for consent: purposes, and who would like to have them."""
        out = f"<h2>{self.phrase('cookies')}</h2>"
        for _ in range(self.r.randint(3, 12)):
            out += f"<div><h4>{self.headline(2, 5)}</h4><p>{self.paragraph(1, 3)}</p></div>"
        out += "<ul>" + "".join(f"<li>{self.headline(2, 4)}</li>" for _ in range(self.r.randint(0, 20))) + "</ul>"
        return self.wrap(out, "consent", "cmp", "privacy", "onetrust", "modal", "cookie-settings")

    def promo(self):
        """A line of the house's own among the paragraphs."""
        r = self.r
        text = r.choice([f"{self.phrase('share')} Facebook, Telegram, WhatsApp",
                         f"{self.phrase('newsletter')}: {self.link(self.headline(2, 5))}",
                         f"{self.phrase('more')}: {self.link(self.headline())}",
                         f"{self.phrase('photo')}: {self.name()} / AFP",
                         f"{self.phrase('updated')} {self.date()}",
                         f"({self.name()}, {self.name()})"])
        mark = r.choice(["", "", "em", "strong"])
        text = f"<{mark}>{text}</{mark}>" if mark else text
        return r.choice([f"<p>{text}</p>", f"<div>{text}</div>", f"<p style='text-align:right'>{text}</p>"])

    def pull_quote(self):
        """Words of the article over again, in large letters."""
        said = self.r.choice(self.kept)
        return self.r.choice([self.tag("aside", said, "pullquote", "quote", "pull-quote"),
                              self.wrap(said, "pullquote", "pull-quote", "highlight")])

    def gallery(self):
        slides = "".join(f"<li><img src=x.jpg><p>{self.sentence(6, 24)} © {self.name()}</p></li>"
                         for _ in range(self.r.randint(3, 9)))
        return self.wrap(f"<ul>{slides}</ul>", "gallery", "slideshow", "carousel", "swiper")

    def ticker(self):
        items = "".join(f"<li>{self.link(self.sentence(6, 14))}</li>" for _ in range(self.r.randint(3, 8)))
        return self.wrap(f"<ul>{items}</ul>", "ticker", "breaking", "news-bar", "latest")

    # --- the article ---
    def inline(self, text):
        """Some links and bold words in a paragraph."""
        words = text.split(" ")
        if len(words) > 6 and self.r.random() < .35:
            i = self.r.randrange(len(words) - 3)
            words[i] = self.r.choice(["<a href='/x'>", "<strong>", "<em>"]) + words[i]
            close = {"a": "</a>", "s": "</strong>", "e": "</em>"}[words[i][1]]
            words[i + 2] += close
        return " ".join(words)

    def paragraphs(self):
        r = self.r
        shape = r.choice(["p"] * 7 + ["wrapped"] * 3 + ["grouped"] * 2 + ["br", "div", "span-p", "td"])
        parts, count = [], r.randint(*r.choice([(3, 26), (3, 26), (3, 12), (1, 4)]))
        quiet = r.random() < .25  # nothing between the paragraphs
        low, high = r.choice([(1, 2), (1, 3), (2, 4), (1, 1)])
        for i in range(count):
            text = self.keep(self.paragraph(low, high))
            text = self.inline(text)
            if shape == "br":
                parts.append(text + "<br><br>")
            elif shape in ("div", "td"):
                parts.append(self.tag("div", text, "paragraph", "text", "para"))
            elif shape == "wrapped":
                parts.append(self.wrap(f"<p>{text}</p>", "text-block", "paragraph", "text", "component", "block"))
            elif shape == "span-p":
                parts.append(f"<p><span>{text}</span></p>")
            else:
                parts.append(f"<p{self.cls('paragraph', 'text', 'p') if r.random() < .2 else ''}>{text}</p>")
            if r.random() < .02:
                parts.append(self.promo())
            if quiet or i == count - 1:
                continue
            chance = r.random()
            if chance < .09:
                head = self.keep(self.headline(2, 7))
                parts.append(r.choice([f"<h2>{head}</h2>", f"<h3>{head}</h3>", f"<p><strong>{head}</strong></p>"]))
            elif chance < .14:
                parts.append(self.inline_related())
            elif chance < .18:
                parts.append(self.ad())
            elif chance < .22:
                parts.append(self.figure())
            elif chance < .245:
                items = [self.keep(self.sentence(4, 16)) for _ in range(r.randint(2, 6))]
                parts.append("<ul>" + "".join(f"<li>{t}</li>" for t in items) + "</ul>")
            elif chance < .27:
                parts.append(f"<blockquote><p>{self.keep(self.sentence())}</p></blockquote>")
            elif chance < .285:
                parts.append(self.newsletter())
            elif chance < .295:
                parts.append(self.related(count=2))
            elif chance < .305:
                parts.append(self.share())
            elif chance < .312:
                parts.append(self.pull_quote())
            elif chance < .317:
                parts.append(self.gallery())
        if r.random() < .12:
            parts.append(self.promo())
        if shape == "grouped":  # some paragraphs to a box
            boxes = []
            while parts:
                n = r.randint(2, 6)
                boxes.append(self.wrap("".join(parts[:n]), "section", "text", "body", "column", "group"))
                parts = parts[n:]
            parts = boxes
        return "".join(parts)

    def questions(self):
        """An interview: questions in bold, answers of a few paragraphs."""
        out, r = "", self.r
        mark = r.choice(["<p><strong>{}</strong></p>", "<p><b>{}</b></p>", "<h3>{}</h3>", "<p class=question>{}</p>"])
        for _ in range(r.randint(3, 12)):
            out += mark.format(self.keep(self.sentence(5, 18)))
            for _ in range(r.randint(1, 3)):
                out += f"<p>{self.inline(self.keep(self.paragraph(1, 4)))}</p>"
        return out

    def live(self):
        """A story told as it happens: entries with the time, newest first."""
        out, r = "", self.r
        for _ in range(r.randint(3, 14)):
            one = self.tag("time", f"{r.randint(0, 23)}:{r.randint(10, 59)}", "time", "timestamp")
            if r.random() < .7:
                one += self.tag(r.choice(["h2", "h3", "h4"]), self.keep(self.headline()), "title", "entry-title")
            if r.random() < .3:
                one += self.tag("div", self.name(), "author", "byline")
            for _ in range(r.randint(1, 3)):
                one += f"<p>{self.inline(self.keep(self.paragraph(1, 2)))}</p>"
            if r.random() < .3:
                one += self.share()
            if r.random() < .15:
                one += self.figure()
            out += self.tag(r.choice(["div", "article", "section", "li"]), one, "entry", "post", "live-entry", "update",
                            "liveblog-item")
        return out

    def article(self, title):
        r = self.r
        head = ""
        if r.random() < .3:
            head += self.tag("span", self.headline(1, 2), "kicker", "category", "section", "label")
        head += self.tag("h1", title, "title", "headline", "entry-title", "article-title")
        lead = ""
        if r.random() < .6:
            text = self.keep(self.paragraph(1, 2))
            lead = self.tag(r.choice(["p", "div", "h2", "p"]), text, "lead", "standfirst", "subtitle",
                            "intro", "summary", "excerpt", "sapo", "chapo", "perex")
        meta = self.byline() if r.random() < .85 else ""
        if r.random() < .5:
            meta += self.share()
        if r.random() < .07:  # the story in points
            items = [self.keep(self.sentence(6, 16)) for _ in range(3)]
            lead += self.wrap("<ul>" + "".join(f"<li>{t}</li>" for t in items) + "</ul>", "summary", "highlights",
                              "key-points", "lead")
        order = r.choice([[head, lead, meta], [head, meta, lead], [meta, head, lead]])
        top = "".join(order)
        if r.random() < .6:
            top = self.tag(r.choice(["header", "div"]), top, "article-header", "header", "head", "entry-header")
        figure = self.figure() if r.random() < .65 else ""
        told = r.random()
        body = self.live() if told < .05 else self.questions() if told < .11 else self.paragraphs()
        body = self.wrap(body, "article-body", "entry-content", "content", "story-body", "text",
                         "article__content", "post-content", "body", "detail", "article-text",
                         "noticia-texto", "haber-detay", "artikel-text", "field-item")
        for _ in range(r.randint(0, 2)):
            body = self.wrap(body, "inner", "wrap", "main", "col", "row", "grid", "content")
        after = ""
        for piece in r.sample([self.share, self.tags, self.bio, self.newsletter, self.related,
                               self.ad, self.paywall, self.gallery], r.randint(0, 4)):
            after += piece()
        whole = top + figure + body + after
        name = r.choice(["article", "article", "div", "section"])
        return self.tag(name, whole, "article", "post", "story", "single", "noticia", "news-detail", "hentry")

    def html(self):
        r = self.r
        title = self.headline()
        main = self.article(title)
        if r.random() < .35:
            main += self.comments()
        if r.random() < .6:
            main += self.related()
        if r.random() < .12:  # the next article follows on the same page
            kept, self.kept = self.kept, []
            main += self.tag("div", self.article(self.headline()), "next-article", "infinite", "onward")
            self.kept = kept
        side = ""
        if r.random() < .6:
            for piece in r.sample([self.related, self.newsletter, self.ad, self.tags, self.related], r.randint(1, 4)):
                side += piece()
            side = self.tag(r.choice(["aside", "div", "td"]) if self.style != "old" else "td", side,
                            "sidebar", "side", "right-column", "rail")
        if self.style == "old":
            content = f"<table><tr><td>{self.nav()}</td><td>{main}</td>{side}</tr></table>"
        else:
            main = self.tag(r.choice(["main", "div", "div"]), main, "main", "content", "main-content", "container")
            content = r.choice([main + side, side + main]) if r.random() < .8 else main + side
            content = self.wrap(content, "page", "wrapper", "container", "site")
        top = self.tag(r.choice(["header", "div"]), self.nav(), "header", "site-header", "masthead")
        body = (self.consent() if r.random() < .35 else "") + top
        body += (self.ticker() if r.random() < .12 else "") + (self.breadcrumb() if r.random() < .4 else "")
        body += content + self.footer()
        if r.random() < .2:
            body += self.consent()
        if r.random() < .08:
            body = self.vendors() + body if r.random() < .5 else body + self.vendors()
        data = ""
        if r.random() < .25:  # machines get the text too, or the beginning of it
            text = " ".join(self.kept)
            text = text if r.random() < .8 else text[:300]
            data = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", "headline": title,
                               "articleBody": text}, ensure_ascii=False).replace("</", "<\\/")
            data = f'<script type="application/ld+json">{data}</script>'
        return (f'<!doctype html><html lang="{self.lang}"><head><meta charset="utf-8"><title>{title} | '
                f'Example</title>{data}</head><body>{body}</body></html>')


def main():
    count = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for n in range(count):
        page = Page(random.Random(f"{seed}-{n}"), n)
        html = page.html()
        print(json.dumps({"id": f"made-{n:04}", "html": html, "url": f"https://news.example/{n}.html",
                          "text": "\n".join(page.kept), "weight": 0.12}, ensure_ascii=False))


if __name__ == "__main__":
    main()
