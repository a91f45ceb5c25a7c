/* Fields, ranks and lists. */
#include "producers/feeds/feed_draft.h"

#include "core/limits.h"
#include "markup/html_safe.h"
#include "markup/html_text.h"
#include "markup/stamp.h"

void dl_feed_part_init(struct dl_feed_part *part)
{
    *part = (struct dl_feed_part){0};
    for (unsigned i = 0; i < DL_FEED_FIELDS; i++)
        part->value[i] = (dl_str){"", 0};
    part->category_link = &part->categories;
}

void dl_feed_draft_init(struct dl_feed_draft *draft, struct dl_arena *arena, dl_str url)
{
    *draft = (struct dl_feed_draft){.arena = arena};
    dl_feed_part_init(&draft->feed);
    dl_feed_part_init(&draft->entry);
    draft->url = url;
    struct dl_url parsed;
    if (url.len && dl_url_parse(arena, url, NULL, &parsed, NULL) == DL_OK) {
        struct dl_url *kept = dl_arena_alloc(arena, sizeof *kept);
        *kept = parsed;
        draft->base = kept;
    }
}

const struct dl_html_names *dl_feed_names(struct dl_feed_draft *draft)
{
    if (!draft->names_known)
        dl_html_names_init(&draft->names);
    draft->names_known = true;
    return &draft->names;
}

dl_str dl_feed_plain(struct dl_feed_draft *draft, dl_str html)
{
    if (html.len == 0 || !memchr(html.at, '<', html.len))
        return dl_html_line(draft->arena, html);
    return dl_html_plain(draft->arena, dl_feed_names(draft), html);
}

dl_str dl_feed_safe(struct dl_feed_draft *draft, dl_str html, const struct dl_url *base)
{
    if (html.len == 0)
        return html;
    return dl_html_safe(draft->arena, dl_feed_names(draft), html, base);
}

void dl_feed_odd(struct dl_feed_draft *draft, const char *why)
{
    if (!draft->bozo)
        draft->bozo = why;
}

bool dl_feed_wants(const struct dl_feed_part *part, enum dl_feed_field field, unsigned rank)
{
    return rank > part->rank[field];
}

void dl_feed_set(struct dl_feed_part *part, enum dl_feed_field field, unsigned rank, dl_str value)
{
    if (value.len == 0 || !dl_feed_wants(part, field, rank))
        return;
    part->value[field] = value;
    part->rank[field] = (uint8_t)rank;
}

void dl_feed_set_date(struct dl_feed_draft *draft, struct dl_feed_part *part,
                      enum dl_feed_field field, unsigned rank, dl_str text)
{
    struct dl_stamp date;
    text = dl_str_trim(text);
    if (text.len == 0 || !dl_feed_wants(part, field, rank))
        return;
    if (dl_stamp_read(text, &date) == DL_OK)
        dl_feed_set(part, field, rank, dl_stamp_text(draft->arena, &date));
    else
        dl_feed_odd(draft, "a date nobody can read");
}

/* --- addresses --- */

static bool may_be_followed(dl_str scheme)
{
    return dl_str_is(scheme, "http") || dl_str_is(scheme, "https");
}

dl_str dl_feed_address(struct dl_feed_draft *draft, dl_str text, const struct dl_url *base)
{
    struct dl_url url;
    text = dl_str_trim(text);
    if (text.len > 5 && dl_str_eq_nocase(dl_str_sub(text, 0, 5), DL_STR("feed:"))) {
        text = dl_str_sub(text, 5, text.len); /* "feed:https://…", "feed://…" */
        if (dl_str_starts(text, DL_STR("//")))
            text = dl_arena_printf(draft->arena, "http:%.*s", DL_STR_ARG(text));
    }
    if (text.len == 0 || text.len > DL_URL_BYTES_MAX)
        return (dl_str){"", 0};
    if (dl_url_parse(draft->arena, text, base, &url, NULL) == DL_OK)
        return may_be_followed(url.scheme) ? dl_url_href(draft->arena, &url) : (dl_str){"", 0};
    if (base || memchr(text.at, ':', text.len) || memchr(text.at, '<', text.len))
        return (dl_str){"", 0};
    return text; /* relative, and nobody knows to what */
}

void dl_feed_set_link(struct dl_feed_draft *draft, struct dl_feed_part *part,
                      enum dl_feed_field field, unsigned rank, dl_str text,
                      const struct dl_url *base)
{
    if (dl_feed_wants(part, field, rank))
        dl_feed_set(part, field, rank, dl_feed_address(draft, text, base));
}

