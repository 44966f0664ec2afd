# SPDX-License-Identifier: MIT
. "$SOURCE/test/cli.sh"
need gnuplot

try "$uctx" bench --quick --only=switch,many,libc,tracked,native,call \
    --plot="$tmp/a plot's.svg"
expect_eq "$status:$err" 0: "status and errors"
plot=$(cat "$tmp/a plot's.svg")
for text in '<svg' '</svg>' 'libc' 'uctx, masks tracked' 'uctx_resume/yield' \
    'call and return' '10,000'; do
    case $plot in *"$text"*) ;; *) fail "no $text in the plot" ;; esac
done
for only in switch,call many,native; do
    try "$uctx" bench --quick --only=$only --plot="$tmp/plot.svg"
    expect_eq "$status:$err" 0: "status and errors of --only=$only"
    expect_eq "$(grep -c '</svg>' "$tmp/plot.svg")" 1 "plots of --only=$only"
done
