// SPDX-License-Identifier: Apache-2.0

/// The parts of an absolute address, read so strictly that no other reader can understand it differently.
///
/// There must be a scheme and a plain host; user information, fragments, white space, control characters, backslashes
/// and characters outside ASCII are refused.
struct StorageAddress {
    /// Lower-case.
    let scheme: String
    /// Lower-case; an IPv6 address keeps its brackets.
    let host: String
    let port: Int?
    /// What follows the authority, query included.
    let path: Substring

    /// `nil` for whatever is not such an address.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !Self.refused.contains($0) }),
            let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://")
        else { return nil }
        scheme = text[..<colon].lowercased()
        let rest = text[text.index(colon, offsetBy: 3)...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        path = rest[authority.endIndex...]

        let hostEnd = authority.hasPrefix("[") ? authority.firstIndex(of: "]").map(authority.index(after:)) : nil
        let portStart = authority[(hostEnd ?? authority.startIndex)...].firstIndex(of: ":")
        host = authority[..<(portStart ?? authority.endIndex)].lowercased()
        guard Self.isHost(host), scheme.allSatisfy(\.isLetter) else { return nil }
        guard let portStart else {
            port = nil
            return
        }
        let digits = authority[authority.index(after: portStart)...]
        guard digits.allSatisfy(\.isNumber), let number = UInt16(digits), number > 0 else { return nil }
        port = Int(number)
    }

    var origin: String {
        "\(scheme)://\(host):\(port ?? (scheme == "https" ? 443 : 80))"
    }

    var isLoopback: Bool {
        host == "localhost" || host == "[::1]" || Self.isLoopbackIPv4(host)
    }

    /// User information, fragments, backslashes, and characters that have no place in an address (RFC 3986).
    private static let refused = Set("@#\\\"<>^`{|}".utf8)

    private static func isHost(_ host: String) -> Bool {
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        let characters = isBracketed ? host.dropFirst().dropLast() : host[...]
        return !characters.isEmpty && host.utf8.count <= 255
            && characters.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
                    true
                case UInt8(ascii: "-"): !isBracketed
                case UInt8(ascii: ":"): isBracketed
                default: false
                }
            }
    }

    private static func isLoopbackIPv4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
