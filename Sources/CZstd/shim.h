// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <zstd.h>
#include <zstd_errors.h>

// Casts in a macro, which Swift does not import.
static const unsigned long long zstdContentSizeUnknown = ZSTD_CONTENTSIZE_UNKNOWN;
static const unsigned long long zstdContentSizeError = ZSTD_CONTENTSIZE_ERROR;
