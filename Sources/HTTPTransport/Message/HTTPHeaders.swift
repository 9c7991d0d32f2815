// SPDX-License-Identifier: Apache-2.0

/// Header fields in the order they are sent or were received. Names compare without regard to case.
public struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One header field.
    public struct Field: Sendable, Hashable {
        /// The name as it was given.
        public let name: String
        /// The value without surrounding white space.
        public let value: String
    }

    private(set) var fields: [Field] = []

    /// No fields.
    public init() {}

    /// The fields of the literal, in its order; a name may occur more than once.
    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements {
            append(name, value)
        }
    }

    /// The first value of a field. Setting a value replaces all fields of that name; setting `nil` removes them.
    public subscript(name: String) -> String? {
        get {
            fields.first { $0.name.isSameHeaderName(as: name) }?.value
        }
        set {
            let position = fields.firstIndex { $0.name.isSameHeaderName(as: name) }
            fields.removeAll { $0.name.isSameHeaderName(as: name) }
            if let newValue {
                // Everything before the first old field stayed, so its position still holds.
                fields.insert(Field(name: name, value: newValue), at: position ?? fields.endIndex)
            }
        }
    }

    /// All values of a field, in order.
    public func values(of name: String) -> [String] {
        fields.filter { $0.name.isSameHeaderName(as: name) }.map(\.value)
    }

    /// Whether there is a field of this name.
    public func contains(_ name: String) -> Bool {
        self[name] != nil
    }

    /// Adds a field behind those that are there already.
    public mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Sets each field of `other`, in place of fields of the same name here.
    public mutating func merge(_ other: HTTPHeaders) {
        for name in Set(other.fields.map { $0.name.lowercased() }) {
            self[name] = nil
        }
        fields += other.fields
    }
}

extension HTTPHeaders: RandomAccessCollection {
    /// The position of the first field.
    public var startIndex: Int { fields.startIndex }
    /// The position behind the last field.
    public var endIndex: Int { fields.endIndex }
    /// The field at a position.
    public subscript(position: Int) -> Field { fields[position] }
}

extension HTTPHeaders: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The names only: values carry credentials.
    public var description: String {
        "[" + fields.map { "\($0.name): …" }.joined(separator: ", ") + "]"
    }
    /// The names only: values carry credentials.
    public var debugDescription: String { description }
    /// The names only: values carry credentials.
    public var customMirror: Mirror { Mirror(self, children: fields.map { (label: $0.name, value: "…") }) }
}

extension HTTPHeaders {
    /// The fields that authenticate a call; a request that has one is treated as credentialed.
    private static let credentials = ["authorization", "cookie", "x-api-key", "x-api-key-id"]

    /// Fields that the transport derives from the request. A second opinion here would split the message.
    private static let reserved = [
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization", "proxy-connection", "te",
        "trailer", "transfer-encoding", "upgrade",
    ]

    /// Whether a field authenticates the call.
    var haveCredentials: Bool {
        fields.contains { Self.credentials.contains($0.name.lowercased()) }
    }

    /// Says what is wrong with the fields of a request, without repeating a value.
    func requestProblem() -> String? {
        for field in fields {
            guard field.name.isHTTPToken else { return "A header name has a character that isn't allowed." }
            guard field.value.isHTTPFieldValue else {
                return "The value of the header \(field.name) has a control character."
            }
            guard !Self.reserved.contains(field.name.lowercased()) else {
                return "The header \(field.name) is set by the transport, not by a request."
            }
        }
        return nil
    }
}

extension String {
    fileprivate func isSameHeaderName(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8) { $0.asciiLowercased == $1.asciiLowercased }
    }

    /// A `token` of RFC 9110, section 5.6.2.
    var isHTTPToken: Bool {
        !isEmpty && utf8.allSatisfy { $0.isASCIIAlphanumeric || "!#$%&'*+-.^_`|~".utf8.contains($0) }
    }

    /// A field value without CR, LF, NUL or another control character (RFC 9110, section 5.5).
    var isHTTPFieldValue: Bool {
        utf8.allSatisfy { $0 == UInt8(ascii: "\t") || ($0 >= 0x20 && $0 != 0x7F) }
    }
}

extension UInt8 {
    var isASCIIAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    fileprivate var asciiLowercased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
