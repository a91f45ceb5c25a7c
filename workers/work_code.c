/* Slices to the pool and back. */
#include "workers/work_leg.h"

#define WORKS_OUT_MAX 16U /* slices with the pool: enough that no thread waits */

static void slice_done(void *ctx);

void dl_work_code_slice(struct dl_work_leg *leg, struct dl_slice *slice)
{
    slice->done = false;
    slice->work = (struct dl_work){dl_slice_run, slice_done, slice, NULL};
    leg->works_out++;
    dl_loop_work(leg->loop, DL_QUEUE_CODE, &slice->work);
}

void dl_work_drop_slice(struct dl_work_leg *leg, struct dl_slice *slice)
{
    leg->inflight_bytes -= slice->bytes;
    leg->result_bytes -= slice->bytes - slice->input_bytes;
    dl_slice_free(slice);
}

static bool is_stale(const struct dl_slice *slice)
{
    return slice->generation != ((const struct work_part *)slice->part)->generation;
}

void dl_work_add_slice(struct dl_work_leg *leg, struct work_part *part, struct dl_slice *slice)
{
    slice->part = part;
    slice->generation = part->generation;
    leg->inflight_bytes += slice->bytes;
    if (part->last)
        part->last->next = slice;
    else
        part->first = slice;
    part->last = slice;
    slice->next_uncoded = NULL;
    if (leg->uncoded_last)
        leg->uncoded_last->next_uncoded = slice;
    else
        leg->uncoded_first = slice;
    leg->uncoded_last = slice;
}

/* Results are several times their articles: no more are made than may wait to be sent. The first
 * slice of a partition always goes before its later ones, so what is made can always be sent. */
void dl_work_code_more(struct dl_work_leg *leg)
{
    struct dl_slice *slice;
    while ((slice = leg->uncoded_first) &&
           (is_stale(slice) || (leg->works_out < WORKS_OUT_MAX &&
                                leg->result_bytes <= leg->want.inflight_bytes_max / 2))) {
        leg->uncoded_first = slice->next_uncoded;
        if (!leg->uncoded_first)
            leg->uncoded_last = NULL;
        if (is_stale(slice))
            dl_work_drop_slice(leg, slice);
        else
            dl_work_code_slice(leg, slice);
    }
}

static void slice_done(void *ctx)
{
    struct dl_slice *slice = ctx;
    struct work_part *part = slice->part;
    struct dl_work_leg *leg = part->leg;
    size_t before = slice->bytes;
    leg->works_out--;
    slice->done = true;
    slice->bytes = slice->input_bytes + slice->kept.bytes;
    leg->inflight_bytes += slice->bytes - before;
    leg->result_bytes += slice->bytes - before;
    if (is_stale(slice))
        dl_work_drop_slice(leg, slice); /* its partition went away meanwhile */
    dl_work_move_on(leg);
}
