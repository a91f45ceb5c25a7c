/* Any text as a date: what is read is a day of the calendar and reads back as itself. */
#include "tests/fuzz/fuzz.h"

#include "core/day.h"
#include "core/utf8.h"
#include "pages/dates.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct dl_arena arena;
    struct dl_page_date date;
    struct dl_page_date again;
    dl_arena_init(&arena);
    dl_str text = dl_utf8_clean(&arena, (dl_str){(const char *)bytes, count});
    for (int us = 0; us < 2; us++)
        if (dl_page_date_read(text, us, &date)) {
            if (!dl_day_is_valid(date.year, date.month, date.date) || date.hour > 23 ||
                date.minute > 59)
                abort();
            dl_str written = dl_page_date_text(&arena, &date);
            if (!dl_page_date_read(written, us, &again) ||
                dl_page_date_day(&again) != dl_page_date_day(&date) ||
                again.offset != date.offset || again.has_time != date.has_time)
                abort();
        }
    (void)dl_page_date_of_url(text, &date); /* false or a day */
    dl_arena_done(&arena);
    return 0;
}
