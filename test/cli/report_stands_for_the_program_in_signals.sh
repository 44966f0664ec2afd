# SPDX-License-Identifier: MIT
# What is sent to uctx alone reaches the program, once.
. "$SOURCE/test/cli.sh"

ready()
{
    grep -q ready "$tmp/out" 2>/dev/null
}

# state <pid>: as in ps
state()
{
    sed 's/.*) \(.\).*/\1/' "/proc/$1/stat"
}

is_stopped()
{
    [ "$(state $1)" = T ]
}

for sig in USR1 HUP TERM RTMIN; do
    rm -f "$tmp/out"
    "$uctx" run --report bash -c "trap 'echo got $sig; exit 7' $sig
        echo ready; while :; do sleep 0.05; done" >"$tmp/out" 2>"$tmp/err" &
    pid=$!
    wait_until ready
    kill -$sig $pid
    status=0
    wait $pid || status=$?
    expect_eq "$status:$(tail -n 1 "$tmp/out")" "7:got $sig" \
        "status and output after $sig"
done

# It stops itself; so do we, and we go on together.
"$uctx" run --report sh -c 'kill -STOP $$; exit 6' 2>"$tmp/err" &
pid=$!
wait_until is_stopped $pid
kill -CONT $pid
status=0
wait $pid || status=$?
expect_eq "$status" 6 "status of one that had stopped"

# From a terminal, both get it: it must not be passed on.
try "$program/on_a_terminal" "$uctx" run --report "$program/counts_interrupts"
expect_eq "$status" 0 "status on a terminal"
expect_eq "$(printf '%s' "$out" | grep -o 'interrupts: .*\.')" \
    "interrupts: 1." "what one Ctrl-C is to the program"
