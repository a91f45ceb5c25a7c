/* A feed while it is being read: what the readers of XML and of JSON have in common. Not for
 * others.
 *
 * Several elements may say the same thing (link, guid and atom:link; description and summary). Each
 * saying has a rank, kept beside the field; the higher rank wins, and of equals the first. */
#ifndef DL_PRODUCERS_FEEDS_FEED_DRAFT_H
#define DL_PRODUCERS_FEEDS_FEED_DRAFT_H

#include "core/url.h"
#include "markup/html_tags.h"
#include "producers/feeds/feed_document.h"

enum dl_feed_field {
    DL_FEED_NO_FIELD,
    DL_FEED_TITLE,
    DL_FEED_LINK,
    DL_FEED_SELF,
    DL_FEED_HUB,
    DL_FEED_DESCRIPTION, /* of a feed; of an entry: summary */
    DL_FEED_CONTENT,
    DL_FEED_LANGUAGE,
    DL_FEED_AUTHOR,
    DL_FEED_RIGHTS,
    DL_FEED_ID,
    DL_FEED_UPDATED,
    DL_FEED_PUBLISHED,
    DL_FEED_GENERATOR,
    DL_FEED_IMAGE,
    DL_FEED_COMMENTS,
    DL_FEED_SOURCE,
    DL_FEED_SOURCE_LINK,
    DL_FEED_GEO,
    DL_FEED_FIELDS
};

/* A feed or an entry under way. */
struct dl_feed_part {
    dl_str value[DL_FEED_FIELDS];
    uint8_t rank[DL_FEED_FIELDS]; /* 0 where nothing was said */
    const struct dl_feed_text *categories;
    const struct dl_feed_text **category_link;
    uint32_t category_count;
    struct dl_feed_enclosure *enclosures;
    uint32_t enclosure_count;
    uint32_t enclosure_room;
};

struct dl_feed_draft {
    struct dl_arena *arena;
    struct dl_html_names names; /* by dl_feed_names(): small feeds hold no HTML */
    bool names_known;
    dl_str url;                /* of the document, or empty */
    const struct dl_url *base; /* for addresses where no xml:base says otherwise, or NULL */
    struct dl_feed_part feed;
    struct dl_feed_part entry;
    struct dl_feed_entry *entries;
    uint32_t entry_count;
    uint32_t entry_room;
    int64_t ttl_s;
    const char *format;
    const char *bozo;
    bool cut;
    bool index;
    bool inherit_author; /* Atom: an entry without one has the feed's */
};

void dl_feed_draft_init(struct dl_feed_draft *draft, struct dl_arena *arena, dl_str url);
/* What was read, into the document's fields. */
void dl_feed_draft_finish(struct dl_feed_draft *draft, struct dl_feed_document *document);

const struct dl_html_names *dl_feed_names(struct dl_feed_draft *draft);
/* Text without markup, HTML made safe. */
dl_str dl_feed_plain(struct dl_feed_draft *draft, dl_str html);
dl_str dl_feed_safe(struct dl_feed_draft *draft, dl_str html, const struct dl_url *base);

void dl_feed_part_init(struct dl_feed_part *part);
/* The entry under way joins the others; false when no more are taken. */
bool dl_feed_entry_end(struct dl_feed_draft *draft);

/* The first thing that is not as it should be. */
void dl_feed_odd(struct dl_feed_draft *draft, const char *why);

/* `value` as it is, if it is not empty and outranks what is there. */
void dl_feed_set(struct dl_feed_part *part, enum dl_feed_field field, unsigned rank, dl_str value);
/* Whether something of this rank would be taken. */
bool dl_feed_wants(const struct dl_feed_part *part, enum dl_feed_field field, unsigned rank);

void dl_feed_set_date(struct dl_feed_draft *draft, struct dl_feed_part *part,
                      enum dl_feed_field field, unsigned rank, dl_str text);
/* An address to follow: http or https, or it is left out. */
void dl_feed_set_link(struct dl_feed_draft *draft, struct dl_feed_part *part,
                      enum dl_feed_field field, unsigned rank, dl_str text,
                      const struct dl_url *base);
/* The feed's link is known: relative addresses are meant by it rather than by where the feed
 * happens to be fetched from. */
void dl_feed_set_site(struct dl_feed_draft *draft);
/* Authors of one rank are listed one after the other. "mail (name)", "name <mail>": the name. */
void dl_feed_add_author(struct dl_feed_draft *draft, struct dl_feed_part *part, unsigned rank,
                        dl_str text);
void dl_feed_add_category(struct dl_feed_draft *draft, struct dl_feed_part *part, dl_str text);
void dl_feed_add_enclosure(struct dl_feed_draft *draft, struct dl_feed_part *part, dl_str url,
                           dl_str type, dl_str length, const struct dl_url *base);

/* The last enclosure's address is only a counter in front of this one. */
void dl_feed_replace_enclosure(struct dl_feed_draft *draft, struct dl_feed_part *part, dl_str url,
                               const struct dl_url *base);

/* The address against `base`, written out; as it is where there is no base; empty when it is none
 * or must not be followed. */
dl_str dl_feed_address(struct dl_feed_draft *draft, dl_str text, const struct dl_url *base);

/* The readers. `text` valid UTF-8. DL_NOT_FOUND: that is no feed of this kind. */
dl_status dl_feed_read_xml(struct dl_feed_draft *draft, dl_str text, struct dl_error *err);
dl_status dl_feed_read_json(struct dl_feed_draft *draft, dl_str text, struct dl_error *err);

/* Places: "lat lon lat lon …" as a geometry in GeoJSON; empty when it is none. */
enum dl_feed_shape { DL_FEED_POINT, DL_FEED_LINE, DL_FEED_POLYGON, DL_FEED_BOX };
dl_str dl_feed_geometry(struct dl_arena *arena, enum dl_feed_shape shape, dl_str numbers);

#endif
