// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Zstandard

/// Frames that the SDKs wrote, and frames made to harm.
struct RecordedFrameTests {
    struct Request: Decodable, Sendable {
        let name: String
        let sdk: String
        let body_b64: Data
    }
    struct Requests: Decodable {
        let cases: [Request]
        let refused: [Request]
    }

    private static let limit = 64 * 1024 * 1024

    @Test func requestsOfTheSecondGenerationUnpack() throws {
        let requests = try Fixtures.json("bitfount/job_requests.json", as: Requests.self).cases
        let frames = requests.filter { $0.sdk == "13.0.0" }
        #expect(!frames.isEmpty)
        for frame in frames {
            #expect(Zstandard.hasFrameMagic(frame.body_b64))
            // A map of 10 to 15 keys: MessagePack's short form.
            let content = try Zstandard.decompress(Array(frame.body_b64), maximumBytes: Self.limit)
            #expect(content.first.map { 0x80...0x8F ~= $0 } == true)
        }
        for message in requests.filter({ $0.sdk == "1.0.6" }) {
            #expect(!Zstandard.hasFrameMagic(message.body_b64))
        }
    }

    @Test(arguments: [
        ("cut in the middle", ZstandardError.Code.damaged),
        ("one byte short", .damaged),
        ("empty", .notZstandard),
        ("not msgpack", .notZstandard),
        ("not compressed", .notZstandard),
        ("claims to unpack to 1 EiB", .limitExceeded),
        ("unpacks to 256 MiB, and says so", .limitExceeded),
        ("unpacks to 256 MiB, and does not say", .sizeNotDeclared),
    ])
    func isRefused(name: String, code: ZstandardError.Code) throws {
        let requests = try Fixtures.json("bitfount/job_requests.json", as: Requests.self).refused
        let frame = try #require(requests.first { $0.name == name && $0.sdk == "13.0.0" })
        let error = #expect(throws: ZstandardError.self) {
            try Zstandard.decompress(Array(frame.body_b64), maximumBytes: Self.limit)
        }
        #expect(error?.code == code)
    }

    @Test func theHarmfulFramesAreStoppedWhileTheyUnpack() throws {
        let requests = try Fixtures.json("bitfount/job_requests.json", as: Requests.self).refused
        for frame in requests where frame.name.hasPrefix("unpacks to 256 MiB") {
            var decompressor = try ZstandardDecompressor(maximumBytes: Self.limit)
            var received = 0
            do {
                try decompressor.write(Array(frame.body_b64)) { received += $0.count }
                Issue.record("\(frame.name) was not stopped")
            } catch let error as ZstandardError {
                #expect(error.code == .limitExceeded)
                #expect(received <= Self.limit)
            }
        }
    }
}
