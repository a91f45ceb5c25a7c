/* Entries into articles. */
#include "producers/poll/poll_items.h"

#include "core/day.h"
#include "core/limits.h"
#include "core/url.h"
#include "producers/door/door.h"
#include "producers/feeds/fragment.h"
#include "proto/id.h"

#define XXH_STATIC_LINKING_ONLY /* the streaming state on the stack */
#include <xxhash.h>

#define KEYWORDS_MAX 64U

/* --- links --- */

/* The canonical form of each entry's link; empty for those that are no page of their own. */
static dl_str *canonical_links(struct dl_arena *arena, const struct dl_feed_document *document)
{
    dl_str *links = dl_arena_array(arena, dl_str, document->entry_count + 1);
    for (uint32_t i = 0; i < document->entry_count; i++) {
        struct dl_url url;
        dl_str link = document->entries[i].link;
        if (link.len == 0 || link.len > DL_URL_BYTES_MAX ||
            dl_url_parse(arena, link, NULL, &url, NULL) != DL_OK || !dl_url_is_web(&url))
            continue;
        bool is_home = url.path.len <= 1 && !url.has_query;
        if (!is_home)
            links[i] = dl_url_canonical(arena, &url);
    }
    return links;
}

/* Empties links that stand for several entries. Open addressing over their hashes. */
static void drop_shared_links(struct dl_arena *arena, const struct dl_feed_document *document,
                              dl_str *links)
{
    size_t slots = 16;
    while (slots < 2 * (size_t)document->entry_count)
        slots *= 2;
    uint32_t *first = dl_arena_array(arena, uint32_t, slots);
    bool *is_shared = dl_arena_array(arena, bool, document->entry_count + 1);
    for (uint32_t i = 0; i < document->entry_count; i++) {
        if (links[i].len == 0)
            continue;
        size_t slot = XXH3_64bits(links[i].at, links[i].len) & (slots - 1);
        while (first[slot] && !dl_str_eq(links[first[slot] - 1], links[i]))
            slot = (slot + 1) & (slots - 1);
        if (!first[slot])
            first[slot] = i + 1;
        else if (!dl_str_eq(document->entries[first[slot] - 1].id, document->entries[i].id))
            is_shared[first[slot] - 1] = is_shared[i] = true;
    }
    for (uint32_t i = 0; i < document->entry_count; i++)
        if (is_shared[i] && document->entries[i].id.len)
            links[i] = (dl_str){NULL, 0};
}

/* --- articles --- */

static dl_str host_of(struct dl_arena *arena, dl_str href)
{
    struct dl_url url;
    if (href.len == 0 || dl_url_parse(arena, href, NULL, &url, NULL) != DL_OK)
        return (dl_str){NULL, 0};
    return dl_str_starts(url.host, DL_STR("www.")) ? dl_str_sub(url.host, 4, url.host.len)
                                                   : url.host;
}

static dl_str first_of(dl_str a, dl_str b)
{
    return a.len ? a : b;
}

static void put_keywords(struct dl_arena *arena, const struct dl_feed_entry *entry,
                         struct dl_article_record *article)
{
    uint32_t count = 0;
    for (const struct dl_feed_text *c = entry->categories; c && count < KEYWORDS_MAX; c = c->next)
        count++;
    article->keywords = dl_arena_array(arena, dl_str, count + 1);
    for (const struct dl_feed_text *c = entry->categories;
         c && article->keywords_count < KEYWORDS_MAX; c = c->next)
        article->keywords[article->keywords_count++] = c->text;
}

static dl_str image_of(const struct dl_feed_entry *entry)
{
    for (uint32_t i = 0; i < entry->enclosure_count && !entry->image.len; i++)
        if (dl_str_starts(entry->enclosures[i].type, DL_STR("image/")))
            return entry->enclosures[i].url;
    return entry->image;
}

static bool is_cut(dl_str text)
{
    return dl_str_ends(text, DL_STR("...")) || dl_str_ends(text, DL_STR("\xe2\x80\xa6")) ||
           dl_str_ends(text, DL_STR("[\xe2\x80\xa6]")) || dl_str_ends(text, DL_STR("[...]"));
}

/* Text: the content, else the summary, else the title alone. */
static void put_text(struct dl_arena *arena, const struct dl_feed_entry *entry,
                     struct dl_poll_candidate *candidate)
{
    struct dl_article_record *article = candidate->article;
    dl_str content = dl_fragment_text(arena, entry->content);
    dl_str summary = dl_fragment_text(arena, entry->summary);
    article->text = first_of(content, summary);
    candidate->has_text = article->text.len > 0;
    if (content.len && !dl_str_eq(content, summary))
        article->description = summary;
    if (is_cut(article->text)) {
        article->has_truncated = true;
        article->truncated = true;
    }
    if (article->text.len == 0)
        article->text = article->title;
}

