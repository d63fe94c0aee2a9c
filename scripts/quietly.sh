#!/bin/sh
# Runs a command and shows what it printed only if it failed.
if output=$("$@" 2>&1); then exit 0; else code=$?; fi
printf '%s\n' "$output"
exit "$code"
