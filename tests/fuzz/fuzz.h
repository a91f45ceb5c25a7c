/* One input for a parser. What must hold is checked by DL_MUST, in all builds. */
#ifndef DL_TESTS_FUZZ_FUZZ_H
#define DL_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DL_MUST(what)                                                                              \
    do {                                                                                           \
        if (!(what))                                                                               \
            abort();                                                                               \
    } while (0)

#endif
