# SPDX-License-Identifier: MIT
# A program can be built against the installed tree, and then runs on our
# functions: linked with the shared library, and with the static one.
. "$SOURCE/test/t.sh"
need_plain_build

prefix=$work/prefix
cmake --install "$BUILD" --prefix "$prefix" >"$work/log" 2>&1 ||
    { cat "$work/log"; fail "cmake --install failed"; exit 1; }
lib=$prefix/$(cached CMAKE_INSTALL_LIBDIR)

cat >"$work/consumer.c" <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <ucontext.h>

static ucontext_t outer, inner;
static char stack[65536];

static void answer(void)
{
    puts("inside");
}

int main(void)
{
    void *swap = (void *)&swapcontext;
    Dl_info info;

    getcontext(&inner);
    inner.uc_stack.ss_sp = stack;
    inner.uc_stack.ss_size = sizeof stack;
    inner.uc_link = &outer;
    makecontext(&inner, answer, 0);
    if (swapcontext(&outer, &inner) != 0 || !dladdr(swap, &info))
        return 1;
    puts(info.dli_fname);
    return 0;
}
END

# consumer <library> <where swapcontext is>: build and run it.
consumer()
{
    $CC $(cached CMAKE_C_FLAGS) "$work/consumer.c" -o "$work/consumer" \
        -L"$lib" "$1" -pthread -ldl || { fail "it does not link with $1"; return; }
    LD_LIBRARY_PATH=$lib $(cached CMAKE_CROSSCOMPILING_EMULATOR | tr ';' ' ') \
        "$work/consumer" >"$work/said" || fail "with $1: status $?"
    printf 'inside\n%s\n' "$2" | diff - "$work/said" ||
        fail "with $1 it did not say that"
}
consumer -luctx_posix "$lib/libuctx_posix.so.0"
consumer -l:libuctx_posix.a "$work/consumer"

(cd "$SOURCE/include" 2>/dev/null && find . -name '*.h') | while read -r header
do
    [ -f "$prefix/include/$header" ] || fail "include/$header is not installed"
done
