// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Testing

struct MessageServiceErrorTests {
    @Test
    func onlyFinalRefusalsAreNotTransient() {
        let final = MessageServiceError.Code.allCases.filter { !MessageServiceError(code: $0, message: "").isTransient }
        #expect(
            final == [
                .permissionDenied, .invalidArgument, .failedPrecondition, .notFound, .unimplemented, .invalidEndpoint,
            ]
        )
    }
}
