/* Names of the labels. */
#include "workers/ud.h"

static const char *const upos_texts[] = {
    "_",
#define DL_UPOS(name) #name,
#include "workers/ud.def"
};

static const char *const xpos_texts[] = {
    "_",
#define DL_XPOS(name, text) text,
#include "workers/ud.def"
};

static const char *const relation_texts[] = {
    "_",
#define DL_REL(name, text) text,
#include "workers/ud.def"
};

const char *dl_upos_text(enum dl_upos upos)
{
    return upos < DL_UPOS_COUNT ? upos_texts[upos] : "_";
}

const char *dl_xpos_text(enum dl_xpos xpos)
{
    return xpos < DL_XPOS_COUNT ? xpos_texts[xpos] : "_";
}

const char *dl_relation_text(enum dl_relation relation)
{
    return relation < DL_REL_COUNT ? relation_texts[relation] : "_";
}

static unsigned index_of(const char *const *texts, unsigned count, dl_str text)
{
    for (unsigned i = 1; i < count; i++)
        if (dl_str_is(text, texts[i]))
            return i;
    return 0;
}

enum dl_upos dl_upos_of(dl_str text)
{
    return (enum dl_upos)index_of(upos_texts, DL_UPOS_COUNT, text);
}

enum dl_xpos dl_xpos_of(dl_str text)
{
    return (enum dl_xpos)index_of(xpos_texts, DL_XPOS_COUNT, text);
}

static dl_str without_subtype(dl_str text)
{
    const char *colon = memchr(text.at, ':', text.len);
    return colon ? (dl_str){text.at, (size_t)(colon - text.at)} : text;
}

enum dl_relation dl_relation_of(dl_str text)
{
    unsigned whole = index_of(relation_texts, DL_REL_COUNT, text);
    return (enum dl_relation)(
        whole ? whole : index_of(relation_texts, DL_REL_COUNT, without_subtype(text)));
}

/* A switch, since every word of every tree is asked. */
enum dl_relation dl_relation_base(enum dl_relation relation)
{
    switch (relation) {
    case DL_REL_NMOD_POSS:
    case DL_REL_NMOD_UNMARKED:
    case DL_REL_NMOD_DESC:
        return DL_REL_NMOD;
    case DL_REL_ACL_RELCL:
        return DL_REL_ACL;
    case DL_REL_AUX_PASS:
        return DL_REL_AUX;
    case DL_REL_NSUBJ_PASS:
    case DL_REL_NSUBJ_OUTER:
        return DL_REL_NSUBJ;
    case DL_REL_OBL_UNMARKED:
    case DL_REL_OBL_AGENT:
        return DL_REL_OBL;
    case DL_REL_COMPOUND_PRT:
        return DL_REL_COMPOUND;
    case DL_REL_ADVCL_RELCL:
        return DL_REL_ADVCL;
    case DL_REL_DET_PREDET:
        return DL_REL_DET;
    case DL_REL_CC_PRECONJ:
        return DL_REL_CC;
    case DL_REL_CSUBJ_PASS:
    case DL_REL_CSUBJ_OUTER:
        return DL_REL_CSUBJ;
    default:
        return relation;
    }
}
