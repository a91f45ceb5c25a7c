/* Pages. */
#include "producers/poll_read_page.h"

void dl_poll_read_page(struct dl_poll_outcome *outcome, const char *url)
{
    (void)outcome;
    (void)url;
}

bool dl_poll_find_feed(struct dl_poll_outcome *outcome, const char *url)
{
    (void)outcome;
    (void)url;
    return false;
}
