/* JSON Feed 1.0 and 1.1 (jsonfeed.org), read with some patience: numbers for ids, a single author,
 * strings where lists should be. */
#include "producers/feeds/feed_draft.h"

#include "core/json_value.h"
#include "markup/html_safe.h"
#include "markup/html_text.h"

static dl_str line_of(struct dl_feed_draft *draft, const struct dl_json *object, const char *key)
{
    return dl_html_line(draft->arena, dl_json_member_text(object, key));
}

/* {"name","url"}, or only a name. */
static void take_person(struct dl_feed_draft *draft, struct dl_feed_part *part, unsigned rank,
                        const struct dl_json *person)
{
    if (!person)
        return;
    dl_str name =
        person->kind == DL_JSON_STRING ? person->text : dl_json_member_text(person, "name");
    if (name.len == 0)
        name = dl_json_member_text(person, "url");
    dl_feed_add_author(draft, part, rank, dl_html_line(draft->arena, name));
}

static void take_authors(struct dl_feed_draft *draft, struct dl_feed_part *part,
                         const struct dl_json *object)
{
    const struct dl_json *authors = dl_json_member(object, "authors");
    if (authors && authors->kind == DL_JSON_ARRAY)
        for (const struct dl_json *person = authors->first; person; person = person->next)
            take_person(draft, part, 9, person);
    else
        take_person(draft, part, 9, authors);
    take_person(draft, part, 8, dl_json_member(object, "author"));
}

static void take_tags(struct dl_feed_draft *draft, struct dl_feed_part *part,
                      const struct dl_json *tags)
{
    if (tags && tags->kind == DL_JSON_STRING)
        dl_feed_add_category(draft, part, tags->text);
    if (!tags || tags->kind != DL_JSON_ARRAY)
        return;
    for (const struct dl_json *tag = tags->first; tag; tag = tag->next)
        if (tag->kind == DL_JSON_STRING)
            dl_feed_add_category(draft, part, tag->text);
}

static void take_attachments(struct dl_feed_draft *draft, struct dl_feed_part *part,
                             const struct dl_json *list)
{
    if (!list || list->kind != DL_JSON_ARRAY)
        return;
    for (const struct dl_json *one = list->first; one; one = one->next)
        dl_feed_add_enclosure(draft, part, dl_json_member_text(one, "url"),
                              dl_json_member_text(one, "mime_type"),
                              dl_json_member_text(one, "size_in_bytes"), draft->base);
}

static void take_html(struct dl_feed_draft *draft, struct dl_feed_part *part,
                      enum dl_feed_field field, unsigned rank, dl_str html)
{
    dl_feed_set(part, field, rank, dl_feed_safe(draft, html, draft->base));
}

static void take_item(struct dl_feed_draft *draft, const struct dl_json *item)
{
    struct dl_feed_part *part = &draft->entry;
    dl_str text = dl_json_member_text(item, "content_text");
    dl_str id = dl_str_trim(dl_json_member_text(item, "id"));
    dl_feed_part_init(part);
    dl_feed_set(part, DL_FEED_ID, 9, id);
    dl_feed_set(part, DL_FEED_TITLE, 9, line_of(draft, item, "title"));
    dl_feed_set_link(draft, part, DL_FEED_LINK, 9, dl_json_member_text(item, "url"), draft->base);
    dl_feed_set_link(draft, part, DL_FEED_LINK, 8, dl_json_member_text(item, "external_url"),
                     draft->base);
    if (dl_str_starts(id, DL_STR("http://")) || dl_str_starts(id, DL_STR("https://")))
        dl_feed_set_link(draft, part, DL_FEED_LINK, 1, id, NULL);
    take_html(draft, part, DL_FEED_CONTENT, 9, dl_json_member_text(item, "content_html"));
    text = dl_html_escape(draft->arena, dl_str_trim(text));
    if (part->value[DL_FEED_CONTENT].len)
        dl_feed_set(part, DL_FEED_DESCRIPTION, 1, text); /* the same in plain: better than none */
    else
        dl_feed_set(part, DL_FEED_CONTENT, 8, text);
    take_html(draft, part, DL_FEED_DESCRIPTION, 9, dl_json_member_text(item, "summary"));
    dl_feed_set_date(draft, part, DL_FEED_PUBLISHED, 9,
                     dl_json_member_text(item, "date_published"));
    dl_feed_set_date(draft, part, DL_FEED_UPDATED, 9, dl_json_member_text(item, "date_modified"));
    dl_feed_set(part, DL_FEED_LANGUAGE, 9, line_of(draft, item, "language"));
    dl_feed_set_link(draft, part, DL_FEED_IMAGE, 9, dl_json_member_text(item, "image"),
                     draft->base);
    dl_feed_set_link(draft, part, DL_FEED_IMAGE, 8, dl_json_member_text(item, "banner_image"),
                     draft->base);
    take_authors(draft, part, item);
    take_tags(draft, part, dl_json_member(item, "tags"));
    take_attachments(draft, part, dl_json_member(item, "attachments"));
    (void)dl_feed_entry_end(draft); /* past the last one taken `cut` ends the list */
}

