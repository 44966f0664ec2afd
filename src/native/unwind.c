/* SPDX-License-Identifier: MIT */
/*
 * Exceptions that leave a context, and the one that uctx_cancel() sends
 * through it.
 *
 * An exception is stopped where the context starts and raised again in the
 * resumer, by a call: its switch, an asm statement, has no entry in the tables
 * of exceptions, which C++ takes for a function that may not throw.
 */
#include "native/native.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unwind.h>

static const void *const keep __attribute__((used)) = uctx_debug;

/* The C++ runtime's, if there is one: libstdc++ and libc++abi agree on
 * these. */
void *uctx_cxa_begin_catch(void *exception) __asm__("__cxa_begin_catch")
    __attribute__((weak));
void uctx_std_terminate(void) __asm__("_ZSt9terminatev") __attribute__((weak));

/* Itanium C++ ABI 2.2.2: what the runtime knows of this thread's exceptions. */
struct cxa_globals {
    void *caught;
    unsigned uncaught;
};
struct cxa_globals *uctx_cxa_get_globals(void) __asm__("__cxa_get_globals")
    __attribute__((weak));

#ifdef __ARM_EABI_UNWINDER__
UCTX_HIDDEN _Unwind_Reason_Code uctx_native_personality(
    _Unwind_State state, struct _Unwind_Exception *exception,
    struct _Unwind_Context *context);
#else
UCTX_HIDDEN _Unwind_Reason_Code uctx_native_personality(
    int version, _Unwind_Action actions, _Unwind_Exception_Class class,
    struct _Unwind_Exception *exception, struct _Unwind_Context *context);
#endif
UCTX_HIDDEN _Noreturn void uctx_native_caught(struct uctx *ctx,
                                              void *exception);

static _Noreturn void nobody_catches(void *exception)
{
    if (uctx_cxa_begin_catch != NULL && uctx_std_terminate != NULL) {
        uctx_cxa_begin_catch(exception);
        uctx_std_terminate();
    }
    abort();
}

/* On the resumer's stack. */
static void *raise_again(struct uctx *from, void *exception)
{
    (void)from;
    _Unwind_Resume_or_Rethrow(exception);
    nobody_catches(exception);
}

/* Of the frame of uctx_native_start, which is the one in question. */
static struct uctx *context_of(struct _Unwind_Context *context)
{
#ifdef __ARM_EABI_UNWINDER__
    uintptr_t sp = _Unwind_GetGR(context, UNWIND_SP);
#else
    uintptr_t sp = _Unwind_GetCFA(context);
#endif

    return ((struct uctx_top *)(sp + START_FRAME))->ctx;
}

static _Unwind_Reason_Code land(struct _Unwind_Exception *exception,
                                struct _Unwind_Context *context)
{
    _Unwind_SetGR(context, __builtin_eh_return_data_regno(0),
                  (_Unwind_Word)exception);
    _Unwind_SetIP(context, (_Unwind_Word)uctx_native_landing);
    return _URC_INSTALL_CONTEXT;
}

#ifdef __ARM_EABI_UNWINDER__
/* Exception Handling ABI for the Arm Architecture, 9.2: phase 1 leaves a note
 * of the frame that catches, and a routine that does not catch unwinds the
 * frame itself: here to ctx->link, which no table can describe. */
_Unwind_Reason_Code uctx_native_personality(_Unwind_State state,
                                            struct _Unwind_Exception *exception,
                                            struct _Unwind_Context *context)
{
    const struct uctx *ctx = context_of(context);
    int action = state & _US_ACTION_MASK;

