// SPDX-License-Identifier: Apache-2.0

/// Puts response heads together from the lines that libcurl hands over.
struct HeaderParser {
    /// What a line did.
    enum Step {
        /// More lines are needed.
        case incomplete
        /// The head of the final response is complete.
        case complete(HTTPResponseHead)
        /// The line isn't HTTP, or there are too many.
        case malformed(String)
    }

    private let maximumBytes: Int
    private var bytes = 0
    private var status: Int?
    private var version = HTTPVersion.http1_1
    private var headers = HTTPHeaders()
    private var isComplete = false

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// Takes one line with its line end.
    mutating func consume(_ line: some Collection<UInt8>) -> Step {
        bytes += line.count
        guard bytes <= maximumBytes else { return .malformed("The response's header is too large.") }
        // What follows the body is trailers, of which nothing here makes use.
        if isComplete { return .incomplete }

        let text = Self.text(line)
        if text.hasPrefix("HTTP/") { return startHead(text) }
        guard let status else { return .malformed("The response doesn't start with a status line.") }
        if text.isEmpty {
            // 100 and 103 come before the real thing.
            guard status >= 200 else { return .incomplete }
            isComplete = true
            return Set(headers.values(of: "Content-Length")).count <= 1
                ? .complete(HTTPResponseHead(status: status, headers: headers, version: version))
                : .malformed("The response has two lengths.")
        }
        guard let colon = text.firstIndex(of: ":"), String(text[..<colon]).isHTTPToken else {
            return .malformed("The response has a malformed header field.")
        }
        let value = String(text[text.index(after: colon)...].trimming(while: \.isBlank))
        guard value.isHTTPFieldValue else { return .malformed("The response has a control character in its header.") }
        headers.append(String(text[..<colon]), value)
        return .incomplete
    }

    private mutating func startHead(_ line: String) -> Step {
        let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, words[1].utf8.count == 3, let status = Int(words[1]), status >= 100 else {
            return .malformed("The response has a malformed status line.")
        }
        switch words[0] {
        case "HTTP/1.0": version = .http1_0
        case "HTTP/1.1": version = .http1_1
        case "HTTP/2", "HTTP/2.0": version = .http2
        default: return .malformed("The response has an unknown version of HTTP.")
        }
        self.status = status
        headers = HTTPHeaders()
        return .incomplete
    }

    /// The line without its end, as UTF-8 or else as Latin-1.
    private static func text(_ line: some Collection<UInt8>) -> String {
        let content = Array(line).trimming { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
        return String(validating: content, as: UTF8.self)
            ?? String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) }))
    }
}

extension Character {
    /// A space or a tab.
    var isBlank: Bool { self == " " || self == "\t" }
}

extension BidirectionalCollection {
    /// Without the elements at both ends that fulfil a condition.
    fileprivate func trimming(while condition: (Element) -> Bool) -> SubSequence {
        let start = firstIndex { !condition($0) } ?? endIndex
        let end = lastIndex { !condition($0) }.map { index(after: $0) } ?? endIndex
        return self[start..<end]
    }
}
