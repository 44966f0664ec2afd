# SPDX-License-Identifier: MIT
# The tests of this folder, compiled with ASan (and its check for leaks, and
# for use after return) and with TSan, and run under Valgrind, say nothing
# false, with the library as it is installed: not instrumented.
#
# Build: LABELS long TIMEOUT 600
set -u
status=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
tests="resume_and_yield_pass_values swap_goes_from_any_context_to_any
    swap_on_calls_its_function_on_the_target cancel_runs_cleanups_once_each
    exceptions_leave_a_context_for_its_resumer
    fenv_flag_gives_a_context_its_own_control_words
    contexts_bounce_between_threads"

try() # <how> <compiler> <flags> <command>...
{
    how=$1 compiler=$2 flags=$3
    shift 3
    source=$(echo "$SOURCE/test/native/$name".c*)
    case $source in *.cpp) compiler=$(echo $compiler | sed 's/gcc/g++/;s/clang/clang++/') ;; esac
    command -v $compiler >/dev/null || return
    if ! $compiler -O1 -g -w -D_GNU_SOURCE -fexceptions -fno-omit-frame-pointer \
            $flags -I"$SOURCE/include" -I"$SOURCE/test" "$source" \
            "$BUILD/lib/libuctx.a" -pthread -lm -o "$tmp/$name" ||
        ! TIMES=$times "$@" "$tmp/$name" >"$tmp/out" 2>&1 ||
        grep -qE 'ERROR|WARNING|SUMMARY' "$tmp/out"; then
        echo "$name: $compiler, $how:"
        head -40 "$tmp/out"
        status=1
    fi
    ran=$((ran + 1))
}

ran=0
export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1
for name in $tests; do
    for cc in gcc clang; do
        case $name in contexts*) times=200000 ;; *) times=20000 ;; esac
        try ASan $cc -fsanitize=address,undefined
        case $name in cancel*) times=500 ;; esac
        try TSan $cc -fsanitize=thread
    done
    command -v valgrind >/dev/null || continue
    case $name in contexts*) times=20000 ;; *) times=1000 ;; esac
    # Valgrind 3.19 gives up on what clang 14 says in the library's DWARF 5.
    try Valgrind gcc -Wl,--strip-debug valgrind -q --error-exitcode=9 --leak-check=full \
        --errors-for-leak-kinds=definite --fair-sched=yes
done
echo "$ran programs"
exit $status
