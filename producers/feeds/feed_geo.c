/* GeoRSS has latitude first, GeoJSON longitude. */
#include "producers/feeds/feed_draft.h"

#define POINTS_MAX 512U /* an outline with more is a map, not the place of an event */

static bool next_number(dl_str *rest, double *ret)
{
    size_t at = 0;
    while (at < rest->len && ((unsigned char)rest->at[at] <= ' ' || rest->at[at] == ','))
        at++;
    size_t end = at;
    while (end < rest->len && (unsigned char)rest->at[end] > ' ' && rest->at[end] != ',')
        end++;
    dl_str number = dl_str_sub(*rest, at, end);
    *rest = dl_str_sub(*rest, end, rest->len);
    return number.len && dl_str_to_f64(number, ret) == DL_OK;
}

/* Pairs that are places on the Earth; 0 when any is none. */
static unsigned read_points(dl_str numbers, double point[][2])
{
    unsigned count = 0;
    while (dl_str_trim(numbers).len) {
        double lat;
        double lon;
        if (count == POINTS_MAX || !next_number(&numbers, &lat) || !next_number(&numbers, &lon) ||
            lat < -90 || lat > 90 || lon < -180 || lon > 180)
            return 0;
        point[count][0] = lat;
        point[count++][1] = lon;
    }
    return count;
}

dl_str dl_feed_geometry(struct dl_arena *arena, enum dl_feed_shape shape, dl_str numbers)
{
    static const char *const names[] = {"Point", "LineString", "Polygon", "Box"};
    static const unsigned least[] = {1, 2, 3, 2};
    double(*point)[2] = dl_arena_alloc(arena, POINTS_MAX * sizeof *point);
    unsigned count = read_points(numbers, point);
    if (count < least[shape])
        return (dl_str){"", 0};
    struct dl_buf out;
    dl_buf_init(&out, 64U << 10); /* 512 points of at most 60 bytes fit */
    (void)dl_buf_printf(&out, "{\"type\":\"%s\",\"coordinates\":", names[shape]);
    if (shape == DL_FEED_POLYGON)
        (void)dl_buf_put_char(&out, '[');
    if (shape != DL_FEED_POINT)
        (void)dl_buf_put_char(&out, '[');
    for (unsigned i = 0; i < (shape == DL_FEED_POINT ? 1 : count); i++)
        (void)dl_buf_printf(&out, "%s[%.10g,%.10g]", i ? "," : "", point[i][1], point[i][0]);
    if (shape == DL_FEED_POLYGON)
        (void)dl_buf_put_char(&out, ']');
    if (shape != DL_FEED_POINT)
        (void)dl_buf_put_char(&out, ']');
    (void)dl_buf_put_char(&out, '}');
    dl_str text = dl_arena_str(arena, dl_buf_str(&out));
    dl_buf_done(&out);
    return text;
}
