/* SPDX-License-Identifier: MIT */
/*
 * The static library's start.  It leaves libc alone, so it does not see the
 * mask change, and tracks nothing.
 */
#include "posix/mask.h"

__attribute__((constructor(102))) static void start(void)
{
    uctx_mask_choose(MASK_EXACT, MASK_WHY_STATIC);
}