static struct dl_article_record *article_of(struct dl_arena *arena,
                                            const struct dl_feed_document *document,
                                            const struct dl_feed_entry *entry, dl_str feed_url)
{
    struct dl_article_record *article = dl_arena_alloc(arena, sizeof *article);
    struct dl_publisher *publisher = dl_arena_alloc(arena, sizeof *publisher);
    struct dl_attribute *attributes = dl_arena_array(arena, struct dl_attribute, 1);
    publisher->name = first_of(entry->source, document->title);
    publisher->host = host_of(arena, first_of(entry->link, first_of(document->link, feed_url)));
    attributes[0] = (struct dl_attribute){.name = DL_STR("feed"), .value = feed_url};
    article->publisher = publisher;
    article->attributes = attributes;
    article->attributes_count = 1;
    article->url = entry->link.len <= DL_URL_BYTES_MAX ? entry->link : (dl_str){NULL, 0};
    article->guid = entry->id;
    article->title = entry->title;
    article->published = first_of(entry->published, entry->updated);
    article->modified = entry->published.len ? entry->updated : (dl_str){NULL, 0};
    article->language = first_of(entry->language, document->language);
    article->lead_image = image_of(entry);
    if (entry->author.len || document->author.len) {
        article->authors = dl_arena_array(arena, dl_str, 1);
        article->authors[0] = first_of(entry->author, document->author);
        article->authors_count = 1;
    }
    if (entry->rights.len || document->rights.len) {
        article->rights = dl_arena_alloc(arena, sizeof *article->rights);
        article->rights->copyright = first_of(entry->rights, document->rights);
    }
    put_keywords(arena, entry, article);
    return article;
}

/* --- identities --- */

static void add(XXH3_state_t *state, dl_str part)
{
    uint64_t len = part.len; /* framed, so that moving a border changes the hash */
    (void)XXH3_128bits_update(state, &len, sizeof len); /* fails only on NULL */
    if (len)
        (void)XXH3_128bits_update(state, part.at, part.len);
}

static void put_identity(struct dl_arena *arena, struct dl_poll_candidate *candidate, int64_t feed,
                         dl_str canonical)
{
    struct dl_article_record *article = candidate->article;
    struct dl_poll_item *item = &candidate->item;
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    (void)XXH3_128bits_reset(&state);
    (void)XXH3_128bits_update(&state, &feed, sizeof feed);
    add(&state, first_of(article->guid, first_of(canonical, article->title)));
    XXH128_canonical_t key;
    XXH128_canonicalFromHash(&key, XXH3_128bits_digest(&state));
    memcpy(item->key, key.digest, sizeof item->key);

    (void)XXH3_128bits_reset(&state);
    add(&state, article->title);
    add(&state, article->text);
    item->content = XXH3_128bits_digest(&state).low64;

    struct dl_article_record named = *article;
    named.id = (dl_str){NULL, 0};
    named.canonical_url = canonical;
    if (canonical.len == 0)
        named.url = (dl_str){NULL, 0};
    article->canonical_url = canonical;
    article->id = item->article = dl_article_id(arena, &named);
}

static void put_day(const struct dl_feed_entry *entry, struct dl_poll_candidate *candidate)
{
    dl_str date = first_of(entry->updated, entry->published);
    candidate->has_day = date.len && dl_day_of_rfc3339(date, &candidate->day) == DL_OK;
}

void dl_poll_items_read(struct dl_arena *arena, const struct dl_feed_document *document,
                        int64_t feed, dl_str url, struct dl_poll_candidates *ret)
{
    struct dl_error err;
    dl_str *links = canonical_links(arena, document);
    drop_shared_links(arena, document, links);
    *ret = (struct dl_poll_candidates){
        .list = dl_arena_array(arena, struct dl_poll_candidate, document->entry_count + 1),
        .is_sitemap = document->format && strncmp(document->format, "sitemap", 7) == 0};
    for (uint32_t i = 0; i < document->entry_count; i++) {
        const struct dl_feed_entry *entry = &document->entries[i];
        struct dl_poll_candidate *candidate = &ret->list[ret->count];
        *candidate = (struct dl_poll_candidate){0};
        candidate->article = article_of(arena, document, entry, url);
        put_text(arena, entry, candidate);
        put_day(entry, candidate);
        put_identity(arena, candidate, feed, links[i]);
        if (ret->is_sitemap && links[i].len && candidate->article->text.len == 0)
            candidate->article->text = candidate->article->url; /* until its page is here */
        if (dl_door_article(arena, candidate->article, (dl_str){NULL, 0}, &err) == DL_OK)
            ret->count++;
        else
            ret->refused++;
    }
}
