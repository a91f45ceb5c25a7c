/* What the walk over an XML feed (feed_xml.c) and the meaning of its elements (feed_elements.c)
 * know of each other. Not for others. */
#ifndef DL_PRODUCERS_FEEDS_FEED_XML_H
#define DL_PRODUCERS_FEEDS_FEED_XML_H

#include "markup/xml_lexer.h"
#include "markup/xml_text.h"
#include "producers/feeds/feed_draft.h"

#define DL_FEED_BINDINGS_MAX 64U
#define DL_FEED_KEY_BYTES_MAX 64U

/* Where the walk stands: what a child's name may mean. */
enum dl_feed_place {
    DL_FEED_NOWHERE = 0, /* inside something that means nothing to us */
    DL_FEED_IN_FEED = 1,
    DL_FEED_IN_ENTRY = 2,
    DL_FEED_IN_SOURCE = 4, /* of an entry */
    DL_FEED_IN_IMAGE = 8,
};

enum dl_feed_kind { DL_FEED_KIND_NONE, DL_FEED_KIND_RSS, DL_FEED_KIND_ATOM, DL_FEED_KIND_SITEMAP };

struct dl_feed_frame {
    dl_str name; /* as the start tag has it */
    enum dl_feed_place place;
    const struct dl_url *base; /* by xml:base, of this or around it; NULL where there is none */
    dl_str language;           /* xml:lang in force */
    unsigned bindings;
    bool begins_place; /* its end tag ends the entry */
};

struct dl_feed_reader {
    struct dl_feed_draft *draft;
    struct dl_arena *arena;
    struct dl_xml_lexer lexer;
    struct dl_xml_entities entities;
    enum dl_feed_kind kind;
    struct dl_feed_frame frame[DL_FEED_DEPTH_MAX];
    unsigned depth;
    unsigned passed_over; /* open elements past the depth limit */
    struct {
        dl_str prefix;
        const char *name; /* ours: "dc" */
    } binding[DL_FEED_BINDINGS_MAX];
    unsigned binding_count;
    bool in_entry;
    bool seen_root;
    bool seen_page;           /* <html> */
    enum dl_feed_shape shape; /* of the GML geometry that is open */
    dl_str corner;            /* the first of two, or a latitude */
    int64_t period_s;
    int64_t frequency;
};

/* What stands between a start tag and its end tag. */
struct dl_feed_leaf {
    dl_str text;   /* decoded */
    dl_str markup; /* as it stands, where there are elements in it; else empty */
};

/* The namespaces that a start tag binds, until the reader's binding_count is set back. */
void dl_feed_bind_all(struct dl_feed_reader *reader, const struct dl_xml_token *start);

/* "dc:creator" of an element's name: our own prefix, then the name, in lower case, in `key`. */
const char *dl_feed_key(const struct dl_feed_reader *reader, dl_str name,
                        char key[DL_FEED_KEY_BYTES_MAX]);
bool dl_feed_has_unbound_prefix(const struct dl_feed_reader *reader, dl_str name);

/* Reads on to the end of the element that `start` began. Where its end tag is missing, that is
 * before an end tag of what is around it, or before an element that cannot stand in it: `prose` may
 * hold whatever HTML has, other text no element of feeds at all. */
void dl_feed_read_leaf(struct dl_feed_reader *reader, const struct dl_xml_token *start, bool prose,
                       struct dl_feed_leaf *ret_leaf);

/* Opens the element: its children are read at `place`. */
void dl_feed_push(struct dl_feed_reader *reader, const struct dl_xml_token *start,
                  enum dl_feed_place place, bool begins_place);

/* An attribute, decoded and trimmed; empty when there is none. `name` may have a prefix. */
dl_str dl_feed_attribute(struct dl_feed_reader *reader, const struct dl_xml_token *start,
                         const char *name);

/* The base for what is in this element: xml:base of itself, else of those around it. */
const struct dl_url *dl_feed_base(struct dl_feed_reader *reader, const struct dl_xml_token *start);

static inline enum dl_feed_place dl_feed_place_of(const struct dl_feed_reader *reader)
{
    return reader->depth ? reader->frame[reader->depth - 1].place : DL_FEED_NOWHERE;
}
static inline struct dl_feed_part *dl_feed_part_of(struct dl_feed_reader *reader)
{
    return reader->in_entry ? &reader->draft->entry : &reader->draft->feed;
}

/* The base that xml:base around here says; NULL where none does. */
static inline const struct dl_url *dl_feed_own_base(const struct dl_feed_reader *reader)
{
    return reader->depth ? reader->frame[reader->depth - 1].base : NULL;
}

/* "dc:creator", in lower case with our own prefix: does the element mean something here, and if so,
 * what. False: pass over it. */
bool dl_feed_take_element(struct dl_feed_reader *reader, const char *key,
                          const struct dl_xml_token *start);
/* The name is one that feeds have, and HTML has not where `prose`: inside text it shows that an end
 * tag is missing. */
bool dl_feed_is_element(const char *key, bool prose);

/* The entry that `frame` began is over. */
void dl_feed_end_place(struct dl_feed_reader *reader, const struct dl_feed_frame *frame);

#endif
