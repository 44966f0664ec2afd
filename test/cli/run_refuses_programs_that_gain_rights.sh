# SPDX-License-Identifier: MIT
# The loader ignores LD_PRELOAD in them; not where they gain none.
. "$SOURCE/test/cli.sh"

[ "$(id -u)" = 0 ] || skip "only root can make a set-user-ID program"
command -v setpriv >/dev/null || skip "no setpriv (util-linux)"
mkdir "$tmp/bin" "$tmp/lib"
cp "$uctx" "$tmp/bin/"
cp "$BUILD"/lib/libuctx_posix*.so.0 "$tmp/lib/"
cp "$(command -v env)" "$tmp/prog"
as_nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
$as_nobody "$tmp/prog" true || skip "nobody cannot look into $tmp"

for mode in 4755:set-user 2755:set-group; do
    chmod ${mode%:*} "$tmp/prog"
    expect_refusal 2 "prog is ${mode#*:}-ID" \
        $as_nobody "$tmp/bin/uctx" run "$tmp/prog"
    try "$tmp/bin/uctx" run "$tmp/prog" # root gains nothing by it
    expect_eq "$status:$(grep -c ^LD_PRELOAD= "$tmp/out")" 0:1 \
        "status, and whether LD_PRELOAD is there, for root"
    try $as_nobody setpriv --no-new-privs "$tmp/bin/uctx" run "$tmp/prog"
    expect_eq "$status" 0 "status where nothing can gain rights"
done

chmod 755 "$tmp/prog"
if command -v setcap >/dev/null && setcap cap_net_raw+ep "$tmp/prog"; then
    expect_refusal 2 "file capabilities" \
        $as_nobody "$tmp/bin/uctx" run "$tmp/prog"
    try "$tmp/bin/uctx" run "$tmp/prog"
    expect_eq "$status" 0 "status of a program with capabilities, for root"
fi

chmod 711 "$tmp/prog"
setcap -r "$tmp/prog" 2>/dev/null || :
try $as_nobody "$tmp/bin/uctx" run "$tmp/prog" # it may be run, not read
expect_eq "$status" 0 "status of an unreadable program"