static void take_head(struct dl_feed_draft *draft, const struct dl_json *root)
{
    struct dl_feed_part *part = &draft->feed;
    dl_feed_set(part, DL_FEED_TITLE, 9, line_of(draft, root, "title"));
    dl_feed_set(part, DL_FEED_DESCRIPTION, 9,
                dl_html_escape(draft->arena, line_of(draft, root, "description")));
    dl_feed_set(part, DL_FEED_LANGUAGE, 9, line_of(draft, root, "language"));
    dl_feed_set_link(draft, part, DL_FEED_LINK, 9, dl_json_member_text(root, "home_page_url"),
                     draft->base);
    dl_feed_set_site(draft);
    dl_feed_set_link(draft, part, DL_FEED_SELF, 9, dl_json_member_text(root, "feed_url"),
                     draft->base);
    dl_feed_set_link(draft, part, DL_FEED_IMAGE, 9, dl_json_member_text(root, "icon"), draft->base);
    dl_feed_set_link(draft, part, DL_FEED_IMAGE, 8, dl_json_member_text(root, "favicon"),
                     draft->base);
    const struct dl_json *hubs = dl_json_member(root, "hubs");
    if (hubs && hubs->kind == DL_JSON_ARRAY && hubs->first)
        dl_feed_set_link(draft, part, DL_FEED_HUB, 9, dl_json_member_text(hubs->first, "url"),
                         draft->base);
    take_authors(draft, part, root);
}

dl_status dl_feed_read_json(struct dl_feed_draft *draft, dl_str text, struct dl_error *err)
{
    const struct dl_json *root;
    dl_status status = dl_json_read_part(draft->arena, text, &root, err);
    dl_str version = dl_json_member_text(root, "version");
    const struct dl_json *items = dl_json_member(root, "items");
    bool named = version.len && memmem(version.at, version.len, "jsonfeed.org", 12);
    bool listed = items && items->kind == DL_JSON_ARRAY;
    if (status != DL_OK && !(named && listed)) /* broken before anything could be had of it */
        return status;
    if (status != DL_OK)
        dl_feed_odd(draft, "it breaks off");
    if (root->kind != DL_JSON_OBJECT || (!named && !listed))
        return dl_fail(err, DL_BAD_INPUT, "no feed: JSON without a version of JSON Feed");
    if (!named)
        dl_feed_odd(draft, "no version of JSON Feed");
    draft->format = dl_str_ends(version, DL_STR("/1")) || dl_str_ends(version, DL_STR("/1.0"))
                        ? "json1"
                        : "json11";
    draft->inherit_author = true;
    take_head(draft, root);
    if (listed)
        for (const struct dl_json *item = items->first; item && !draft->cut; item = item->next)
            if (item->kind == DL_JSON_OBJECT)
                take_item(draft, item);
    return DL_OK;
}
