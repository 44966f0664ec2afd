# SPDX-License-Identifier: MIT
# The Debian packages that cpack makes are three, lintian finds nothing wrong
# with them, and unpacked together they work.
# Build: LABELS long TIMEOUT 600
. "$SOURCE/test/t.sh"
need_plain_build
[ -z "$EMULATOR" ] || skip "for another machine"
need cpack dpkg-deb dpkg-shlibdeps lintian man

{
    cmake -S "$SOURCE" -B "$work/build" -DCMAKE_INSTALL_PREFIX=/usr \
        -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_C_COMPILER="$CC" \
        -DBUILD_TESTING=OFF &&
        cmake --build "$work/build" &&
        (cd "$work/build" && cpack)
} >"$work/log" 2>&1 || { cat "$work/log"; fail "cpack failed"; exit 1; }

for package in "$work"/build/*.deb; do
    dpkg-deb -f "$package" Package
done | sort | xargs >"$work/names"
[ "$(cat "$work/names")" = "libuctx-dev libuctx0 uctx" ] ||
    fail "the packages are $(cat "$work/names")"
lintian --allow-root "$work"/build/*.deb >"$work/said" 2>&1
grep '^[EW]:' "$work/said" && fail "lintian says that"

for package in "$work"/build/*.deb; do
    dpkg-deb -x "$package" "$work/root" || fail "dpkg-deb -x $package"
done
says=$("$work/root/usr/bin/uctx" run --report \
    "$BUILD/test/program/known_counts" 2>&1 >"$work/out")
case $says in
*switches*) ;;
*) fail "uctx run --report says '$says'" ;;
esac
for page in 1/uctx 3/uctx_posix; do
    MANPATH=$work/root/usr/share/man man -w "${page%/*}" "${page#*/}" \
        >"$work/out" 2>&1 || fail "man does not find $page"
done
