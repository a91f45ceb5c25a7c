/* The headline, and the name of the site that stands beside it. */
#include "core/url.h"
#include "core/utf8.h"
#include "markup/html_text.h"
#include "pages/shingles.h"
#include "pages/weigh.h"

#define CANDIDATES_MAX 12U
#define TITLE_BYTES_MAX 500U
#define HEADINGS_MAX 200U
#define AGREES 0.95

/* What each place weighs. og:title (rank 80) leads: it is written for readers, and a newsroom sets
 * it by hand where it differs from the heading; JSON-LD and the heading together outvote it. */
#define WEIGHT_OF_RANK 27.0
#define WEIGHT_HEADING 2.2
#define WEIGHT_HEADING_PART 1.8
#define WEIGHT_HEADING_ALONE 1.4
#define WEIGHT_PAGE_TITLE 0.6
#define WEIGHT_NO_HEADLINE 0.1 /* the site's name, a beginning */

struct candidate {
    dl_str text;
    double weight;
};

/* The same words, whatever stands between them. */
static double likeness(struct dl_arena *arena, dl_str a, dl_str b)
{
    struct dl_shingle_set set_a;
    struct dl_shingle_set set_b;
    dl_shingle_set_of(arena, a, 1, 200, &set_a);
    dl_shingle_set_of(arena, b, 1, 200, &set_b);
    double ab = dl_shingle_share(&set_b, a);
    double ba = dl_shingle_share(&set_a, b);
    return ab < ba ? ab : ba;
}

/* Separators between a headline and the site's name, with spaces around them. */
static size_t separator_at(dl_str text, size_t at)
{
    static const char *const separators[] = {
        " | ",      " - ",      " \u2013 ", " \u2014 ", " :: ", " \u00bb ",
        " \u00ab ", " \u00b7 ", " \u2022 ", " / ",      " \\ ", " > ",
        " \u203a ", " \u2039 ", " ~ ",      " \u2015 ", " // ", " \uff5c "};
    dl_str rest = dl_str_sub(text, at, text.len);
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++)
        if (dl_str_starts(rest, dl_str_of(separators[i])))
            return strlen(separators[i]);
    if (dl_str_starts(rest, DL_STR("\uff5c")) || dl_str_starts(rest, DL_STR("|")) ||
        dl_str_starts(rest, DL_STR("_")))
        return dl_str_starts(rest, DL_STR("\uff5c")) ? 3 : 1;
    return 0;
}

/* Letters and digits only, in lower case: "The BBC News" is in "bbc.co.uk/news". */
static size_t squeeze(dl_str text, char *to, size_t room)
{
    size_t len = 0;
    for (size_t i = 0; i < text.len && len < room; i++) {
        char c = text.at[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + 32);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80)
            to[len++] = c;
    }
    return len;
}

bool dl_names_site(struct dl_arena *arena, dl_str piece, dl_str site, dl_str host)
{
    char a[128];
    char b[128];
    size_t a_len = squeeze(piece, a, sizeof a);
    if (a_len == 0)
        return true;
    if (site.len) {
        size_t b_len = squeeze(site, b, sizeof b);
        if (b_len && ((a_len == b_len && memcmp(a, b, a_len) == 0) ||
                      (a_len >= 4 && b_len >= a_len && memmem(b, b_len, a, a_len)) ||
                      (b_len >= 4 && a_len <= b_len + 12 && memmem(a, a_len, b, b_len))))
            return true;
        if (likeness(arena, piece, site) > 0.6)
            return true;
    }
    if (host.len) { /* "www.lavoz.com.ar" names "La Voz" */
        size_t b_len = squeeze(host, b, sizeof b);
        return a_len >= 3 && b_len >= a_len && memmem(b, b_len, a, a_len);
    }
    return false;
}

static size_t count_words(dl_str text)
{
    uint64_t hash;
    size_t count = 0;
    while (dl_shingle_word(&text, &hash, NULL))
        count++;
    return count;
}

