/* JSON-LD: schema.org's articles, however they are nested. The types are data/pages/ldtypes.txt. */
#include "markup/html_text.h"
#include "markup/words.h"
#include "pages/claims.h"
#include "pages/json_loose.h"

#define FOUND_MAX 64U
#define DEPTH_MAX 12U
#define BODY_BYTES_MIN 200U

extern const struct dl_words dl_words_page_ldtypes;

struct found {
    const struct dl_loose *object;
    int weight; /* of its type, less for each level it lies deeper */
};

struct finding {
    struct found list[FOUND_MAX];
    unsigned count;
};

/* The scripts' values. */
struct scripts {
    const struct dl_loose *list[DL_CLAIMS_SCRIPTS_MAX];
    uint32_t count;
};

static int weight_of_type(const struct dl_loose *type)
{
    int weight = 0;
    if (!type)
        return 0;
    if (type->kind == DL_LOOSE_ARRAY) {
        for (const struct dl_loose *one = type->first; one; one = one->next) {
            int other = weight_of_type(one);
            weight = other > weight ? other : weight;
        }
        return weight;
    }
    dl_str name = type->text;
    for (size_t i = name.len; i-- > 0;)
        if (name.at[i] == '/' || name.at[i] == ':') { /* "http://schema.org/NewsArticle" */
            name = dl_str_sub(name, i + 1, name.len);
            break;
        }
    return dl_words_number(&dl_words_page_ldtypes, name);
}

