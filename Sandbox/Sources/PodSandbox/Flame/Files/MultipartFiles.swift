// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

/// Reads the files of a multipart form as the bytes come, holding back no more than a boundary may take.
struct MultipartFiles {
    enum Event {
        /// A file begins; what was its name in the form?
        case file(String)
        case bytes(ByteBuffer)
        /// The file, or what was no file, is complete.
        case end
    }

    /// The most bytes of a part's head.
    static let maximumHeadBytes = 16 << 10

    private enum Position {
        case head, content, done
    }

    private static let malformed = FlameRefusal.badRequest("The form is malformed.")

    private let delimiter: [UInt8]
    private var buffer = ByteBuffer()
    private var position = Position.head
    private var isInFile = false

    init(contentType: String) throws(FlameRefusal) {
        let parts = contentType.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        guard parts.first?.lowercased() == "multipart/form-data",
            let boundary = parts.dropFirst().first(where: { $0.lowercased().hasPrefix("boundary=") })
        else { throw .badRequest("The body is no multipart form.") }
        let name = boundary.dropFirst("boundary=".count).trimmingCharacters(in: ["\""])
        guard (1...70).contains(name.utf8.count) else { throw Self.malformed }
        delimiter = Array("\r\n--\(name)".utf8)
        // The first boundary has no line before it; with one, all boundaries look alike.
        buffer.writeString("\r\n")
    }

    /// Takes in the next bytes; returns what they bring.
    mutating func feed(_ bytes: ByteBuffer) throws(FlameRefusal) -> [Event] {
        buffer.writeImmutableBuffer(bytes)
        var events: [Event] = []
        while try step(&events) {}
        buffer.discardReadBytes()
        return events
    }

    /// Refuses a form that is cut off.
    func finish() throws(FlameRefusal) {
        guard position == .done else { throw Self.malformed }
    }

    private mutating func step(_ events: inout [Event]) throws(FlameRefusal) -> Bool {
        switch position {
        case .head: return try readHead(&events)
        case .content: return readContent(&events)
        case .done: return false
        }
    }

    /// Reads a boundary and the head of the part after it; false when more bytes are needed.
    private mutating func readHead(_ events: inout [Event]) throws(FlameRefusal) -> Bool {
        let bytes = Array(buffer.readableBytesView.prefix(Self.maximumHeadBytes))
        guard bytes.count >= delimiter.count + 4 else { return false }
        guard bytes.starts(with: delimiter) else { throw Self.malformed }
        if bytes[delimiter.count...].starts(with: Array("--".utf8)) {
            position = .done
            return false
        }
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
            guard bytes.count < Self.maximumHeadBytes else { throw Self.malformed }
            return false
        }
        let name = Self.fileName(String(decoding: bytes[delimiter.count..<end.lowerBound], as: UTF8.self))
        isInFile = name != nil
        if let name { events.append(.file(name)) }
        buffer.moveReaderIndex(forwardBy: end.upperBound)
        position = .content
        return true
    }

    private mutating func readContent(_ events: inout [Event]) -> Bool {
        let end = buffer.offset(of: delimiter)
        // What may be the beginning of a boundary waits for the rest.
        let length = end ?? max(0, buffer.readableBytes - delimiter.count)
        if length > 0, let piece = buffer.readSlice(length: length), isInFile { events.append(.bytes(piece)) }
        guard end != nil else { return false }
        if isInFile { events.append(.end) }
        position = .head
        return true
    }

    private static func fileName(_ head: String) -> String? {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
            guard let start = line.range(of: "filename=\"")?.upperBound,
                let end = line[start...].firstIndex(of: "\"")
            else { return nil }
            return String(line[start..<end])
        }
        return nil
    }
}
