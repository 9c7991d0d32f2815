// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
public import StateStore

/// A text with signatures under it (C2SP signed-note).
///
/// The text means nothing before ``verify(_:)`` said so.
public struct SignedNote: Sendable, Hashable {
    /// A signature under a note.
    public struct Signature: Sendable, Hashable {
        /// The key's name.
        public let name: String
        /// The key's id.
        public let keyID: NoteKeyID
        /// The signature itself, in the form of the key's algorithm.
        public let bytes: [UInt8]
    }

    /// The largest note that is read, in bytes.
    public static let maximumBytes = 64 << 10
    /// The most signatures that a note may have.
    public static let maximumSignatures = 64

    /// What was signed, with the newline at its end.
    public let text: String
    /// The signatures, of keys known and unknown.
    public let signatures: [Signature]

    init(text: String, signatures: [Signature]) {
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note.
    ///
    /// - Throws: ``StoreError/Code/malformed`` if the bytes are no signed note, or one beyond the limits.
    public init(_ bytes: some Collection<UInt8>) throws(StoreError) {
        guard bytes.count <= Self.maximumBytes, let note = String(validating: bytes, as: UTF8.self),
            !note.utf8.contains(where: { $0 < 0x20 && $0 != 0x0A }), note.utf8.last == 0x0A,
            let split = note.utf8.lastRange(of: [0x0A, 0x0A])
        else { throw Self.malformed }
        text = String(note[..<note.utf8.index(after: split.lowerBound)])
        let lines = note[split.upperBound...].dropLast().split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count <= Self.maximumSignatures else { throw Self.malformed }
        var signatures: [Signature] = []
        for line in lines {
            guard let signature = Signature(line) else { throw Self.malformed }
            signatures.append(signature)
        }
        self.signatures = signatures
    }

    /// The note as it is written.
    public var bytes: [UInt8] {
        Array("\(text)\n\(signatures.map(\.line).joined())".utf8)
    }

    /// Whether the key signed the note.
    ///
    /// - Returns: False if there is no signature by this key; those of other keys are not looked at.
    /// - Throws: ``StoreError/Code/untrusted`` if there is one and it is wrong.
    public func verify(_ key: NoteVerifierKey) throws(StoreError) -> Bool {
        let own = signatures.filter { $0.name == key.name && $0.keyID == key.id }
        guard own.allSatisfy({ key.publicKey.verify(signature: $0.bytes, message: Array(text.utf8)) }) else {
            throw StoreError(
                .untrusted,
                "A note has a signature by key \(key.id) that is wrong: it was forged or changed."
            )
        }
        return !own.isEmpty
    }

    private static let malformed = StoreError(.malformed, "This is not a signed note.")
}

extension SignedNote.Signature {
    /// Reads a signature line, without its newline.
    fileprivate init?(_ line: some StringProtocol) {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "—", NoteName.isValid(parts[1]),
            let bytes = Data(base64Encoded: String(parts[2])), bytes.count > 4,
            bytes.base64EncodedString() == parts[2]
        else { return nil }
        name = String(parts[1])
        keyID = NoteKeyID(Array(bytes)[..<4])
        self.bytes = Array(bytes.dropFirst(4))
    }

    fileprivate var line: String {
        "— \(name) \(Data(keyID.bytes + bytes).base64EncodedString())\n"
    }
}

extension String.UTF8View {
    /// Where two bytes stand side by side for the last time.
    fileprivate func lastRange(of pair: [UInt8]) -> Range<Index>? {
        var end = endIndex
        while end > startIndex {
            let last = index(before: end)
            guard last > startIndex else { return nil }
            let first = index(before: last)
            if self[first] == pair[0], self[last] == pair[1] { return first..<end }
            end = last
        }
        return nil
    }
}