/* Members under which other articles than the page's own are named. */
static bool leads_away(dl_str name)
{
    static const char *const names[] = {
        "itemListElement", "hasPart",   "mentions",       "relatedLink",     "citation",
        "associatedMedia", "isPartOf",  "liveBlogUpdate", "comment",         "video",
        "image",           "publisher", "author",         "potentialAction", "isBasedOn"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (dl_str_is(name, names[i]))
            return true;
    return false;
}

static void find_articles(struct finding *f, const struct dl_loose *value, unsigned depth)
{
    if (!value || depth > DEPTH_MAX)
        return;
    if (value->kind == DL_LOOSE_OBJECT) {
        int weight = weight_of_type(dl_loose_get(value, "@type"));
        if (weight && f->count < FOUND_MAX)
            f->list[f->count++] = (struct found){value, weight * 8 - (int)depth};
    }
    if (value->kind != DL_LOOSE_OBJECT && value->kind != DL_LOOSE_ARRAY)
        return;
    for (const struct dl_loose *member = value->first; member; member = member->next)
        if (!leads_away(member->name))
            find_articles(f, member, depth + 1);
}

/* Among the values of a script, or of its @graph. */
static const struct dl_loose *find_id(const struct dl_loose *top, dl_str id,
                                      const struct dl_loose *not_this)
{
    for (; top; top = top->next) {
        const struct dl_loose *graph = dl_loose_get(top, "@graph");
        const struct dl_loose *one = graph ? graph->first : top;
        for (; one; one = graph ? one->next : NULL) {
            const struct dl_loose *other = dl_loose_get(one, "@id");
            if (other && one != not_this && one->first->next && dl_str_eq(other->text, id))
                return one;
        }
        if (top->kind == DL_LOOSE_ARRAY) {
            const struct dl_loose *inner = find_id(top->first, id, not_this);
            if (inner)
                return inner;
        }
    }
    return NULL;
}

/* The object a {"@id": …} stands for, by its other members; `value` itself when there is none. */
static const struct dl_loose *resolve(const struct scripts *all, const struct dl_loose *value)
{
    const struct dl_loose *id = dl_loose_get(value, "@id");
    if (!id || dl_loose_get(value, "name"))
        return value;
    for (uint32_t i = 0; i < all->count; i++) {
        const struct dl_loose *found = find_id(all->list[i]->first, id->text, value);
        if (found)
            return found;
    }
    return value;
}

struct putting {
    struct dl_claims *claims;
    struct dl_arena *arena;
    const struct scripts *all;
    int bonus;
};

/* Strings, objects with a name or URL, and lists of these. */
static void put(struct putting *p, const char *name, const struct dl_loose *value, unsigned depth)
{
    if (!value || depth > 4)
        return;
    switch (value->kind) {
    case DL_LOOSE_STRING:
    case DL_LOOSE_WORD:
        if (!dl_str_is(value->text, "null"))
            dl_claims_add(p->claims, p->arena, "ld:", dl_str_of(name),
                          dl_claims_line(p->arena, value->text), p->bonus);
        break;
    case DL_LOOSE_ARRAY:
        for (const struct dl_loose *one = value->first; one; one = one->next)
            put(p, name, one, depth + 1);
        break;
    case DL_LOOSE_OBJECT: {
        static const char *const inner[] = {"name", "url", "@id", "@value"};
        bool is_place = strcmp(name, "mainEntityOfPage") == 0 || strcmp(name, "image") == 0 ||
                        strcmp(name, "license") == 0;
        value = resolve(p->all, value);
        const struct dl_loose *list = dl_loose_get(value, "@list");
        if (!list)
            list = dl_loose_get(value, "@set");
        if (list) {
            put(p, name, list, depth + 1);
            return;
        }
        for (size_t i = is_place ? 1 : 0; i < 4; i++) {
            const struct dl_loose *part = dl_loose_get(value, inner[i]);
            bool is_name = i == 0 || i == 3;
            if (part && (is_place || is_name)) {
                put(p, name, part, depth + 1);
                return;
            }
        }
        const struct dl_loose *given = dl_loose_get(value, "givenName");
        const struct dl_loose *family = dl_loose_get(value, "familyName");
        if (given && family)
            dl_claims_add(p->claims, p->arena, "ld:", dl_str_of(name),
                          dl_arena_printf(p->arena, "%.*s %.*s", DL_STR_ARG(given->text),
                                          DL_STR_ARG(family->text)),
                          p->bonus);
        break;
    }
    }
}

static void put_article(struct putting *p, const struct dl_loose *article)
{
    static const char *const members[] = {"headline",    "datePublished",    "dateCreated",
                                          "uploadDate",  "dateModified",     "author",
                                          "creator",     "publisher",        "sourceOrganization",
                                          "inLanguage",  "mainEntityOfPage", "url",
                                          "description", "articleSection",   "keywords",
                                          "image",       "thumbnailUrl",     "isAccessibleForFree",
                                          "license",     "copyrightHolder"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        put(p, members[i], dl_loose_get(article, members[i]), 0);
    if (!dl_loose_get(article, "headline"))
        put(p, "name", dl_loose_get(article, "name"), 0);
    const struct dl_loose *body = dl_loose_get(article, "articleBody");
    if (body && body->kind == DL_LOOSE_STRING && body->text.len > BODY_BYTES_MIN &&
        body->text.len > p->claims->body.len)
        p->claims->body = body->text;
}

/* What a site says of itself beside its articles. */
static void put_sites(struct dl_claims *claims, struct dl_arena *arena, const struct scripts *all,
                      const struct dl_loose *top)
{
    for (; top; top = top->next) {
        const struct dl_loose *graph = dl_loose_get(top, "@graph");
        for (const struct dl_loose *one = graph ? graph->first : top; one;
             one = graph ? one->next : NULL) {
            const struct dl_loose *type = dl_loose_get(one, "@type");
            if (type && type->kind == DL_LOOSE_STRING &&
                (dl_str_is(type->text, "WebSite") ||
                 dl_str_is(type->text, "NewsMediaOrganization"))) {
                struct putting putting = {claims, arena, all, -25};
                put(&putting, "publisher", dl_loose_get(one, "name"), 0);
            }
        }
    }
}

void dl_claims_read_ld(struct dl_claims *claims, struct dl_arena *arena, const dl_str *texts,
                       uint32_t count)
{
    struct finding finding = {.count = 0};
    struct scripts all = {.count = count};
    for (uint32_t i = 0; i < count; i++) {
        all.list[i] = dl_loose_read(arena, texts[i]);
        find_articles(&finding, all.list[i], 0);
    }
    int best = 0;
    for (unsigned i = 0; i < finding.count; i++)
        best = finding.list[i].weight > best ? finding.list[i].weight : best;
    for (unsigned i = 0; i < finding.count; i++) {
        const struct found *found = &finding.list[i];
        /* The first of the likeliest kind is the page's own; web pages around it know less. */
        struct putting putting = {claims, arena, &all, 0};
        if (found->weight < 7 * 4)
            putting.bonus = -35;
        else if (found->weight < best)
            putting.bonus = -20;
        put_article(&putting, found->object);
        if (found->weight == best)
            best++; /* others of its kind come after it */
    }
    for (uint32_t i = 0; i < count; i++)
        put_sites(claims, arena, &all, all.list[i]->first);
}