/* "River Notes: Border opens" on rivernotes.example: where the headline begins; 0. */
static size_t site_before_colon(dl_str title, dl_str site, dl_str host)
{
    char a[128];
    char b[128];
    const char *colon = memmem(title.at, title.len, ": ", 2);
    if (!colon)
        return 0;
    size_t a_len = squeeze(dl_str_sub(title, 0, (size_t)(colon - title.at)), a, sizeof a);
    size_t b_len = squeeze(site, b, sizeof b);
    if (a_len >= 3 && a_len == b_len && memcmp(a, b, a_len) == 0)
        return (size_t)(colon - title.at) + 2;
    const char *dot = host.len ? memchr(host.at, '.', host.len) : NULL;
    b_len = squeeze(dl_str_sub(host, 0, dot ? (size_t)(dot - host.at) : 0), b, sizeof b);
    return a_len >= 3 && a_len == b_len && memcmp(a, b, a_len) == 0 ? (size_t)(colon - title.at) + 2
                                                                    : 0;
}

/* Pieces off the ends that name the site. `loose`: also a short last piece nobody vouches for. */
static dl_str without_site(struct dl_arena *arena, dl_str title, dl_str site, dl_str host,
                           bool loose)
{
    size_t colon = site_before_colon(title, site, host);
    title = dl_str_trim(dl_str_sub(title, colon, title.len));
    for (unsigned rounds = 0; rounds < 3; rounds++) {
        size_t last = 0;
        size_t last_len = 0;
        size_t first = 0;
        size_t first_len = 0;
        for (size_t at = 1; at + 1 < title.len; at++) {
            size_t len = separator_at(title, at);
            if (!len)
                continue;
            if (!first) {
                first = at;
                first_len = len;
            }
            last = at;
            last_len = len;
            at += len - 1;
        }
        if (!last)
            return title;
        dl_str head = dl_str_trim(dl_str_sub(title, 0, last));
        dl_str tail = dl_str_trim(dl_str_sub(title, last + last_len, title.len));
        bool spaced = title.at[last] == ' ' || title.at[last] == '|';
        if (dl_names_site(arena, tail, site, host) ||
            (loose && spaced && count_words(tail) <= 4 && count_words(head) >= 4 &&
             count_words(head) > 2 * count_words(tail))) {
            title = head;
            continue;
        }
        dl_str front = dl_str_trim(dl_str_sub(title, 0, first));
        if (!dl_names_site(arena, front, site, host) || !first_len)
            return title;
        title = dl_str_trim(dl_str_sub(title, first + first_len, title.len));
    }
    return title;
}

static void add_candidate(struct candidate *list, unsigned *count, dl_str text, double weight)
{
    text = dl_str_trim(text);
    if (text.len == 0 || text.len > TITLE_BYTES_MAX || *count == CANDIDATES_MAX)
        return;
    for (unsigned i = 0; i < *count; i++)
        if (dl_str_eq(list[i].text, text)) {
            list[i].weight += weight;
            return;
        }
    list[(*count)++] = (struct candidate){text, weight};
}

/* One line, for headings with a <br> in them; without the sign that links to the heading itself. */
static dl_str one_line(struct dl_arena *arena, dl_str text)
{
    text = dl_html_line(arena, text);
    while (dl_str_ends(text, DL_STR("\u00b6")) || dl_str_ends(text, DL_STR("\u00a7")))
        text = dl_str_trim(dl_str_sub(text, 0, text.len - 2));
    return text;
}

/* A logo: a heading that is one link, to where the site begins. */
static bool leads_home(const struct dl_page *page, const struct dl_block *block,
                       struct dl_arena *arena)
{
    const struct dl_html *html = page->html;
    struct dl_url there;
    if (block->link_mass < 0.9F * block->mass)
        return false;
    uint32_t from = block->first;
    for (unsigned up = 0; up < 4 && from && html->nodes[from].tag != DL_TAG_A; up++)
        from = html->nodes[from].parent; /* its first text is inside of the link */
    dl_str href = dl_html_value(html, from, "href", arena);
    dl_str whole = dl_address_join(arena, page->article.url, href);
    return dl_str_is(href, "/") ||
           (whole.len && dl_url_parse(arena, whole, NULL, &there, NULL) == DL_OK &&
            there.path.len <= 1 && !there.query.len);
}

