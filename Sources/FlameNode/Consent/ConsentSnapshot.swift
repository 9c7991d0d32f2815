// SPDX-License-Identifier: Apache-2.0

import Cryptography
import FlameHub
import Foundation
import StrictJSON

/// What a data owner saw of an analysis when consenting: consent holds for this and nothing else (flame-hub-differences.md,
/// 3.10).
///
/// The Hub proves nothing about content: after lock and approval its image, arguments, entry point and files can be changed,
/// and everything stays approved.
public struct ConsentSnapshot: Sendable, Equatable, Codable {
    /// A file of the code, as Core and Storage list it. The Hub keeps no digest of a file, so that a new upload is known by
    /// its ids and times.
    public struct File: Sendable, Equatable, Codable {
        /// The path.
        public var path: String
        /// The id of Core's row; `nil` for a file that only Storage has.
        public var link: String?
        /// The id of Storage's row.
        public var file: String?
        /// The size in bytes, as Storage counts it.
        public var size: Int64?
        /// When it was uploaded, in the server's text.
        public var createdAt: String?
        /// When Core's row was last written, in the server's text.
        public var updatedAt: String?
        /// Whether it is the entry point.
        public var isEntrypoint: Bool
        /// Who uploaded it.
        public var uploader: String?

        enum CodingKeys: String, CodingKey {
            case path = "path"
            case link = "link"
            case file = "file"
            case size = "size"
            case createdAt = "createdAt"
            case updatedAt = "updatedAt"
            case isEntrypoint = "isEntrypoint"
            case uploader = "uploader"
        }
    }

    /// The id of the analysis.
    public var analysis: String
    /// The id of its project.
    public var project: String?
    /// The id of this node's part.
    public var part: String
    /// When the part was created, in the server's text.
    public var partCreatedAt: String?
    /// When the part was last written, in the server's text. What is written from here moves it along.
    public var partUpdatedAt: String?
    /// Whether the Hub says that code and nodes can no longer change.
    public var isLocked: Bool?
    /// The id of the image that it is built on.
    public var image: String?
    /// The arguments of the image's program, as JSON.
    public var arguments: String?
    /// The hash of the built image.
    public var buildHash: String?
    /// The files of the code, by path; `nil` where the Hub does not show them to this node.
    public var files: [File]?

    enum CodingKeys: String, CodingKey {
        case analysis = "analysis"
        case project = "project"
        case part = "part"
        case partCreatedAt = "partCreatedAt"
        case partUpdatedAt = "partUpdatedAt"
        case isLocked = "isLocked"
        case image = "image"
        case arguments = "arguments"
        case buildHash = "buildHash"
        case files = "files"
    }

    /// What the mirror has of an analysis; its files are not in the mirror.
    init(part: FlameRow, analysis: FlameRow) {
        self.analysis = analysis.key.id
        project = analysis.parent
        self.part = part.key.id
        let own = part.fields ?? [:]
        let whole = analysis.fields ?? [:]
        partCreatedAt = own["createdAt"]?.stringValue
        partUpdatedAt = own["updatedAt"]?.stringValue
        isLocked = whole["configurationLocked"]?.boolValue
        image = whole["masterImageId"]?.stringValue.map(FlameRow.normalized)
        arguments = whole["imageCommandArguments"].flatMap { $0 == .null ? nil : $0.text }
        buildHash = whole["buildHash"]?.stringValue
    }

    /// What is not as it was, by the names of the fields; empty if nothing differs.
    ///
    /// - Parameter withFiles: Whether the files are compared, too; they are not in the mirror.
    func differences(from other: ConsentSnapshot, withFiles: Bool) -> [String] {
        var names: [String] = []
        if analysis != other.analysis { names.append("analysis") }
        if project != other.project { names.append("project") }
        if part != other.part || partCreatedAt != other.partCreatedAt { names.append("part") }
        if partUpdatedAt != other.partUpdatedAt { names.append(Self.updated) }
        if isLocked != other.isLocked { names.append("lock") }
        if image != other.image { names.append("image") }
        if arguments != other.arguments { names.append("arguments") }
        if buildHash != other.buildHash { names.append("build-hash") }
        guard withFiles else { return names }
        if files?.filter(\.isEntrypoint) != other.files?.filter(\.isEntrypoint) { names.append("entrypoint") }
        if files != other.files { names.append("files") }
        return names
    }

    /// What ``differences(from:withFiles:)`` calls a part that somebody wrote to.
    static let updated = "part-updated"

    /// What an audit entry calls the content: the SHA-256 of its JSON with sorted keys. What only tells when the part was
    /// written is left out, so that equal contents have equal digests.
    public var digest: String {
        var content = self
        content.partUpdatedAt = nil
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(content) else { return "none" }
        return "sha256:\(Hex.encode(SHA256.hash(Array(bytes))))"
    }
}
