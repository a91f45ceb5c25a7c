#include "core/arena.h"

#include "tests/unit/cm.h"

static void what_is_handed_out_is_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct dl_arena arena;
    dl_arena_init(&arena);
    for (int round = 0; round < 2; round++) {
        char *before = NULL;
        for (size_t size = 1; size < 5000; size += 37) {
            char *at = dl_arena_alloc(&arena, size);
            assert_int_equal((uintptr_t)at % 16, 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(at[i], 0);
            memset(at, 0x5a, size);
            assert_true(at != before);
            before = at;
        }
        dl_arena_reset(&arena); /* the second round sees dirty memory, and must not */
        assert_int_equal(arena.bytes, 0);
    }
    dl_arena_done(&arena);
}

static void one_thing_larger_than_any_block_fits(void **state)
{
    (void)state;
    struct dl_arena arena;
    dl_arena_init(&arena);
    char *big = dl_arena_raw(&arena, 5U << 20);
    memset(big, 1, 5U << 20);
    dl_str copy = dl_arena_str(&arena, DL_STR("after it"));
    assert_string_equal(copy.at, "after it");
    dl_arena_done(&arena);

    (void)dl_arena_raw(&arena, 5U << 20);
    dl_arena_reset(&arena);
    assert_null(arena.block); /* a block of 5 MiB is not kept for the next article */
    dl_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_handed_out_is_zeroed_aligned_and_apart),
        cmocka_unit_test(one_thing_larger_than_any_block_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
