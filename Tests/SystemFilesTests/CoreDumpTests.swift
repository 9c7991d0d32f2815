// SPDX-License-Identifier: Apache-2.0

import SystemFiles
import Testing

struct CoreDumpTests {
    @Test func forbiddenOnesCanNotBeAllowedAgainByLimits() throws {
        #expect(!CoreDumps.areForbidden)
        try CoreDumps.forbid()
        #expect(CoreDumps.areForbidden)
        // Again changes nothing.
        try CoreDumps.forbid()
        #expect(CoreDumps.areForbidden)
    }
}
