#!/bin/sh
# SPDX-License-Identifier: MIT
# The same functions with the report's hooks in them unwind at every instruction
# as well.
#
# It runs a test that is not under musl.
# Build: NOT_UNDER musl
name=every_instruction_unwinds_to_the_caller_or_the_target
library=$BUILD/lib/libuctx_posix_report.so
[ -e "$library" ] || { echo "there is no $library"; exit 1; }
[ -e "$BUILD/test/unwind.$name.shared" ] ||
    { echo "skipped: there is no such test here"; exit 77; }
LD_PRELOAD=$library exec "$BUILD/test/unwind.$name.shared"
