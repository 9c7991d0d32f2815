// SPDX-License-Identifier: Apache-2.0
// What a plain program achieves that writes the same bytes to the same kind of table: the reference of Benchmarks/audit.
// usage: audit-plain DATABASE COUNT ENTRIES_PER_COMMIT ENTRY_BYTES
#include <openssl/sha.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void check(int result, sqlite3 *db) {
    if (result != SQLITE_OK && result != SQLITE_DONE) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(db));
        exit(74);
    }
}

int main(int argc, char **argv) {
    if (argc != 5) return 64;
    long count = atol(argv[2]), group = atol(argv[3]), bytes = atol(argv[4]);
    sqlite3 *db;
    sqlite3_stmt *insert;
    check(sqlite3_open(argv[1], &db), db);
    check(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                           "CREATE TABLE entry (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, leaf BLOB NOT NULL) STRICT",
                       0, 0, 0), db);
    check(sqlite3_prepare_v2(db, "INSERT INTO entry VALUES (?, ?, ?)", -1, &insert, 0), db);
    unsigned char *line = malloc(bytes + 1), leaf[32];
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (long seq = 0; seq < count; seq++) {
        if (seq % group == 0) check(sqlite3_exec(db, "BEGIN IMMEDIATE", 0, 0, 0), db);
        memset(line, 'x', bytes + 1);
        snprintf((char *)line + 1, bytes, "{\"v\":1,\"seq\":%ld,", seq);
        line[0] = 0;
        SHA256(line, bytes + 1, leaf);
        sqlite3_bind_int64(insert, 1, seq);
        sqlite3_bind_text(insert, 2, (char *)line + 1, bytes, SQLITE_STATIC);
        sqlite3_bind_blob(insert, 3, leaf, 32, SQLITE_STATIC);
        check(sqlite3_step(insert), db);
        sqlite3_reset(insert);
        if (seq % group == group - 1 || seq == count - 1) check(sqlite3_exec(db, "COMMIT", 0, 0, 0), db);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (end.tv_sec - start.tv_sec) + (end.tv_nsec - start.tv_nsec) / 1e9;
    printf("entries_per_second %.2f\n", count / seconds);
    sqlite3_finalize(insert);
    sqlite3_close(db);
    return 0;
}
