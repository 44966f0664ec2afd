# SPDX-License-Identifier: MIT
# Of processor time: what else runs at the same time is not its doing.  And what
# it prints is a table of every group, without a word on stderr.
# Build: LABELS long TIMEOUT 120 SERIAL
. "$SOURCE/test/cli.sh"

try "$uctx" bench --quick
expect_eq "$status:$err" 0: "status and errors"
times >"$tmp/times"
set -- $(sed -n '2s/[ms]/ /gp' "$tmp/times" | tr . ' ')
expect_eq "$(($1 * 60 + $2 + $4 * 60 + $5 < 9))" 1 "whether $* is short"
expect_eq "$(grep -c '^$' "$tmp/out")" \
    $((6 + $(grep -c '^Not built here' "$tmp/out" || :))) "number of tables"
for row in libc 'uctx, masks tracked' uctx_resume/yield 'call and return'; do
    expect_eq "$(grep -c "^$row  *[0-9]" "$tmp/out" | sed 's/[1-9]/some/')" \
        some "rows of $row"
done
expect_eq "$(awk 'length > 80' "$tmp/out")" "" "lines over 80 columns"
