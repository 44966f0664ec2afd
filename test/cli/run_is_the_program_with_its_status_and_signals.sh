# SPDX-License-Identifier: MIT
# There is no process in between.
. "$SOURCE/test/t.sh"

try "$uctx" run sh -c 'exit 42'
expect_eq "$status" 42 "exit status"

try "$uctx" run -- "$program/known_counts" kill
expect_eq "$status" 137 "status of one killed by SIGKILL"

"$uctx" run sleep 60 &
pid=$!
wait_until grep -qx sleep /proc/$pid/comm
kill -TERM $pid
status=0
wait $pid || status=$?
expect_eq "$status" 143 "status after kill -TERM"
