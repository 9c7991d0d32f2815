// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

/// Reads the form of a pre-signed POST as S3 does: the fields first, the file last (bitfount-protocol.md, 3.6).
///
/// Because the file is the last part and the length of the whole body is known, the file's bytes can be passed on as
/// they come: what is held back is only the closing boundary.
struct UploadForm {
    /// The most bytes before the file's content.
    static let maximumHeadBytes = 64 << 10

    private(set) var fields: [String: String] = [:]
    private(set) var isReadingFile = false
    private let delimiter: [UInt8]
    private var buffer = ByteBuffer()

    init(contentType: String) throws(Refusal) {
        let parts = contentType.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        guard parts.first?.lowercased() == "multipart/form-data",
            let boundary = parts.dropFirst().first(where: { $0.lowercased().hasPrefix("boundary=") })
        else { throw .badRequest("MalformedPOSTRequest: the body is no multipart form") }
        let name = boundary.dropFirst("boundary=".count).trimmingCharacters(in: ["\""])
        guard (1...70).contains(name.utf8.count) else { throw .badRequest("MalformedPOSTRequest: bad boundary") }
        delimiter = Array("\r\n--\(name)".utf8)
        // The first boundary has no line before it; with one, all boundaries look alike.
        buffer.writeString("\r\n")
    }

    /// Takes in the next bytes; returns those that belong to the file.
    mutating func feed(_ bytes: ByteBuffer) throws(Refusal) -> ByteBuffer {
        buffer.writeImmutableBuffer(bytes)
        while !isReadingFile {
            guard try readPart() else { return ByteBuffer() }
        }
        // `\r\n--boundary--\r\n` may be at the end.
        let held = delimiter.count + 4
        if let boundary = buffer.offset(of: delimiter), boundary < buffer.readableBytes - held {
            throw .badRequest("MalformedPOSTRequest: the file is not the last part")
        }
        guard buffer.readableBytes > held, let content = buffer.readSlice(length: buffer.readableBytes - held) else {
            return ByteBuffer()
        }
        return content
    }

    /// The file's last bytes; refuses a form that does not end right after the file.
    mutating func finish() throws(Refusal) -> ByteBuffer {
        guard isReadingFile else { throw .badRequest("MalformedPOSTRequest: there is no file") }
        let rest = Array(buffer.readableBytesView)
        let closing = delimiter + Array("--".utf8)
        guard let end = rest.firstRange(of: closing) else {
            throw .badRequest("MalformedPOSTRequest: the file is not the last part, or the form is cut off")
        }
        guard [[], Array("\r\n".utf8)].contains(Array(rest[end.upperBound...])) else {
            throw .badRequest("MalformedPOSTRequest: there is something after the form")
        }
        return ByteBuffer(bytes: rest[..<end.lowerBound])
    }

    /// Reads one field, or the head of the file's part; false when more bytes are needed.
    private mutating func readPart() throws(Refusal) -> Bool {
        guard buffer.readableBytes <= Self.maximumHeadBytes + (1 << 20) else {
            throw .badRequest("MaxPostPreDataLengthExceeded")
        }
        let bytes = Array(buffer.readableBytesView.prefix(Self.maximumHeadBytes))
        guard let headEnd = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
            guard bytes.count < Self.maximumHeadBytes else { throw .badRequest("MaxPostPreDataLengthExceeded") }
            return false
        }
        guard bytes.starts(with: delimiter) else { throw .badRequest("MalformedPOSTRequest: no boundary") }
        let head = String(decoding: bytes[delimiter.count..<headEnd.lowerBound], as: UTF8.self)
        guard let name = Self.partName(head) else { throw .badRequest("MalformedPOSTRequest: a part has no name") }
        if name == "file" {
            isReadingFile = true
            buffer.moveReaderIndex(forwardBy: headEnd.upperBound)
            return true
        }
        guard let valueEnd = bytes[headEnd.upperBound...].firstRange(of: delimiter) else {
            guard bytes.count < Self.maximumHeadBytes else { throw .badRequest("MaxPostPreDataLengthExceeded") }
            return false
        }
        guard fields[name] == nil else { throw .badRequest("InvalidArgument: \(name) comes twice") }
        fields[name] = String(decoding: bytes[headEnd.upperBound..<valueEnd.lowerBound], as: UTF8.self)
        buffer.moveReaderIndex(forwardBy: valueEnd.lowerBound)
        return true
    }

    private static func partName(_ head: String) -> String? {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
            for parameter in line.split(separator: ";").dropFirst() {
                let text = parameter.trimmingCharacters(in: .whitespaces)
                if text.hasPrefix("name=") { return text.dropFirst("name=".count).trimmingCharacters(in: ["\""]) }
            }
        }
        return nil
    }
}
