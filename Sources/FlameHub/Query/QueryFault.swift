// SPDX-License-Identifier: Apache-2.0

/// Why a query can't be put into words that a server understands.
enum QueryFault: Error, Equatable {
    /// The caller asks for something that makes no sense on any server.
    case invalid(String)
    /// The dialect at hand has no way to say it.
    case inexpressible(String)
}
