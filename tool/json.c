/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <stdio.h>

static int depth;
static bool empty = true; /* nothing in the innermost bracket yet */

static void quote(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++)
        if (*text == '"' || *text == '\\')
            printf("\\%c", *text);
        else if ((unsigned char)*text < ' ')
            printf("\\u%04x", *text);
        else
            putchar(*text);
    putchar('"');
}

static void begin(const char *name)
{
    if (depth > 0)
        printf("%s\n%*s", empty ? "" : ",", 2 * depth, "");
    empty = false;
    if (name != NULL) {
        quote(name);
        printf(": ");
    }
}

void json_open(char bracket, const char *name)
{
    begin(name);
    putchar(bracket);
    depth++;
    empty = true;
}

void json_close(char bracket)
{
    depth--;
    printf("\n%*s%c", 2 * depth, "", bracket);
    empty = false;
    if (depth == 0)
        putchar('\n');
}

void json_string(const char *name, const char *value)
{
    begin(name);
    if (value == NULL)
        printf("null");
    else
        quote(value);
}

void json_number(const char *name, double value)
{
    begin(name);
    printf("%.6g", value);
}

void json_bool(const char *name, bool value)
{
    begin(name);
    printf(value ? "true" : "false");
}
