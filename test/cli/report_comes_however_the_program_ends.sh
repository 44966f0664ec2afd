# SPDX-License-Identifier: MIT
# And uctx ends as the program did, but for a core, which would be its own.
. "$SOURCE/test/t.sh"

cd "$tmp"
ulimit -c unlimited || echo "no core can be written here"
for end in return:"exited with 0" _exit:"exited with 5" kill:"killed by 9" \
    segv:"killed by 11"; do
    try "$program/tells_the_end_of" "$uctx" run --report \
        "$program/known_counts" ${end%%:*}
    expect_eq "$out" "${end#*:}" "what uctx does after ${end%%:*}"
    expect_eq "$(awk '/switches/ { print $2 }' "$tmp/err")" 27 \
        "switches after ${end%%:*}"
done

for end in kill:"killed by 9" _exit:"exited with 5"; do
    try "$program/tells_the_end_of" "$uctx" run "$program/known_counts" \
        ${end%%:*}
    expect_eq "$out" "${end#*:}" "what uctx does without a report"
done
