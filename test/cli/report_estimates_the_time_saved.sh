# SPDX-License-Identifier: MIT
# From a calibration on this machine, in the mode that the program ran in.
. "$SOURCE/test/cli.sh"
[ -x "$BUILD/libexec/uctx/bench/posix" ] || skip "this libc has no contexts"

# said <program>...: "<time> <unit> <ns of ours> <ns of the libc's>"
said()
{
    try "$uctx" run --report "$@"
    sed -n 's/^ *time saved, about *\([0-9.]*\) \([mu]*s\) (\([0-9]*\) ns a switch; the libc.s \([0-9]*\))$/\1 \2 \3 \4/p' "$tmp/err"
}

set -- $(said "$program/known_counts")
expect_eq "$#:${2:-}" "4:us" "words of what known_counts saved, and the unit"
[ "$3" -lt "$4" ] || fail "ours, $3 ns, is no less than the libc's, $4"
# 27 switches, and 2 getcontext, which take as long
expect_eq "$(($1 * 1000 > 20 * ($4 - $3) && $1 * 1000 < 36 * ($4 - $3)))" 1 \
    "whether $1 us is 27 to 29 times $4 - $3 ns, or nearly"
exact=$(said --sigmask=exact "$program/known_counts")
set -- "$3" $exact
[ "$1" -lt "$4" ] || fail "a switch takes $1 ns in tracked and $4 in exact"

expect_eq "$(said true)" "" "what a program without contexts saved"