void dl_feed_set_site(struct dl_feed_draft *draft)
{
    struct dl_url parsed;
    if (dl_url_parse(draft->arena, draft->feed.value[DL_FEED_LINK], draft->base, &parsed, NULL) !=
        DL_OK)
        return;
    struct dl_url *kept = dl_arena_alloc(draft->arena, sizeof *kept);
    *kept = parsed;
    draft->base = kept;
}

/* --- lists --- */

/* What is left of "mail (name)", "name <mail>", "name (mail)" without the mail, if anything is. */
static dl_str name_of_person(dl_str text)
{
    static const char pairs[] = "()<>[]";
    for (size_t i = 0; i + 1 < sizeof pairs - 1; i += 2) {
        const char *open = text.len ? memchr(text.at, pairs[i], text.len) : NULL;
        size_t at = open ? (size_t)(open - text.at) : 0;
        const char *close = open ? memchr(open, pairs[i + 1], text.len - at) : NULL;
        if (!close)
            continue;
        dl_str inside = dl_str_trim(dl_str_sub(text, at + 1, (size_t)(close - text.at)));
        dl_str before = dl_str_trim(dl_str_sub(text, 0, at));
        bool mail_inside = inside.len && memchr(inside.at, '@', inside.len) &&
                           !memchr(inside.at, ':', inside.len); /* "mailto:" is meant to be seen */
        bool mail_before = before.len && memchr(before.at, '@', before.len);
        if (mail_inside && before.len)
            return before;
        if (mail_before && inside.len)
            return inside;
    }
    return text;
}

static bool has_author(dl_str all, dl_str one)
{
    const char *hit = all.len ? memmem(all.at, all.len, one.at, one.len) : NULL;
    if (!hit)
        return false;
    size_t end = (size_t)(hit - all.at) + one.len;
    return (hit == all.at || hit[-1] == ' ') && (end == all.len || all.at[end] == ',');
}

#define AUTHORS_BYTES_MAX 4096U /* a longer list is no byline */

void dl_feed_add_author(struct dl_feed_draft *draft, struct dl_feed_part *part, unsigned rank,
                        dl_str text)
{
    dl_str *value = &part->value[DL_FEED_AUTHOR];
    text = dl_str_trim(name_of_person(dl_str_trim(text)));
    if (text.len == 0 || rank < part->rank[DL_FEED_AUTHOR])
        return;
    if (rank > part->rank[DL_FEED_AUTHOR]) {
        *value = text;
        part->rank[DL_FEED_AUTHOR] = (uint8_t)rank;
    } else if (!has_author(*value, text) && value->len + text.len < AUTHORS_BYTES_MAX) {
        *value = dl_arena_printf(draft->arena, "%.*s, %.*s", DL_STR_ARG(*value), DL_STR_ARG(text));
    }
}

void dl_feed_add_category(struct dl_feed_draft *draft, struct dl_feed_part *part, dl_str text)
{
    text = dl_html_line(draft->arena, text);
    if (text.len == 0 || part->category_count == DL_FEED_ITEMS_MAX)
        return;
    for (const struct dl_feed_text *old = part->categories; old; old = old->next)
        if (dl_str_eq(old->text, text))
            return;
    struct dl_feed_text *category = dl_arena_alloc(draft->arena, sizeof *category);
    category->text = text;
    *part->category_link = category;
    part->category_link = &category->next;
    part->category_count++;
}

/* Files are named by more schemes than pages are. */
static dl_str file_address(struct dl_feed_draft *draft, dl_str text, const struct dl_url *base)
{
    dl_str address = dl_feed_address(draft, text, base);
    bool other = dl_str_starts(text, DL_STR("ftp://")) || dl_str_starts(text, DL_STR("magnet:"));
    return address.len == 0 && other && !memchr(text.at, '<', text.len) ? text : address;
}

void dl_feed_replace_enclosure(struct dl_feed_draft *draft, struct dl_feed_part *part, dl_str url,
                               const struct dl_url *base)
{
    url = file_address(draft, dl_str_trim(url), base);
    if (url.len && part->enclosure_count)
        part->enclosures[part->enclosure_count - 1].url = url;
}

