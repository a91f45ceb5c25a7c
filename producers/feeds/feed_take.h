/* What the elements of feeds do to the entry or feed they stand in: the functions of the rows in
 * feed_elements.c. Each reads its element to the end, or opens it. Not for others. */
#ifndef DL_PRODUCERS_FEEDS_FEED_TAKE_H
#define DL_PRODUCERS_FEEDS_FEED_TAKE_H

#include "producers/feeds/feed_xml.h"

struct dl_feed_element {
    const char *key; /* "dc:creator" */
    unsigned places; /* where it means that */
    void (*take)(struct dl_feed_reader *r, const struct dl_feed_element *element,
                 const struct dl_xml_token *start);
    enum dl_feed_field field;
    unsigned rank;
};

/* What stands in the element: its text, or its markup where there is any. */
dl_str dl_feed_read_text(struct dl_feed_reader *r, const struct dl_xml_token *start);
dl_str dl_feed_read_prose(struct dl_feed_reader *r, const struct dl_xml_token *start);

bool dl_feed_contains(dl_str text, const char *word);

#define DL_FEED_TAKE(name)                                                                         \
    void dl_feed_take_##name(struct dl_feed_reader *r, const struct dl_feed_element *element,      \
                             const struct dl_xml_token *start)

/* feed_prose.c */
DL_FEED_TAKE(atom_category);
DL_FEED_TAKE(author);
DL_FEED_TAKE(category);
DL_FEED_TAKE(category_attribute);
DL_FEED_TAKE(construct_html);
DL_FEED_TAKE(construct_plain);
DL_FEED_TAKE(date);
DL_FEED_TAKE(exact);
DL_FEED_TAKE(html);
DL_FEED_TAKE(keywords);
DL_FEED_TAKE(person);
DL_FEED_TAKE(plain);
DL_FEED_TAKE(rss_text);

/* feed_links.c */
DL_FEED_TAKE(atom_id);
DL_FEED_TAKE(atom_link);
DL_FEED_TAKE(enclosure);
DL_FEED_TAKE(guid);
DL_FEED_TAKE(href);
DL_FEED_TAKE(media_content);
DL_FEED_TAKE(media_description);
DL_FEED_TAKE(media_peer);
DL_FEED_TAKE(media_thumbnail);
DL_FEED_TAKE(real_enclosure);
DL_FEED_TAKE(rss_link);

#undef DL_FEED_TAKE

#endif