struct titles {
    const struct dl_page *page;
    struct dl_arena *arena;
    dl_str site;
    dl_str host;
    uint32_t heading_end; /* headings are looked for in the blocks before it */
    struct candidate list[CANDIDATES_MAX];
    unsigned count;
};

/* One past the last block that may be the headline: a page with so many headings has none after. */
static uint32_t find_heading_end(const struct dl_blocks *blocks)
{
    unsigned headings = 0;
    for (uint32_t i = 0; i < blocks->count; i++) {
        headings += blocks->list[i].kind == DL_BLOCK_HEADING;
        if (headings == HEADINGS_MAX)
            return i;
    }
    return blocks->count;
}

static void add_headings(struct titles *t, dl_str page_title)
{
    const struct dl_page *page = t->page;
    unsigned tops = 0;
    struct dl_shingle_set set;
    dl_shingle_set_of(t->arena, page_title, 1, 200, &set);
    for (uint32_t i = 0; i < t->heading_end; i++)
        tops += page->blocks.list[i].kind == DL_BLOCK_HEADING && page->blocks.list[i].level == 1 &&
                !leads_home(page, &page->blocks.list[i], t->arena);
    for (uint32_t i = 0; i < t->heading_end; i++) {
        const struct dl_block *block = &page->blocks.list[i];
        if (block->kind != DL_BLOCK_HEADING || block->level > 2 || block->words < 1 ||
            leads_home(page, block, t->arena))
            continue;
        uint32_t above = page->blocks.above[block->node];
        bool away = above & (1U << DL_CLASS_RELATED | 1U << DL_CLASS_COMMENT | 1U << DL_CLASS_FOOT |
                             1U << DL_CLASS_SIDE);
        dl_str text = one_line(t->arena, block->text);
        /* Believed for itself when it is the only one, else for what <title> says. */
        double same = page_title.len ? likeness(t->arena, text, page_title) : 0;
        double within = page_title.len ? dl_shingle_share(&set, text) : 0;
        bool leads =
            tops == 1 && block->level == 1 && text.len > 2 && dl_str_starts(page_title, text);
        bool only = tops == 1 && block->level == 1;
        double weight = same > AGREES || leads             ? WEIGHT_HEADING
                        : within > 0.9 && block->words > 3 ? WEIGHT_HEADING_PART
                        : only && block->words > 1         ? WEIGHT_HEADING_ALONE
                                                           : 0;
        if (weight > 0 && !(away && weight < WEIGHT_HEADING_PART))
            add_candidate(t->list, &t->count, text, block->level == 1 ? weight : weight * 0.7);
    }
}

/* Is `head` where `title` begins, and a separator after it? */
static bool is_headline_of(dl_str head, dl_str title)
{
    return head.len < title.len && dl_str_starts(title, head) && count_words(head) >= 2 &&
           separator_at(title, head.len);
}

/* "Bridge closed | The Post" where a heading or another claim is "Bridge closed": that. */
static dl_str cut_after_headline(struct titles *t, dl_str title)
{
    const struct dl_page *page = t->page;
    const struct dl_claim_list *claims = &page->claims.of[DL_CLAIM_TITLE];
    for (uint32_t i = 0; i < t->heading_end; i++) {
        const struct dl_block *block = &page->blocks.list[i];
        if (block->kind != DL_BLOCK_HEADING || block->level != 1 || block->words < 2)
            continue;
        dl_str text = one_line(t->arena, block->text);
        if (is_headline_of(text, title))
            return text;
    }
    for (uint32_t i = 0; i < claims->count; i++)
        if (claims->list[i].rank >= 60 && is_headline_of(claims->list[i].value, title))
            return claims->list[i].value;
    return title;
}

