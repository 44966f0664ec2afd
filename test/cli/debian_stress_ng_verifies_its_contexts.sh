# SPDX-License-Identifier: MIT
# Two processes, each of which switches between three contexts and checks that
# none has changed.
. "$SOURCE/test/t.sh"

command -v stress-ng >/dev/null || skip "no stress-ng (package stress-ng)"

for mode in tracked exact ignore; do
    try "$uctx" run --report --sigmask=$mode \
        stress-ng --context 2 --context-ops 100 --timeout 20 --verify
    expect_eq "$status" 0 "status, $mode"
    expect_eq "$(grep -c 'successful run' "$tmp/err" "$tmp/out" |
        awk -F: '{ n += $2 } END { print n }')" 1 "successful runs, $mode"
    expect_eq "$(awk '/contexts made/ { print $3 }' "$tmp/err")" 6 \
        "contexts made, $mode"
    switches=$(awk '/switches/ { print $2 }' "$tmp/err")
    expect_eq "$((switches >= 100000))" 1 "whether $switches are all, $mode"
done
