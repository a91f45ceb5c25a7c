/* A feed as it was read: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed, and sitemaps, all in
 * one shape.
 *
 * Text fields are plain text on one line. A feed's `description` and an entry's `summary` and
 * `content` are HTML made safe (markup/html_safe.h). Addresses are absolute where the feed's own is
 * known; links are http or https, nothing else. Dates are RFC 3339, or a bare day. Unknown is
 * empty.
 *
 * Bytes may be packed by gzip, as sitemaps are.
 *
 * Ill-formed feeds are read as far as they can be meant, and say so in `bozo`.
 *
 * Owner    everything lives in the arena given.
 * Threads  any; no clock. One document, one thread.
 * Errors   DL_BAD_INPUT: that is no feed. DL_TOO_BIG past DL_FEED_BYTES_MAX. Everything else is
 * read up to its limit: what comes after DL_FEED_ENTRIES_MAX entries is left out, and `cut` says
 *          so. Linear in the input. */
#ifndef DL_PRODUCERS_FEEDS_FEED_DOCUMENT_H
#define DL_PRODUCERS_FEEDS_FEED_DOCUMENT_H

#include "core/arena.h"

#define DL_FEED_BYTES_MAX (32U << 20)
#define DL_FEED_ENTRIES_MAX 50000U /* what a sitemap may hold */
#define DL_FEED_ITEMS_MAX 256U     /* categories, enclosures of one entry */
#define DL_FEED_DEPTH_MAX 64U      /* elements within elements; deeper ones are passed over */

struct dl_feed_enclosure {
    dl_str url;
    dl_str type;
    dl_str length; /* bytes, as it was written */
};

/* Lists grow in the arena and are chained in the order of the document. */
struct dl_feed_text {
    dl_str text;
    const struct dl_feed_text *next;
};

struct dl_feed_entry {
    dl_str id;
    dl_str title;
    dl_str link;
    dl_str published;
    dl_str updated;
    dl_str author;
    dl_str summary;
    dl_str content;
    dl_str comments; /* address */
    dl_str language;
    dl_str rights;
    dl_str source; /* name of the feed it came from */
    dl_str source_link;
    dl_str image;
    dl_str geo; /* GeoJSON geometry, one JSON object */
    const struct dl_feed_text *categories;
    const struct dl_feed_enclosure *enclosures;
    uint32_t enclosure_count;
};

struct dl_feed_document {
    const char *format; /* rss090 rss091 rss092 rss10 rss20 atom03 atom10 json1 json11 sitemap … */
    dl_str encoding;    /* as it was used */
    const char *bozo;   /* what is not as it should be, or NULL */
    bool cut;           /* there was more */
    bool index;         /* a sitemap of sitemaps: entries are other sitemaps */
    dl_str url;         /* where it was fetched from */
    dl_str title;
    dl_str link;
    dl_str self;
    dl_str hub;
    dl_str description;
    dl_str language;
    dl_str author;
    dl_str rights;
    dl_str id;
    dl_str updated;
    dl_str published;
    dl_str generator;
    dl_str image;
    int64_t ttl_s; /* how long it may be kept, by its own words; 0 when it says nothing */
    const struct dl_feed_text *categories;
    const struct dl_feed_entry *entries;
    uint32_t entry_count;
};

/* `url` is where it was fetched from, and `content_type` the header's value; both may be empty. */
dl_status dl_feed_document_read(struct dl_arena *arena, dl_str bytes, dl_str url,
                                dl_str content_type, struct dl_feed_document *ret_document,
                                struct dl_error *err);

/* One line of JSON without its end, in the shape of `dateline parse feed`; fields only, for a
 * caller that opened the object. Titles and links that the feed does not give are put together
 * from what it gives, and "derived" names them. */
dl_status dl_feed_document_json(const struct dl_feed_document *document, struct dl_arena *arena,
                                struct dl_buf *out);

#endif
