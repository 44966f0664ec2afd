# SPDX-License-Identifier: MIT
# The numbers are in test/program/known_counts.c.
. "$SOURCE/test/t.sh"

# count <label>: its number in the report
count()
{
    sed -n "s/^ *$1  *\([0-9a-z]*\).*/\1/p" "$tmp/err"
}

# expect_counts <mode> <made> <saved> <switches> <system calls> <avoided>
expect_counts()
{
    expect_eq "$(count 'signal masks')" "$1" "mode"
    expect_eq "$(count 'contexts made')" "$2" "contexts made"
    expect_eq "$(count 'contexts saved')" "$3" "contexts saved"
    expect_eq "$(count 'switches')" "$4" "switches"
    expect_eq "$(count 'system calls made')" "$5" "system calls made"
    expect_eq "$(count 'system calls avoided')" "$6" "system calls avoided"
    deep=$(count 'deepest stack, bytes')
    expect_eq "$((deep >= 20000 && deep < 20500))" 1 \
        "whether the deepest stack, $deep, is 20000 and a little"
    expect_eq "$(count 'of its size, bytes')" 65536 "its size"
}

try "$uctx" run --report --sigmask=exact "$program/known_counts"
expect_counts exact 1 2 27 29 0
expect_eq "$(count 'programs counted')" "" "number of programs, if only one"

try "$uctx" run --report --sigmask=ignore "$program/known_counts"
expect_counts ignore 1 2 27 0 29

# What the kernel saw is what we say.
if command -v strace >/dev/null && strace -o "$tmp/trace" true 2>/dev/null; then
    for mode in exact tracked; do
        for end in return fork; do
            try "$uctx" run --report --sigmask=$mode strace -f -o "$tmp/trace" \
                -e trace=rt_sigprocmask "$program/known_counts" $end
            made=$(count 'system calls made')
            try strace -f -o "$tmp/without" -e trace=rt_sigprocmask \
                env UCTX_SIGMASK=ignore LD_PRELOAD="$BUILD/lib/libuctx_posix.so" \
                "$program/known_counts" $end
            expect_eq "$made" $(($(grep -c SETMASK "$tmp/trace") - \
                $(grep -c SETMASK "$tmp/without"))) \
                "system calls made, $mode, $end, and in strace's eyes"
        done
    done
fi

# All that the program starts counts, whether it was replaced or forked.
try "$uctx" run --report --sigmask=exact "$program/known_counts" fork
expect_counts exact 2 4 54 58 0
try "$uctx" run --report --sigmask=exact \
    sh -c "'$program/known_counts'; '$program/known_counts'; exit 3"
expect_counts exact 2 4 54 58 0
expect_eq "$status" 3 "status of the shell"
expect_eq "$(count 'programs counted')" 3 "number of programs"
