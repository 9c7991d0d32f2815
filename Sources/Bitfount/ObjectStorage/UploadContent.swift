// SPDX-License-Identifier: Apache-2.0

public import Foundation
import HTTPTransport

/// The bytes of an upload.
public enum UploadContent: Sendable {
    /// Bytes in memory.
    case bytes(Data)
    /// A regular file, read while it is sent. It must not change meanwhile.
    case file(URL)

    /// How many bytes there are.
    ///
    /// - Throws: `file` if the file cannot be examined.
    public func byteCount() throws(BitfountError) -> Int64 {
        switch self {
        case .bytes(let data):
            return Int64(data.count)
        case .file(let url):
            do {
                let attributes = try FileManager.default.attributesOfItem(atPath: url.path(percentEncoded: false))
                guard attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? NSNumber
                else { throw BitfountError(.file, "\(url.path(percentEncoded: false)) is not a regular file") }
                return size.int64Value
            } catch let error as BitfountError {
                throw error
            } catch {
                throw BitfountError(.file, "\(url.path(percentEncoded: false)) cannot be read", underlying: error)
            }
        }
    }

    var formContent: MultipartForm.File.Content {
        switch self {
        case .bytes(let data): .bytes(data)
        case .file(let url): .file(url)
        }
    }

    /// A request body of some of the bytes.
    func body(of range: Range<Int64>) -> HTTPBody {
        switch self {
        case .bytes(let data):
            let start = data.startIndex + Int(range.lowerBound)
            return .bytes(data[start..<start + range.count])
        case .file(let url):
            return .stream(length: Int64(range.count)) { FileChunks(file: url, range: range) }
        }
    }
}
