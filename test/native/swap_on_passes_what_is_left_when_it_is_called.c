/* SPDX-License-Identifier: MIT */
/*
 * swap_on out of line: the function gets the context that was left, and the
 * value.
 *
 * Build: FLAGS -DUCTX_NO_INLINE
 */
#include "swap_on_calls_its_function_on_the_target.c"
