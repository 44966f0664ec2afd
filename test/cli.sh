# SPDX-License-Identifier: MIT
# On top of t.sh, for the scripts in cli/.  A script fails, too, if a command
# does that is not under `try`.
. "$SOURCE/test/t.sh"
set -e
uctx=$BUILD/bin/uctx
program=$BUILD/test/program
example=$BUILD/bin/example
tmp=$work
chmod 755 "$tmp" # other users shall look into it, too
unset LD_PRELOAD UCTX_SIGMASK UCTX_RUN UCTX_REPORT || :

# expect_eq <is> <ought to be> <what>
expect_eq()
{
    if [ "$1" != "$2" ]; then
        fail "$3 is '$1', not '$2'"
    fi
}

# try <command>...: its output in $out and $err, its exit status in $status
try()
{
    status=0
    "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
    out=$(cat "$tmp/out")
    err=$(cat "$tmp/err")
}

# expect_refusal <status> <pattern> <command>...: it ends so, having said one
# line that has the pattern in it, as `uctx: ...`, and nothing else.
expect_refusal()
{
    t_status=$1
    t_pattern=$2
    shift 2
    try "$@"
    expect_eq "$status" "$t_status" "status of $*"
    expect_eq "$out" "" "output of $*"
    expect_eq "$(wc -l <"$tmp/err")" 1 "lines of complaint of $*"
    case $err in
    "uctx: "*$t_pattern*) ;;
    *) expect_eq "$err" "uctx: ...$t_pattern..." "complaint of $*" ;;
    esac
}

# wait_until <command>...: until it succeeds, for a minute at most
wait_until()
{
    t_tries=0
    until "$@"; do
        t_tries=$((t_tries + 1))
        [ $t_tries -lt 1200 ] || { echo "never: $*"; exit 1; }
        sleep 0.05
    done
}

# Where a program for another machine cannot be started by its name.
t_status=0
"$uctx" --version >/dev/null 2>&1 || t_status=$?
[ $t_status != 126 ] || skip "this machine cannot run $uctx"

# Instrumented, the library would bring its runtime into every program here.
! grep -q __asan_report "$BUILD/lib/libuctx_posix.so" ||
    skip "the library is instrumented by AddressSanitizer"
