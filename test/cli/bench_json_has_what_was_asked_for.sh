# SPDX-License-Identifier: MIT
. "$SOURCE/test/cli.sh"
need jq

try "$uctx" bench --quick --json --only=switch,call,tracked,libc
expect_eq "$status:$err" 0: "status and errors"
cp "$tmp/out" "$tmp/json"
# expect <filter> <value>: what jq makes of it
expect()
{
    expect_eq "$(jq -rc "$1" "$tmp/json")" "$2" "$1"
}
expect '[.figures[].table] | unique' '["switch"]'
expect '[.figures[].row] | unique' '["call","libc","tracked"]'
expect '[.figures[] | select(.row == "tracked") | .figure]' \
    '["switch","deep/2","deep/8","deep/16"]'
expect '[.figures[].unit] | unique' '["ns"]'
expect '[.figures[] | .low > 0 and .low <= .median and .median <= .high]
    | unique' '[true]'
expect '[.figures[].rounds] | unique' '[15]'
expect '.figures[0] | .row, .ratio' "libc
1"
expect '.figures[] | select(.row == "tracked" and .figure == "switch")
    | .ratio > 2' true
expect .architecture "$("$uctx" info --json | jq -r .architecture)"

try "$uctx" bench --quick --json --only=idle,stack
cp "$tmp/out" "$tmp/json"
expect '[.figures[].table] | unique' '["idle","stack"]'
expect '.figures[] | select(.row == "native" and .figure == "maps/10000")
    | .unit' mappings
