/* What was decided about a page, for people to read: each block, kept or not, and why.
 *
 * Owner    appends to the caller's buffer.   Threads  any.
 * Errors   DL_TOO_BIG at the buffer's ceiling. */
#ifndef DL_PAGES_EXPLAIN_H
#define DL_PAGES_EXPLAIN_H

#include "pages/page.h"

dl_status dl_page_explain(const struct dl_page *page, struct dl_buf *out);

#endif
