/* SPDX-License-Identifier: MIT */
#define PREFETCH 16
#include "../native/many.c"
