// SPDX-License-Identifier: Apache-2.0

/// Takes what arrives for one transfer. All three are called on the event loop's thread and mustn't block.
protocol ResponseSink: AnyObject, Sendable {
    /// The head is complete.
    func receive(_ head: HTTPResponseHead)
    /// Bytes of the body. `false` refuses them for now: they come again when the sink has resumed the transfer.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool
    /// The transfer ended, with an error if the response isn't whole. Called exactly once.
    func finish(_ failure: HTTPError?)
}
