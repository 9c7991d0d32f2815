// SPDX-License-Identifier: Apache-2.0

/// Why a proxy opened no tunnel to the message service.
enum ProxyRefusal: Error, Hashable, CustomStringConvertible {
    /// It answered with this status code.
    case status(Int)
    /// Its answer is not HTTP, or longer than any answer should be.
    case notHTTP
    /// It closed the connection without an answer.
    case hungUp
    /// Its name has no address.
    case unknownName

    var description: String {
        switch self {
        case .status(407): "the proxy asks for a user name and password (407)"
        case .status(let code): "the proxy refused the connection (\(code))"
        case .notHTTP: "the proxy's answer is not HTTP"
        case .hungUp: "the proxy closed the connection"
        case .unknownName: "the proxy's name couldn't be resolved"
        }
    }
}
