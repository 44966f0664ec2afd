/* SPDX-License-Identifier: MIT */
/*
 * The same where the switches are called and not inlined.
 *
 * Build: FLAGS -fasynchronous-unwind-tables -DUCTX_NO_INLINE
 */
#include "backtrace_goes_on_in_the_resumer.c"
