/* SPDX-License-Identifier: MIT */
/* The switches out of line: see bench/native.c. */
#define UCTX_NO_INLINE
#define LOOP(name) name##_called
void resume_called(int depth, long trips);
void swap_called(int depth, long trips);
#include "native_loops.h"
