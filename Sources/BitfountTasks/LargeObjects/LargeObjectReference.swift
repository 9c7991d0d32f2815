// SPDX-License-Identifier: Apache-2.0

public import Foundation
import MessagePack

/// Whether a message's body is the content itself or the address of it (bitfount-protocol.md, 7.9).
public enum LargeObjectReference: Sendable, Hashable {
    /// The body is the content.
    case inline
    /// The content lies at this address. To be fetched without credentials and without following redirects, in bounded
    /// size and time.
    case url(URL)
    /// The body is an address that must not be used.
    case refused(Refusal)

    /// Why an address must not be used.
    public enum Refusal: String, Error, Sendable, Hashable, CaseIterable {
        /// It is longer than any real one.
        case tooLong = "address-too-long"
        /// It is no absolute address in plain form. Python would read some of these as the path of a local file, which it
        /// then deletes (bitfount-protocol.md, 13.8).
        case malformed = "address-malformed"
        /// It is not `https`.
        case schemeNotAllowed = "address-scheme"
        /// It names another port than the one of `https`.
        case portNotAllowed = "address-port"
        /// Its host is not allowed.
        case hostNotAllowed = "address-host"
    }

    /// The longest address, in bytes. Pre-signed addresses have about 2,000.
    public static let maximumBytes = 8 << 10

    /// Reads the body of a message.
    public static func parse(body: [UInt8], policy: LargeObjectPolicy) -> LargeObjectReference {
        // A body that is not an address is mostly a map or ciphertext, and starts otherwise.
        guard let first = body.first, (0xA0...0xBF).contains(first) || (0xD9...0xDB).contains(first),
            let text = try? MessagePackDecoder.decode(body).stringValue
        else { return .inline }
        guard text.utf8.count <= maximumBytes else { return .refused(.tooLong) }
        guard let address = StorageAddress(text), let url = URL(string: text) else { return .refused(.malformed) }
        return policy.objection(to: address).map { .refused($0) } ?? .url(url)
    }
}
