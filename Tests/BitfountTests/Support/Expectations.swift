// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Testing

/// Expects a call to fail with a `BitfountError` of a code.
@discardableResult
func expect<Value>(
    _ code: BitfountError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    isolation: isolated (any Actor)? = #isolation,
    from call: () async throws -> Value
) async -> BitfountError? {
    do {
        _ = try await call()
        Issue.record("Nothing was thrown.", sourceLocation: sourceLocation)
    } catch let error as BitfountError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        return error
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
    return nil
}
