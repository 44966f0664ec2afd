/* SPDX-License-Identifier: MIT */
/*
 * Print JSON on stdout, a member or an element at a time; commas and line ends
 * come by themselves.  A name is NULL in an array.
 */
#ifndef UCTX_TOOL_JSON_H
#define UCTX_TOOL_JSON_H

#include <stdbool.h>

void json_open(char bracket, const char *name);
void json_close(char bracket);
void json_string(const char *name, const char *value); /* NULL: null */
void json_number(const char *name, double value);
void json_bool(const char *name, bool value);

#endif