/* "Border to open…" where a heading says it to the end. */
static bool is_cut_short(const struct titles *t, dl_str text)
{
    dl_str dots = dl_str_ends(text, DL_STR("\u2026")) ? DL_STR("\u2026")
                  : dl_str_ends(text, DL_STR("..."))  ? DL_STR("...")
                                                      : (dl_str){"", 0};
    dl_str head = dl_str_trim(dl_str_sub(text, 0, text.len - dots.len));
    for (uint32_t i = 0; dots.len && i < t->heading_end; i++) {
        const struct dl_block *block = &t->page->blocks.list[i];
        if (block->kind == DL_BLOCK_HEADING && block->level == 1 &&
            dl_str_starts(one_line(t->arena, block->text), head))
            return true;
    }
    return false;
}

static void add_claims(struct titles *t)
{
    const struct dl_claim_list *claims = &t->page->claims.of[DL_CLAIM_TITLE];
    for (uint32_t i = 0; i < claims->count; i++) {
        const struct dl_claim *claim = &claims->list[i];
        if (claim->rank < 25)
            continue;
        dl_str text = cut_after_headline(t, claim->value);
        text = without_site(t->arena, text, t->site, t->host, false);
        /* What is left must not be just a piece of the headline. */
        if (count_words(text) < 2 && count_words(claim->value) > 3)
            text = claim->value;
        bool believed = !is_cut_short(t, text) && !dl_str_eq_nocase(text, t->site);
        add_candidate(t->list, &t->count, text,
                      believed ? claim->rank / WEIGHT_OF_RANK : WEIGHT_NO_HEADLINE);
    }
}

dl_str dl_weigh_title(const struct dl_page *page, struct dl_arena *arena)
{
    struct titles t = {.page = page, .arena = arena};
    const struct dl_claim *named = dl_claims_best(&page->claims, DL_CLAIM_PUBLISHER);
    t.heading_end = find_heading_end(&page->blocks);
    t.host = dl_address_host(arena, page->article.url);
    t.site = named && named->rank >= 50 ? named->value : (dl_str){NULL, 0};
    dl_str page_title = cut_after_headline(&t, page->claims.title);
    page_title = without_site(arena, page_title, t.site, t.host, true);
    add_claims(&t);
    add_headings(&t, page_title);
    add_candidate(t.list, &t.count, page_title, WEIGHT_PAGE_TITLE);
    const struct candidate *best = NULL;
    double best_weight = 0;
    for (unsigned i = 0; i < t.count; i++) {
        double weight = t.list[i].weight;
        for (unsigned j = 0; j < t.count; j++)
            if (i != j && likeness(arena, t.list[i].text, t.list[j].text) > AGREES)
                weight += t.list[j].weight * 0.8;
        if (weight > best_weight) {
            best = &t.list[i];
            best_weight = weight;
        }
    }
    return best ? best->text : (dl_str){NULL, 0};
}

dl_str dl_weigh_publisher(const struct dl_page *page, dl_str url, struct dl_arena *arena)
{
    const struct dl_claim *best = dl_claims_best(&page->claims, DL_CLAIM_PUBLISHER);
    if (best && best->rank >= 30 && !dl_str_starts(best->value, DL_STR("http")) &&
        best->value.len < 100)
        return best->value;
    /* The last piece of <title>, where the host says so. */
    dl_str host = dl_address_host(arena, url);
    dl_str title = page->claims.title;
    size_t last = 0;
    size_t last_len = 0;
    for (size_t at = 1; at + 1 < title.len; at++) {
        size_t len = separator_at(title, at);
        if (len) {
            last = at;
            last_len = len;
            at += len - 1;
        }
    }
    if (last) {
        dl_str tail = dl_str_trim(dl_str_sub(title, last + last_len, title.len));
        if (host.len && dl_names_site(arena, tail, (dl_str){NULL, 0}, host))
            return tail;
    }
    return best && best->rank >= 15 && !dl_str_starts(best->value, DL_STR("http")) &&
                   best->value.at[0] != '@'
               ? best->value
               : (dl_str){NULL, 0};
}
