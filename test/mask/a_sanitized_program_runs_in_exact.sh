# SPDX-License-Identifier: MIT
# A program under AddressSanitizer or ThreadSanitizer, of gcc and of clang,
# switches contexts and keeps its masks with our library, which then asks the
# kernel at every switch.
#
# gcc has none for musl.
#
# Build: TIMEOUT 180 NOT_UNDER musl
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
ran=0
failed=0
case $CC in
*-linux-gnu*-*) echo "skipped: its compilers are this machine's"; exit 77 ;;
esac

cat >"$work/p.c" <<'END'
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

static ucontext_t outer, inner;
static volatile int handled;

static void on_usr1(int sig)
{
    handled += sig == SIGUSR1;
}

static int blocked(void)
{
    sigset_t now;

    pthread_sigmask(SIG_BLOCK, NULL, &now);
    return sigismember(&now, SIGUSR2);
}

static void entry(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    for (;;) {
        if (!blocked())
            exit(3);
        raise(SIGUSR1);
        swapcontext(&inner, &outer);
    }
}

int main(void)
{
    signal(SIGUSR1, on_usr1);
    getcontext(&inner);
    inner.uc_stack.ss_size = 1 << 18;
    inner.uc_stack.ss_sp = malloc(1 << 18);
    makecontext(&inner, entry, 0);
    for (int i = 0; i < 1000; i++) {
        swapcontext(&outer, &inner);
        if (blocked())
            exit(4);
    }
    printf("%d handled\n", handled);
    return handled != 1000;
}
END

# run <what> <command>...: it says what it must say
run() {
    what=$1
    shift
    ran=$((ran + 1))
    if ! "$@" >"$work/out" 2>&1 || ! grep -q '1000 handled' "$work/out"; then
        echo "$what failed:"
        head -n 20 "$work/out"
        failed=1
    fi
}

for cc in gcc clang; do
    command -v $cc >/dev/null || continue
    for kind in address thread; do
        $cc -g -O1 -fsanitize=$kind "$work/p.c" -o "$work/p" -pthread \
            2>"$work/err" || continue # no runtime here
        # Some kernels' address layouts are too random for an old runtime.
        "$work/p" >/dev/null 2>&1 || setarch -R "$work/p" >/dev/null 2>&1 || {
            echo "$cc $kind: does not run without us either"
            continue
        }
        # A runtime in a shared library must come first.
        first=$(ldd "$work/p" | sed -n 's/.*=> \(.*lib[at]san[^ ]*\).*/\1/p')
        run "$cc $kind, preloaded" setarch -R env \
            LD_PRELOAD="${first:+$first:}$BUILD/lib/libuctx_posix.so" "$work/p"
        $cc -g -O1 -fsanitize=$kind "$work/p.c" -o "$work/q" -pthread \
            -L"$BUILD/lib" -luctx_posix -Wl,-rpath,"$BUILD/lib" &&
            run "$cc $kind, linked" setarch -R "$work/q"
        run "$cc $kind, under uctx run" \
            setarch -R "$BUILD/bin/uctx" run --report "$work/p"
        grep -q "exact (a sanitizer's runtime is present)" "$work/out" || {
            echo "$cc $kind: the report does not say exact, and why"
            cat "$work/out"
            failed=1
        }
    done
done
echo "$ran runs"
if [ $ran = 0 ]; then
    echo "skipped: no sanitizer runtime is installed"
    exit 77
fi
exit $failed
