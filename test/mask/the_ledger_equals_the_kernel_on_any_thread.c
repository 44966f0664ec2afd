/* SPDX-License-Identifier: MIT */
/*
 * The last phase of the_ledger_equals_the_kernel.c: the same random programs,
 * whose contexts go on in other threads than they stopped in.
 *
 * Build: LINK whole LIBS dl LABELS long TIMEOUT 120
 * Build: FLAGS -Wno-deprecated-declarations -Wno-restrict
 * Build: -Wno-cast-function-type NOT_UNDER asan tsan valgrind
 * A sanitizer's runtime makes the mode exact, where nothing is known.
 */
#define FIRST_PHASE (N_PHASES - 1)
#define END_PHASE   N_PHASES
#include "the_ledger_equals_the_kernel.c"
