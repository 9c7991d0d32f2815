// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// The body of a request.
///
/// Every case can be sent more than once, so that a request can be tried again.
public enum HTTPBody: Sendable {
    /// No body.
    case empty
    /// Bytes in memory.
    case bytes(Data)
    /// A regular file, read while it is sent. It must not change its size meanwhile.
    case file(URL)
    /// Exactly `length` bytes from an asynchronous sequence. The function makes a new sequence for each attempt.
    ///
    /// The sequence has to end when its task is cancelled, as the standard library's do.
    /// The next element is asked for when the last ones are on their way, so memory stays bounded by a few
    /// elements; keep each below a megabyte.
    case stream(length: Int64, @Sendable () -> any AsyncSequence<Data, any Error> & Sendable)
}
