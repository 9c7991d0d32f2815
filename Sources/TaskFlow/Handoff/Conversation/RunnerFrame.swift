// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// One frame of the conversation with a runner (docs/runners.md, "Frames"): a name, fields, and bytes that go with them.
struct RunnerFrame: Sendable, Equatable {
    /// What the frame is.
    var name: String
    /// The fields beside the name and the size of the body.
    var fields: JSONObject
    /// The bytes; empty where there are none.
    var body: [UInt8]

    init(_ name: String, _ fields: JSONObject = [:], body: [UInt8] = []) {
        self.name = name
        self.fields = fields
        self.body = body
    }

    /// The header with its line feed; the body follows it.
    ///
    /// - Throws: ``RunnerFrameError/headerTooLong``, which no frame of the agent's own is.
    func header() throws(RunnerFrameError) -> [UInt8] {
        var object: JSONObject = ["frame": .string(name)]
        for (key, value) in fields { object[key] = value }
        if !body.isEmpty { object["body"] = .integer(Int64(body.count)) }
        do {
            return try JSONValue.object(object).serialized(maximumBytes: RunnerFrameDecoder.maximumHeaderBytes - 1)
                + [RunnerFrameDecoder.lineFeed]
        } catch {
            throw .headerTooLong
        }
    }
}

/// Why bytes are no frame. After one of these nothing more can be read from the stream.
enum RunnerFrameError: Error, Sendable, Hashable, CaseIterable {
    /// There is no line feed within the longest header.
    case headerTooLong
    /// The header is not one JSON object, or one that two readers could understand differently.
    case malformedHeader
    /// The header names no frame.
    case unnamed
    /// The size of the body is not a whole number of at least zero.
    case invalidBodySize
    /// The body would be longer than the limit; nothing of it was read.
    case bodyTooLong
    /// The stream ended within a frame.
    case cutOff
}

/// Takes frames out of a stream of bytes that a runner wrote.
struct RunnerFrameDecoder: Sendable {
    /// The longest header in bytes, its line feed included.
    static let maximumHeaderBytes = 65_536
    /// How deep a header may be nested.
    static let maximumDepth = 8
    static let lineFeed = UInt8(ascii: "\n")

    /// The longest body in bytes.
    let maximumBodyBytes: Int
    private var header: [UInt8] = []
    private var pending: (frame: RunnerFrame, size: Int)?

    init(maximumBodyBytes: Int) {
        self.maximumBodyBytes = maximumBodyBytes
    }

    /// Whether the bytes so far end with a whole frame.
    var isBetweenFrames: Bool { header.isEmpty && pending == nil }

    /// The next frame, once all of it has come.
    ///
    /// - Parameter input: What was read and not used yet; what the frame takes is removed from it.
    /// - Returns: `nil` if all of the input was taken, and the frame is not whole.
    mutating func next(from input: inout ArraySlice<UInt8>) throws(RunnerFrameError) -> RunnerFrame? {
        if pending == nil, !(try takeHeader(from: &input)) { return nil }
        guard case (var frame, let size)? = pending else { return nil }
        // So that the bytes have one owner while they are added to.
        pending = nil
        let missing = size - frame.body.count
        frame.body += input.prefix(missing)
        input = input.dropFirst(missing)
        guard frame.body.count == size else {
            pending = (frame, size)
            return nil
        }
        return frame
    }

    /// - Returns: Whether the header is whole.
    private mutating func takeHeader(from input: inout ArraySlice<UInt8>) throws(RunnerFrameError) -> Bool {
        let end = input.firstIndex(of: Self.lineFeed)
        let part = input[..<(end ?? input.endIndex)]
        // The line feed counts, whether it has come or not.
        guard header.count + part.count < Self.maximumHeaderBytes else { throw .headerTooLong }
        header += part
        guard let end else {
            input = []
            return false
        }
        input = input[input.index(after: end)...]
        let line = header
        header = []
        pending = try read(line)
        return true
    }

    private func read(_ line: [UInt8]) throws(RunnerFrameError) -> (frame: RunnerFrame, size: Int) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: line, limits: JSONLimits(maximumDepth: Self.maximumDepth))
        } catch {
            throw .malformedHeader
        }
        guard var fields = value.objectValue else { throw .malformedHeader }
        guard let name = fields.removeValue(forKey: "frame")?.stringValue else { throw .unnamed }
        let size: Int
        switch fields.removeValue(forKey: "body") {
        case nil:
            size = 0
        case let value?:
            guard let number = value.intValue, number >= 0 else { throw .invalidBodySize }
            size = number
        }
        guard size <= maximumBodyBytes else { throw .bodyTooLong }
        return (RunnerFrame(name, fields), size)
    }
}
