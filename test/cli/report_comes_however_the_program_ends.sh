# SPDX-License-Identifier: MIT
# And uctx ends as the program did.
. "$SOURCE/test/t.sh"

for end in return:0 _exit:5 kill:137 segv:139; do
    try "$uctx" run --report "$program/known_counts" ${end%:*}
    expect_eq "$status" ${end#*:} "status after ${end%:*}"
    expect_eq "$(awk '/switches/ { print $2 }' "$tmp/err")" 27 \
        "switches after ${end%:*}"
done
