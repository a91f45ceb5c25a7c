/* The three paths. */
#include "core/observe.h"

#include "core/log.h"

struct dl_observe {
    struct dl_observe_want want;
    struct dl_http *http;
    double started_s;
};

static void answer_metrics(struct dl_observe *observe, struct dl_http_answer *answer)
{
    struct dl_metrics metrics = {0};
    observe->want.measure(observe->want.ctx, &metrics);
    dl_metrics_set(&metrics, DL_METRIC_READY,
                   observe->want.why_not_ready(observe->want.ctx) == NULL);
    dl_metrics_set_process(&metrics);
    dl_metrics_set(&metrics, DL_METRIC_PROCESS_START_SECONDS, observe->started_s);
    answer->status = 200;
    answer->type = "text/plain; version=0.0.4; charset=utf-8";
    dl_metrics_write(&metrics, observe->want.leg, &answer->body);
}

static void answer_ready(struct dl_observe *observe, struct dl_http_answer *answer)
{
    const char *why = observe->want.why_not_ready(observe->want.ctx);
    answer->status = why ? 503 : 200;
    (void)dl_buf_printf(&answer->body, "%s\n", why ? why : "ready"); /* far below its ceiling */
}

static void answer(void *ctx, dl_str path, struct dl_http_answer *answer)
{
    struct dl_observe *observe = ctx;
    if (dl_str_is(path, "/metrics")) {
        answer_metrics(observe, answer);
    } else if (dl_str_is(path, "/readyz")) {
        answer_ready(observe, answer);
    } else if (dl_str_is(path, "/healthz")) {
        answer->status = 200; /* the loop turns, or nobody would answer */
        (void)dl_buf_put_str(&answer->body, DL_STR("alive\n"));
    } else {
        (void)dl_buf_put_str(&answer->body, DL_STR("/metrics, /healthz or /readyz\n"));
    }
}

dl_status dl_observe_start(struct dl_loop *loop, const struct dl_observe_want *want,
                           struct dl_observe **ret, struct dl_error *err)
{
    *ret = NULL;
    if (!*want->listen)
        return DL_OK;
    struct dl_observe *observe = dl_alloc(sizeof *observe);
    observe->want = *want;
    observe->started_s = (double)dl_loop_wall_ms(loop) / 1000;
    dl_status status = dl_http_start(loop, want->listen, answer, observe, &observe->http, err);
    if (status != DL_OK) {
        free(observe);
        (void)dl_fail_in(err, "metrics.listen");
        return status;
    }
    dl_log_line(DL_LOG_INFO, "figures are served", DL_LOG_Z("listen", want->listen),
                DL_LOG_N("port", dl_http_port(observe->http)));
    *ret = observe;
    return DL_OK;
}

void dl_observe_stop(struct dl_observe *observe)
{
    if (!observe)
        return;
    dl_http_stop(observe->http);
    free(observe);
}
