# SPDX-License-Identifier: MIT
# Once, at its end, and for itself alone.
. "$SOURCE/test/t.sh"

line="never called getcontext: uctx changed nothing in it"

try "$uctx" run "$program/known_counts"
expect_eq "$err" "" "what is said of a program that used contexts"

try "$uctx" run "$program/does_nothing"
expect_eq "$err" "uctx: does_nothing $line" "what is said of one that did not"

try "$uctx" run "$program/does_nothing" fork
expect_eq "$err" "uctx: does_nothing $line" "what is said if it has a child"

# It closed its standard error, or made that another file.
try "$uctx" run "$program/does_nothing" close
expect_eq "$err" "uctx: does_nothing $line" "what is said behind a closed one"

try "$uctx" run sh -c "'$program/does_nothing'; exit 0"
expect_eq "$(grep does_nothing "$tmp/err" || :)" "" "what is said of a child"

try "$uctx" run sh -c "exec '$program/does_nothing'"
expect_eq "$err" "uctx: does_nothing $line" "what is said of the same process"

try "$program/does_nothing"
expect_eq "$err" "" "what is said without uctx"

# getcontext and setcontext alone are use enough.
try "$uctx" run "$program/returns_twice"
expect_eq "$status:$err" "0:" "what is said of getcontext alone"

# Whoever reads our output is not kept waiting by a child in the background.
start=$(date +%s)
out=$("$uctx" run "$program/does_nothing" daemon 2>&1)
expect_eq "$out" "uctx: does_nothing $line" "what is said to a pipe"
expect_eq "$(($(date +%s) - start < 10))" 1 "not waiting for the child"