    if (action == _US_VIRTUAL_UNWIND_FRAME && !(state & _US_FORCE_UNWIND)) {
        exception->barrier_cache.sp = _Unwind_GetGR(context, UNWIND_SP);
        return _URC_HANDLER_FOUND;
    }
    if (action == _US_UNWIND_FRAME_STARTING &&
        (!(state & _US_FORCE_UNWIND) || uctx_has_resumer(ctx)))
        return land(exception, context);
    _Unwind_SetGR(context, UNWIND_FP, (_Unwind_Word)ctx->link_fp);
    _Unwind_SetGR(context, UNWIND_SP,
                  (_Unwind_Word)ctx->link_sp & ~(_Unwind_Word)CTX_FLAGGED);
    _Unwind_SetGR(context, UNWIND_PC, (_Unwind_Word)ctx->link_pc);
    return _URC_CONTINUE_UNWIND;
}
#else
_Unwind_Reason_Code uctx_native_personality(int version, _Unwind_Action actions,
                                            _Unwind_Exception_Class class,
                                            struct _Unwind_Exception *exception,
                                            struct _Unwind_Context *context)
{
    (void)class;
    if (version != 1)
        return _URC_FATAL_PHASE1_ERROR;
    if (actions & _UA_SEARCH_PHASE)
        return _URC_HANDLER_FOUND;
    if ((actions & _UA_FORCE_UNWIND) && !uctx_has_resumer(context_of(context)))
        return _URC_CONTINUE_UNWIND; /* the thread ends here */
    return land(exception, context);
}
#endif

void uctx_native_caught(struct uctx *ctx, void *exception)
{
    if (!uctx_has_resumer(ctx))
        nobody_catches(exception);
    uctx_native_leave(ctx, exception, raise_again);
}

_Static_assert(sizeof(struct _Unwind_Exception) <=
                   sizeof(((struct uctx *)0)->cancel),
               "struct uctx has no room for an exception");

/* Somebody caught the cancellation and did not rethrow it. */
static void swallowed(_Unwind_Reason_Code reason,
                      struct _Unwind_Exception *exception)
{
    char *cancel = (char *)exception;

    (void)reason;
    uctx_native_die(
        "cancel of",
        (struct uctx *)(void *)(cancel - offsetof(struct uctx, cancel)),
        "a catch (...) did not rethrow");
}

static _Unwind_Reason_Code stop_at_start(int version, _Unwind_Action actions,
                                         _Unwind_Exception_Class class,
                                         struct _Unwind_Exception *exception,
                                         struct _Unwind_Context *context,
                                         void *ctx)
{
    uintptr_t ip = _Unwind_GetIP(context);

    (void)version;
    (void)class;
    (void)exception;
    if ((ip > (uintptr_t)uctx_native_start &&
         ip <= (uintptr_t)uctx_native_start_end) ||
        (actions & _UA_END_OF_STACK))
        uctx_native_leave(ctx, NULL, NULL);
    return _URC_NO_REASON;
}

/* On the stack of the context, called by the switch that it stopped in. */
static void *unwind(struct uctx *ctx, void *object)
{
    struct _Unwind_Exception *exception = object;

    memset(&exception->exception_class, 0, sizeof exception->exception_class);
    exception->exception_cleanup = swallowed;
    _Unwind_ForcedUnwind(exception, stop_at_start, ctx);
    uctx_native_die("cancel of", ctx, "its stack cannot be unwound");
}

UCTX_EXPORT int uctx_cancel(struct uctx *ctx)
{
    struct cxa_globals *globals = NULL, saved;

    switch (uctx_state(ctx)) {
    case UCTX_NEW:
        ctx->pc = ctx->sp = NULL;
        return 0;
    case UCTX_DONE:
        return 0;
    case UCTX_RUNNING:
        errno = EBUSY;
        return -1;
    case UCTX_SUSPENDED:
        break;
    }
    /* A throw; in a catch (...) counts one exception too many that is not C++,
     * and forgets those that the caller is handling. */
    if (uctx_cxa_get_globals != NULL) {
        globals = uctx_cxa_get_globals();
        saved = *globals;
    }
    uctx_watch_resume_on(ctx, unwind, ctx, &ctx->cancel);
    if (globals != NULL)
        *globals = saved;
    if (uctx_state(ctx) == UCTX_DONE)
        return 0;
    errno = EAGAIN;
    return -1;
}
