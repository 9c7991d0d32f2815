// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A `multipart/form-data` body: fields in the order given, then one file (RFC 7578).
///
/// It is what a pre-signed POST to object storage takes (bitfount-protocol.md, 3.6): the file comes last and
/// the length is known beforehand.
public struct MultipartForm: Sendable {
    /// The file part.
    public struct File: Sendable {
        /// Where the bytes come from.
        public enum Content: Sendable {
            /// Bytes in memory.
            case bytes(Data)
            /// A regular file, read while it is sent.
            case file(URL)
        }

        /// The name of the form's field. Default: `file`.
        public var name = "file"
        /// The file name that the server is told.
        public var filename: String
        /// Whether a name with other characters than ASCII is also sent as `filename*` (RFC 8187), for servers that read `filename`
        /// as Latin-1. Default: no; RFC 7578 does without.
        public var hasExtendedFilename = false
        /// The media type, or `nil` to leave the header out.
        public var contentType: String?
        /// The bytes.
        public var content: Content

        /// A file part in the field `file`.
        public init(filename: String, contentType: String? = "application/octet-stream", content: Content) {
            self.filename = filename
            self.contentType = contentType
            self.content = content
        }
    }

    /// The fields, in order.
    public var fields: [(name: String, value: String)]
    /// The file, sent behind the fields.
    public var file: File
    private let boundary: String

    /// A form with a fresh random boundary.
    public init(fields: [(name: String, value: String)], file: File) {
        self.fields = fields
        self.file = file
        boundary = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }.joined(separator: "-")
    }

    /// The request's `Content-Type`, which names the boundary.
    public var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    /// The body. Its length is known, so it is never sent in chunks.
    ///
    /// - Throws: ``HTTPError`` with `invalidRequest` if a name or the media type has a control character, with `file`
    ///   if the file can't be read.
    public func body() async throws(HTTPError) -> HTTPBody {
        var prefix = ""
        for field in fields {
            prefix += "--\(boundary)\r\nContent-Disposition: form-data; name=\(try quoted(field.name))\r\n\r\n"
            prefix += "\(field.value)\r\n"
        }
        prefix += "--\(boundary)\r\nContent-Disposition: form-data; name=\(try quoted(file.name)); "
        prefix += "filename=\(try quoted(file.filename))"
        if file.hasExtendedFilename, !file.filename.utf8.allSatisfy({ $0 < 0x80 }) {
            prefix += "; filename*=UTF-8''\(Self.percentEncoded(file.filename))"
        }
        prefix += "\r\n"
        if let contentType = file.contentType {
            prefix += "Content-Type: \(try checked(contentType))\r\n"
        }
        let start = Data((prefix + "\r\n").utf8)
        let end = Data("\r\n--\(boundary)--\r\n".utf8)

        switch file.content {
        case .bytes(let data):
            return .bytes(start + data + end)
        case .file(let url):
            let size = try await FileReader(url).size()
            let chunks = FileChunks(prefix: start, file: url, suffix: end)
            return .stream(length: Int64(start.count) + size + Int64(end.count)) { chunks }
        }
    }

    /// The characters that an extended value may have as they are (RFC 8187, 3.2.1), all others by their bytes.
    private static func percentEncoded(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~".utf8)
        return text.utf8.map { byte in
            if plain.contains(byte) { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }

    /// Quotes a parameter the way browsers do: only `"` is escaped.
    private func quoted(_ text: String) throws(HTTPError) -> String {
        "\"" + (try checked(text)).replacingOccurrences(of: "\"", with: "%22") + "\""
    }

    private func checked(_ text: String) throws(HTTPError) -> String {
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw HTTPError(.invalidRequest, "A name in a multipart form has a control character.")
        }
        return text
    }
}