void dl_feed_add_enclosure(struct dl_feed_draft *draft, struct dl_feed_part *part, dl_str url,
                           dl_str type, dl_str length, const struct dl_url *base)
{
    url = file_address(draft, dl_str_trim(url), base);
    if (url.len == 0 || part->enclosure_count == DL_FEED_ITEMS_MAX)
        return;
    for (uint32_t i = 0; i < part->enclosure_count; i++)
        if (dl_str_eq(part->enclosures[i].url, url))
            return;
    if (part->enclosure_count == part->enclosure_room) {
        uint32_t room = part->enclosure_room ? part->enclosure_room * 2 : 2;
        struct dl_feed_enclosure *list =
            dl_arena_array(draft->arena, struct dl_feed_enclosure, room);
        if (part->enclosure_count)
            memcpy(list, part->enclosures, part->enclosure_count * sizeof *list);
        part->enclosures = list;
        part->enclosure_room = room;
    }
    part->enclosures[part->enclosure_count++] = (struct dl_feed_enclosure){
        url, dl_html_line(draft->arena, type), dl_html_line(draft->arena, length)};
}

/* --- ends --- */

static void take_entry(const struct dl_feed_part *part, struct dl_feed_entry *entry)
{
    const dl_str *value = part->value;
    *entry = (struct dl_feed_entry){.id = value[DL_FEED_ID],
                                    .title = value[DL_FEED_TITLE],
                                    .link = value[DL_FEED_LINK],
                                    .published = value[DL_FEED_PUBLISHED],
                                    .updated = value[DL_FEED_UPDATED],
                                    .author = value[DL_FEED_AUTHOR],
                                    .summary = value[DL_FEED_DESCRIPTION],
                                    .content = value[DL_FEED_CONTENT],
                                    .comments = value[DL_FEED_COMMENTS],
                                    .language = value[DL_FEED_LANGUAGE],
                                    .rights = value[DL_FEED_RIGHTS],
                                    .source = value[DL_FEED_SOURCE],
                                    .source_link = value[DL_FEED_SOURCE_LINK],
                                    .image = value[DL_FEED_IMAGE],
                                    .geo = value[DL_FEED_GEO],
                                    .categories = part->categories,
                                    .enclosures = part->enclosures,
                                    .enclosure_count = part->enclosure_count};
}

bool dl_feed_entry_end(struct dl_feed_draft *draft)
{
    if (draft->entry_count == DL_FEED_ENTRIES_MAX) {
        draft->cut = true;
        return false;
    }
    if (draft->entry_count == draft->entry_room) {
        uint32_t room = draft->entry_room ? draft->entry_room * 2 : 32;
        struct dl_feed_entry *list = dl_arena_array(draft->arena, struct dl_feed_entry, room);
        if (draft->entry_count)
            memcpy(list, draft->entries, draft->entry_count * sizeof *list);
        draft->entries = list;
        draft->entry_room = room;
    }
    take_entry(&draft->entry, &draft->entries[draft->entry_count++]);
    dl_feed_part_init(&draft->entry);
    return true;
}

void dl_feed_draft_finish(struct dl_feed_draft *draft, struct dl_feed_document *document)
{
    const dl_str *value = draft->feed.value;
    if (draft->inherit_author)
        for (uint32_t i = 0; i < draft->entry_count; i++)
            if (draft->entries[i].author.len == 0)
                draft->entries[i].author = value[DL_FEED_AUTHOR];
    document->format = draft->format;
    document->bozo = draft->bozo;
    document->cut = draft->cut;
    document->index = draft->index;
    document->ttl_s = draft->ttl_s;
    document->url = draft->url;
    document->title = value[DL_FEED_TITLE];
    document->link = value[DL_FEED_LINK];
    document->self = value[DL_FEED_SELF];
    document->hub = value[DL_FEED_HUB];
    document->description = value[DL_FEED_DESCRIPTION];
    document->language = value[DL_FEED_LANGUAGE];
    document->author = value[DL_FEED_AUTHOR];
    document->rights = value[DL_FEED_RIGHTS];
    document->id = value[DL_FEED_ID];
    document->updated = value[DL_FEED_UPDATED];
    document->published = value[DL_FEED_PUBLISHED];
    document->generator = value[DL_FEED_GENERATOR];
    document->image = value[DL_FEED_IMAGE];
    document->categories = draft->feed.categories;
    document->entries = draft->entries;
    document->entry_count = draft->entry_count;
}
