// SPDX-License-Identifier: Apache-2.0

/// Writes one line of UTF-8 JSON, field by field, in the order of the calls.
///
/// The audit log hashes the bytes it writes, so they must not depend on how a library likes to order or escape.
struct JSONLine {
    private(set) var bytes: [UInt8]
    private var needsComma = false

    init(reservingCapacity capacity: Int) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    mutating func openObject() {
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
    }

    mutating func closeObject() {
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    mutating func openObject(_ name: StaticString) {
        key(name)
        openObject()
    }

    /// Opens an array that holds one object.
    mutating func openArrayOfOne(_ name: StaticString) {
        key(name)
        bytes.append(UInt8(ascii: "["))
        openObject()
    }

    mutating func closeArrayOfOne() {
        closeObject()
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func string(_ name: StaticString, _ value: String) {
        key(name)
        JSONText.append(value, to: &bytes)
    }

    /// Writes a value that is known to need no escaping.
    mutating func plain(_ name: StaticString, _ value: String) {
        key(name)
        var value = value
        bytes.append(UInt8(ascii: "\""))
        value.withUTF8 { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func number(_ name: StaticString, _ value: some BinaryInteger) {
        key(name)
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = UInt64(value.magnitude)
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    mutating func strings(_ name: StaticString, _ values: [String]) {
        key(name)
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONText.append(value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Writes an array of objects, one for each element.
    mutating func objects<Element>(_ name: StaticString, _ elements: [Element], _ write: (Element, inout Self) -> Void)
    {
        key(name)
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            openObject()
            write(element, &self)
            closeObject()
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Continues the open object with fields that were written elsewhere, without a leading comma.
    mutating func append(fields: [UInt8]) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(contentsOf: fields)
        needsComma = true
    }

    private mutating func key(_ name: StaticString) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = true
    }
}
