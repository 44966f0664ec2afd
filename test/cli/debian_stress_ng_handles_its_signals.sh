# SPDX-License-Identifier: MIT
# Contexts beside everything that stress-ng does with handlers of its own, most
# of which leave by siglongjmp: faults, nested and queued signals, timers,
# sigsuspend, vfork.  It verifies each itself.
. "$SOURCE/test/cli.sh"

command -v stress-ng >/dev/null || skip "no stress-ng (package stress-ng)"

set -- --context 1 --context-ops 500
for what in sigsegv sigfpe sigrt signal signest sigpending sigsuspend sigfd \
    sigq itimer vfork; do
    set -- "$@" --$what 1 --$what-ops 200
done
for mode in tracked exact; do
    try "$uctx" run --report --sigmask=$mode stress-ng --timeout 20 --verify "$@"
    expect_eq "$status" 0 "status, $mode"
    expect_eq "$(cat "$tmp/err" "$tmp/out" | grep -c 'successful run')" 1 \
        "successful runs, $mode"
    expect_eq "$(awk '/signal masks/ { print $3 }' "$tmp/err")" $mode "the mode"
done
