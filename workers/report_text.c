/* Reports as people read them. */
#include "workers/report_text.h"

#include "proto/words.h"
#include "workers/report_circumstances.h"

#define SENTENCE_BYTES_SHOWN 220U

static void put_actors(struct dl_buf *out, const struct dl_actor *actors, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        (void)dl_buf_printf(out, "%s%.*s (%.*s)", i ? ", " : "", DL_STR_ARG(actors[i].code),
                            DL_STR_ARG(actors[i].name));
    if (count == 0)
        (void)dl_buf_put_str(out, DL_STR("–"));
}

static void put_quantities(struct dl_buf *out, const struct dl_mention *m)
{
    for (uint32_t i = 0; i < m->quantities_count; i++) {
        (void)dl_buf_put_str(out, i ? DL_STR(" · ") : DL_STR("   "));
        (void)dl_quantity_text(&m->quantities[i], out);
    }
}

/* The sentence with its trigger marked, cut to a line's length around it. */
static void put_words(struct dl_buf *out, const struct dl_mention *m, bool colour)
{
    dl_str sentence = m->sentence ? m->sentence->text : (dl_str){"", 0};
    dl_str trigger = m->trigger ? m->trigger->text : (dl_str){"", 0};
    const char *at = trigger.len && sentence.len
                         ? memmem(sentence.at, sentence.len, trigger.at, trigger.len)
                         : NULL;
    if (!at) {
        (void)dl_buf_put_str(out, sentence);
        return;
    }
    size_t before = (size_t)(at - sentence.at);
    size_t after = before + trigger.len;
    size_t from = before > SENTENCE_BYTES_SHOWN / 2 ? before - SENTENCE_BYTES_SHOWN / 2 : 0;
    size_t to = after + SENTENCE_BYTES_SHOWN / 2 < sentence.len ? after + SENTENCE_BYTES_SHOWN / 2
                                                                : sentence.len;
    while (from > 0 && sentence.at[from] != ' ')
        from--;
    while (to < sentence.len && sentence.at[to] != ' ')
        to++;
    (void)dl_buf_printf(out, "%s%.*s%s%.*s%s%.*s%s", from ? "…" : "",
                        DL_STR_ARG(dl_str_sub(sentence, from, before)), colour ? "\x1b[1m" : "[",
                        DL_STR_ARG(trigger), colour ? "\x1b[0m" : "]",
                        DL_STR_ARG(dl_str_sub(sentence, after, to)), to < sentence.len ? "…" : "");
}

dl_status dl_mention_text(const struct dl_mention *m, bool colour, struct dl_buf *out)
{
    size_t start = out->len;
    (void)dl_buf_printf(out, "%s%-9s%s ", colour ? "\x1b[36m" : "", dl_event_type_word(m->type),
                        colour ? "\x1b[0m" : "");
    put_actors(out, m->actor, m->actor_count);
    (void)dl_buf_put_str(out, DL_STR(" → "));
    put_actors(out, m->recipient, m->recipient_count);
    if (m->places_count) {
        bool country = m->places[0].precision == DL_COUNTRY;
        (void)dl_buf_printf(out, country ? "   %.*s (%.*s)" : "   %.*s, %.*s",
                            DL_STR_ARG(m->places[0].name), DL_STR_ARG(m->places[0].country));
    }
    if (m->when) {
        (void)dl_buf_put_str(out, DL_STR("   "));
        (void)dl_when_text(m->when, out);
    }
    put_quantities(out, m);
    if (m->actuality != DL_IS_ASSERTED)
        (void)dl_buf_printf(out, "   %s", dl_actuality_word(m->actuality));
    (void)dl_buf_put_str(out, DL_STR("\n          “"));
    size_t words = out->len;
    put_words(out, m, colour);
    for (size_t i = words; i < out->len; i++)
        if (out->at[i] == '\n' || out->at[i] == '\r' || out->at[i] == '\t')
            out->at[i] = ' ';
    return out->len > start ? dl_buf_put_str(out, DL_STR("”\n")) : DL_TOO_BIG;
}

dl_status dl_report_text(const struct dl_report *report, bool colour, struct dl_buf *out)
{
    (void)dl_buf_printf(out, "%s%.*s%s   %.*s\n", colour ? "\x1b[1m" : "",
                        DL_STR_ARG(report->title.len ? report->title : report->id),
                        colour ? "\x1b[0m" : "", DL_STR_ARG(report->published));
    dl_status status = DL_OK;
    for (uint32_t i = 0; i < report->mentions_count && status == DL_OK; i++)
        status = dl_mention_text(&report->mentions[i], colour, out);
    for (uint32_t i = 0; i < report->rejected_count && status == DL_OK; i++) {
        const struct dl_rejected *r = &report->rejected[i];
        status =
            dl_buf_printf(out, "  held back: %.*s (%.*s)\n", r->span ? (int)r->span->text.len : 0,
                          r->span ? r->span->text.at : "", DL_STR_ARG(r->reason));
    }
    return status == DL_OK ? dl_report_circumstances(report, colour, out) : status;
}
