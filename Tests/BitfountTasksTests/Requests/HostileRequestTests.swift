// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
import Foundation
import MessagePack
import TestSupport
import Testing

/// Whatever arrives in place of a request is read or refused, and what was changed is never taken for the genuine one.
struct HostileRequestTests {
    private let codec = TaskRequestCodec()
    private static let bodies = Result {
        try RecordedCase.all("job_requests.json", "cases").filter { try $0.name == "key-based, minimal protocol" }
    }

    @Test(arguments: try bodies.get())
    func everyTruncationIsRefused(recorded: RecordedCase) throws {
        let body = try recorded.bytes("body_b64")
        for count in 0..<body.count {
            #expect(throws: TaskFormatError.self) { try codec.decodeOuter(Array(body[..<count])) }
        }
    }

    @Test(arguments: try bodies.get())
    func aChangedBitIsRefusedOrSeen(recorded: RecordedCase) throws {
        let body = try recorded.bytes("body_b64")
        let genuine = try codec.decodeOuter(body)
        var refused = 0
        for bit in 0..<body.count * 8 {
            var changed = body
            changed[bit / 8] ^= 1 << (bit % 8)
            do {
                // Bits that the compression ignores aside, another body is another request.
                let outer = try codec.decodeOuter(changed)
                #expect(outer != genuine || genuine.generation == .g2)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 0)
    }

    /// One private operation per body, so a sample: every part of the ciphertext, both generations.
    @Test(arguments: try bodies.get())
    func aChangedCiphertextNeverOpens(recorded: RecordedCase) async throws {
        let key = try RecordedKeys.privateKey("pod")
        let genuine = try codec.decodeOuter(recorded.bytes("body_b64"))
        for position in stride(from: 0, to: genuine.encryptedRequest.count, by: 37) {
            var outer = genuine
            outer.encryptedRequest[position] ^= 0x10
            await #expect(throws: TaskFormatError(.undecryptable, in: .innerRequest)) {
                try await codec.decrypt(outer, with: key).content.get()
            }
        }
        for count in [0, 1, 511, genuine.encryptedRequest.count - 1] {
            var outer = genuine
            outer.encryptedRequest = Array(genuine.encryptedRequest.prefix(count))
            await #expect(throws: TaskFormatError(.undecryptable, in: .innerRequest)) {
                try await codec.decrypt(outer, with: key).content.get()
            }
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func randomBytesAreRefused(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let bytes = random.bytes(.random(in: 0...300, using: &random))
            #expect(throws: TaskFormatError.self) { try codec.decodeOuter(bytes) }
        }
    }

    /// The entries that claim or unpack to huge sizes: refused without the memory that they ask for.
    @Test
    func hugeClaimsCostNoMemory() throws {
        let huge = try RecordedCase.all("job_requests.json", "refused").filter {
            let name = try $0.name
            return name.contains("unpack") || name.contains("4294967295") || name.contains("deep")
        }
        #expect(huge.count == 7)
        let bodies = try huge.map { try $0.bytes("body_b64") }
        let before = try Self.peakResidentKilobytes()
        for body in bodies {
            #expect(throws: TaskFormatError.self) { try codec.decodeOuter(body) }
        }
        // Other tests run at the same time; the smallest of the bombs would add a quarter of a gigabyte.
        #expect(try Self.peakResidentKilobytes() - before < 200_000)
    }

    private static func peakResidentKilobytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.split(whereSeparator: \.isWhitespace)[1]))
    }
}
