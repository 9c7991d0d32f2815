// SPDX-License-Identifier: Apache-2.0
#pragma once

// Swift can't call C's variadic functions.

#include <sys/prctl.h>

static inline int clinux_set_dumpable(int value) { return prctl(PR_SET_DUMPABLE, value, 0, 0, 0); }
static inline int clinux_get_dumpable(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }
