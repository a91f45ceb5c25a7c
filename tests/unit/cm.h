/* cmocka with the includes it asks for. */
#ifndef DL_TESTS_UNIT_CM_H
#define DL_TESTS_UNIT_CM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
