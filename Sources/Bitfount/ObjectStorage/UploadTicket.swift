// SPDX-License-Identifier: Apache-2.0

public import Foundation
import StrictJSON

/// Where the Hub or the message service wants an object to be uploaded (bitfount-protocol.md, 3.4 and 3.6).
public enum UploadTicket: Sendable {
    /// One `POST` of a form: the fields in this order, then the file.
    case form(url: URL, fields: [(name: String, value: String)])
    /// One `PUT` for each piece, then a word to the Hub.
    case parts(MultipartTicket)

    /// Reads the upload fields of an answer. Multipart is chosen when all of its four fields are there.
    ///
    /// - Returns: nil if the answer has neither form, or a malformed one.
    init?(_ answer: JSONObject) {
        if let ticket = MultipartTicket(answer) {
            self = .parts(ticket)
            return
        }
        guard
            let url = answer["uploadUrl"]?.stringValue.flatMap({ URL(string: $0) }),
            let members = answer["uploadFields"]?.objectValue
        else { return nil }
        var fields: [(name: String, value: String)] = []
        for (name, value) in members {
            guard let value = value.stringValue else { return nil }
            fields.append((name, value))
        }
        self = .form(url: url, fields: fields)
    }
}

/// A multipart upload that the Hub has begun.
public struct MultipartTicket: Sendable {
    /// One URL for each piece, in order.
    public let urls: [URL]
    /// The size of every piece but the last, in bytes.
    public let chunkSize: Int
    /// The storage's name for this upload.
    public let uploadID: String
    /// The key under which the object will be.
    public let key: String

    init?(_ answer: JSONObject) {
        guard
            let texts = answer["uploadUrls"]?.arrayValue,
            let chunkSize = answer["chunkSize"]?.intValue, chunkSize > 0,
            let uploadID = answer["uploadId"]?.stringValue,
            let key = answer["key"]?.stringValue
        else { return nil }
        let urls = texts.compactMap { $0.stringValue.flatMap { URL(string: $0) } }
        guard !urls.isEmpty, urls.count == texts.count else { return nil }
        self.urls = urls
        self.chunkSize = chunkSize
        self.uploadID = uploadID
        self.key = key
    }

    /// The byte range of each piece of an object: `chunkSize` bytes for each URL, whatever remains for the last one.
    /// Pieces without bytes are left out.
    func ranges(of byteCount: Int64) -> [Range<Int64>] {
        var ranges: [Range<Int64>] = []
        var start: Int64 = 0
        for index in urls.indices where start < byteCount {
            let isLast = index == urls.count - 1
            // Compared as remainders: a huge chunk size from outside must not overflow.
            let end = isLast || byteCount - start <= Int64(chunkSize) ? byteCount : start + Int64(chunkSize)
            ranges.append(start..<end)
            start = end
        }
        return ranges
    }
}

/// A piece of a multipart upload that the storage has.
public struct UploadedPart: Sendable, Equatable {
    /// Counted from 1.
    public let number: Int
    /// The storage's checksum, without quotes.
    public let etag: String
}
