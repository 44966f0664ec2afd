# SPDX-License-Identifier: MIT
. "$SOURCE/test/cli.sh"

page=$SOURCE/man/uctx.1
for word in $(for command in "" run bench info; do
    "$uctx" $command --help
done | grep -o -e '--[a-z]*' | tr -d - | sort -u); do
    expect_eq "$(grep -c -e "Fl Fl.* $word\|Fl Fl $word" "$page" |
        sed 's/[1-9][0-9]*/some/')" some "what the manual has of --$word"
done
