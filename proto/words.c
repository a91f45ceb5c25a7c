/* Words of enums. They repeat the .proto files; a test holds that they agree. */
#include "proto/words.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const char *word(const char *const *words, size_t count, int32_t number)
{
    return number >= 0 && (size_t)number < count ? words[number] : "?";
}

static int32_t number_of(const char *const *words, size_t count, dl_str text)
{
    for (size_t i = 1; i < count; i++)
        if (dl_str_eq_nocase(text, dl_str_of(words[i])))
            return (int32_t)i;
    return 0;
}

#define WORDS(name, ...)                                                                           \
    static const char *const name##_words[] = {"", __VA_ARGS__};                                   \
    const char *dl_##name##_word(int32_t number)                                                   \
    {                                                                                              \
        return word(name##_words, COUNT(name##_words), number);                                    \
    }

WORDS(event_type, "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT",
      "REQUEST", "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE",
      "ASSAULT", "STATEMENT")
WORDS(quad, "verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict",
      "neutral")
WORDS(actuality, "asserted", "reported", "planned", "possible", "conditional", "requested",
      "historical", "negated")
WORDS(polarity, "positive", "negated")
WORDS(modality, "actual", "planned", "possible", "conditional", "requested")
WORDS(event_time, "past", "ongoing", "future", "historical")
WORDS(section_kind, "title", "heading", "body", "caption", "question", "answer", "boilerplate")
WORDS(entity_kind, "PER", "ORG", "LOC", "MISC")
WORDS(quote_kind, "direct", "partial", "indirect")
WORDS(quantity_of, "troops", "dead", "injured", "arrested", "displaced", "people", "money",
      "weapons", "missing", "hostages", "other")
WORDS(bound, "exact", "at_least", "at_most", "about")
WORDS(scope, "this_event", "total", "planned")
WORDS(precision, "point", "admin1", "country", "day", "week", "month", "season", "year", "range")
WORDS(when_basis, "text", "published", "inferred", "none")
WORDS(published_basis, "given", "page", "text", "none")
WORDS(text_policy, "full", "snippet", "none")

int32_t dl_event_type_of(dl_str text)
{
    return number_of(event_type_words, COUNT(event_type_words), text);
}

int32_t dl_quantity_of_of(dl_str text)
{
    return number_of(quantity_of_words, COUNT(quantity_of_words), text);
}

int32_t dl_modality_of(dl_str text)
{
    return number_of(modality_words, COUNT(modality_words), text);
}
