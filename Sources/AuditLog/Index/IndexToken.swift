// SPDX-License-Identifier: Apache-2.0

/// A field and its value, as 64 bits: what the index keeps and what a query looks for.
///
/// FNV-1a over the field's number and the value as it is escaped in the line, and then mixed, because the filter uses
/// both halves. Two values can have the same token; the query reads the entries themselves to tell.
struct IndexToken: Sendable, Hashable {
    let bits: UInt64

    init(_ field: EntryField, escaped value: UnsafeRawBufferPointer) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        hash = (hash ^ UInt64(field.rawValue)) &* 0x100_0000_01B3
        for byte in value { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        bits = hash ^ (hash >> 33)
    }

    init(_ field: EntryField, value: String) {
        self = JSONText.withEscaped(value) { IndexToken(field, escaped: $0) }
    }

    /// All salted names have one token: each of them occurs only once.
    static let saltedModeller = IndexToken(.modeller, value: "sha256:")

    init(modeller value: String) {
        self = JSONText.withEscaped(value) { IndexToken(modeller: $0) }
    }

    init(modeller value: UnsafeRawBufferPointer) {
        self = SaltedName.isSalted(value) ? .saltedModeller : IndexToken(.modeller, escaped: value)
    }
}

/// The fields that queries can ask for. The numbers are part of the index's format.
enum EntryField: UInt8, CaseIterable {
    case type = 1
    case dataset = 2
    case task = 3
    case modeller = 4
    case decision = 5
}
