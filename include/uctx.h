/* SPDX-License-Identifier: MIT */
/*
 * All of uctx but the four POSIX functions, which are in <ucontext.h>.
 */
#ifndef UCTX_H
#define UCTX_H

#include <uctx/context.h>
#include <uctx/stack.h>

#endif
