// SPDX-License-Identifier: Apache-2.0

import MessagePack

/// Room for one body that is too long for a message (bitfount-protocol.md, 7.9). The addresses are secrets: whoever has one can use it.
public struct LargeObjectTicket: Sendable {
    /// The longest sealed body that is sent inside of a message, in bytes.
    public static let maximumInlineBytes = 131_072

    /// Where the form with the body is posted to.
    public let uploadURL: String
    /// The fields of the form, before the body.
    public let fields: [(name: String, value: String)]
    /// Where the body can be fetched from.
    public let downloadURL: String

    /// Makes a ticket from what the service answered.
    public init(uploadURL: String, fields: [(name: String, value: String)], downloadURL: String) {
        self.uploadURL = uploadURL
        self.fields = fields
        self.downloadURL = downloadURL
    }

    /// The body of the message that stands for the uploaded one.
    public var body: [UInt8] { MessagePackEncoder.encode(.string(downloadURL)) }
}

extension LargeObjectContent {
    /// What is uploaded for a body: the opposite of ``unwrap(_:)``.
    public static func wrap(_ body: [UInt8], for generation: Generation) -> [UInt8] {
        switch generation {
        case .g1: MessagePackEncoder.encode(.binary(body))
        case .g2: body
        }
    }
}
