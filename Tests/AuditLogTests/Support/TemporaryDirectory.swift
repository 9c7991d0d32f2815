import Foundation

/// A directory of its own for one test; removed with the value.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        let pattern = (NSTemporaryDirectory() as NSString).appendingPathComponent("audit-log-XXXXXX")
        var template = Array(pattern.utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}
