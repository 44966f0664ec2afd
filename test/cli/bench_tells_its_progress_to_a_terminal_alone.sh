# SPDX-License-Identifier: MIT
. "$SOURCE/test/cli.sh"

try "$uctx" bench --quick --only=call,switch
expect_eq "$status:$err" 0: "status and errors, without a terminal"
try "$program/on_a_terminal" "$uctx" bench --quick --only=call,switch
expect_eq "$status" 0 "status on a terminal"
expect_eq "$(grep -o '[0-9]*%  switch, call and return' "$tmp/out" | head -n 1)" \
    "0%  switch, call and return" "first words on a terminal"
