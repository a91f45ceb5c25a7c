/* Text of XML: references decoded, those of HTML too, for feeds use them without asking.
 *
 * Entities that a document declares for itself are taken where their text is plain; they never
 * refer to each other, nothing is fetched, and all of them together put out at most
 * DL_XML_ENTITY_BYTES_MAX: past that they stay as they are written.
 *
 * Owner    results live in the arena, or are the input itself when nothing had to change.
 * Threads  one document, one thread.   Errors  none. */
#ifndef DL_MARKUP_XML_TEXT_H
#define DL_MARKUP_XML_TEXT_H

#include "core/arena.h"

#define DL_XML_ENTITIES_MAX 64U
#define DL_XML_ENTITY_BYTES_MAX (64U << 10)

struct dl_xml_entities {
    struct {
        dl_str name;
        dl_str value;
    } list[DL_XML_ENTITIES_MAX];
    unsigned count;
    size_t bytes_left;
    bool typed;  /* there is a document type, which may declare what HTML has */
    bool broken; /* a reference was met that means nothing in XML */
};

/* `doctype` is the text of a DL_XML_DOCTYPE, or empty. */
void dl_xml_entities_init(struct dl_xml_entities *entities, struct dl_arena *arena, dl_str doctype);

/* References end in ";"; anything else that begins with "&" is only text. */
dl_str dl_xml_decode(struct dl_arena *arena, struct dl_xml_entities *entities, dl_str text);

#endif
