/* Politeness: how often and how many at once a site is asked, and how many fetches there are in
 * all. Sites are registrable domains (core/url.h); addresses are a site with each of their ports.
 *
 *     ask ─► (site has a token, a connection, no Retry-After; a fetch is free) ─► go() … left
 *
 * Each site has a bucket of tokens that fills at feeds.host_rate; those who ask wait in line.
 *
 * Owner    dl_pace_free(); a visitor is its owner's, and on no line once `go` was called.
 * Threads  the loop's only.   Errors  none. */
#ifndef DL_PRODUCERS_POLL_PACE_H
#define DL_PRODUCERS_POLL_PACE_H

#include "core/str.h"

struct dl_loop;
struct dl_pace;
struct dl_site;

struct dl_visitor {
    void (*go)(void *ctx); /* never from inside dl_pace_ask() */
    void *ctx;

    /* the pace's */
    struct dl_site *site;
    struct dl_visitor *next;
    bool waiting;
    bool inside;
};

struct dl_pace_want {
    double per_second;    /* requests of a site; 0: as many as there are */
    double burst;         /* at once after a pause */
    unsigned site_max;    /* connections of a site at once */
    unsigned fetches_max; /* in all */
    uint64_t patience_ms; /* of a longer hold visitors are told by letting them go at once: they
                           * are to ask dl_pace_held_ms() and leave */
};

struct dl_pace *dl_pace_new(struct dl_loop *loop, const struct dl_pace_want *want);
void dl_pace_free(struct dl_pace *pace);

/* `site` is copied. */
void dl_pace_ask(struct dl_pace *pace, struct dl_visitor *visitor, dl_str site);
void dl_pace_left(struct dl_pace *pace,
                  struct dl_visitor *visitor); /* after `go`, or to leave the line */

/* The site wants nobody for so long (Retry-After); the longest such wish holds. */
void dl_pace_hold(struct dl_pace *pace, dl_str site, uint64_t wait_ms);
/* How long that still is; 0 when nothing is in force. */
uint64_t dl_pace_held_ms(struct dl_pace *pace, dl_str site);

unsigned dl_pace_inside(const struct dl_pace *pace);
unsigned dl_pace_waiting(const struct dl_pace *pace);

#endif
