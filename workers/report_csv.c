/* Mentions as lines of CSV: what a table of events needs, and the words behind it. */
#include "workers/report_text.h"

#include "proto/words.h"

static void put_field(struct dl_buf *out, dl_str text)
{
    bool quoted = false;
    for (size_t i = 0; i < text.len && !quoted; i++)
        quoted = text.at[i] == ',' || text.at[i] == '"' || text.at[i] == '\n' || text.at[i] == '\r';
    if (!quoted) {
        (void)dl_buf_put_str(out, text); /* the last put of a line tells of the ceiling */
    } else {
        (void)dl_buf_put_char(out, '"');
        for (size_t i = 0; i < text.len; i++) {
            if (text.at[i] == '"')
                (void)dl_buf_put_char(out, '"');
            (void)dl_buf_put_char(out, text.at[i]);
        }
        (void)dl_buf_put_char(out, '"');
    }
    (void)dl_buf_put_char(out, ',');
}

static void put_actors(struct dl_buf *out, const struct dl_actor *actors, uint32_t count)
{
    struct dl_buf codes;
    struct dl_buf names;
    dl_buf_init(&codes, 65536);
    dl_buf_init(&names, 65536);
    for (uint32_t i = 0; i < count; i++) { /* what is beyond the ceilings is left out */
        (void)dl_buf_printf(&codes, "%s%.*s", i ? ";" : "", DL_STR_ARG(actors[i].code));
        (void)dl_buf_printf(&names, "%s%.*s", i ? ";" : "", DL_STR_ARG(actors[i].name));
    }
    put_field(out, dl_buf_str(&codes));
    put_field(out, dl_buf_str(&names));
    dl_buf_done(&codes);
    dl_buf_done(&names);
}

static void put_place(struct dl_buf *out, const struct dl_place *place)
{
    char point[64] = ",,";
    put_field(out, place ? place->name : (dl_str){"", 0});
    put_field(out, place ? place->country : (dl_str){"", 0});
    put_field(out, place ? place->admin1 : (dl_str){"", 0});
    if (place && place->has_lat && place->has_lon)
        snprintf(point, sizeof point, "%.4f,%.4f,", place->lat, place->lon);
    (void)dl_buf_put_str(out, dl_str_of(point));
}

dl_status dl_report_csv_head(struct dl_buf *out)
{
    return dl_buf_put_str(
        out, DL_STR("article,published,sentence,type,mode,cameo,actuality,actor,actor_name,"
                    "recipient,recipient_name,start,end,place,country,admin1,lat,lon,confidence,"
                    "main,cluster,trigger,rule,text\n"));
}

static dl_status put_mention(const struct dl_report *report, const struct dl_mention *m,
                             struct dl_buf *out)
{
    put_field(out, report->id);
    put_field(out, report->published);
    (void)dl_buf_printf(out, "%u,%s,", m->sentence_index, dl_event_type_word(m->type));
    put_field(out, m->modes_count ? m->modes[0] : (dl_str){"", 0});
    put_field(out, m->cameo);
    (void)dl_buf_printf(out, "%s,", dl_actuality_word(m->actuality));
    put_actors(out, m->actor, m->actor_count);
    put_actors(out, m->recipient, m->recipient_count);
    put_field(out, m->when ? m->when->start : (dl_str){"", 0});
    put_field(out, m->when ? m->when->end : (dl_str){"", 0});
    put_place(out, m->places_count ? &m->places[0] : NULL);
    (void)dl_buf_printf(out, "%.2f,%s,%u,", m->confidence, m->main ? "true" : "false", m->cluster);
    put_field(out, m->trigger ? m->trigger->text : (dl_str){"", 0});
    put_field(out, m->rule);
    put_field(out, m->sentence ? m->sentence->text : (dl_str){"", 0});
    out->len -= out->len > 0; /* the last comma */
    return dl_buf_put_char(out, '\n');
}

dl_status dl_report_csv(const struct dl_report *report, struct dl_buf *out)
{
    dl_status status = DL_OK;
    for (uint32_t i = 0; i < report->mentions_count && status == DL_OK; i++)
        status = put_mention(report, &report->mentions[i], out);
    return status;
}
