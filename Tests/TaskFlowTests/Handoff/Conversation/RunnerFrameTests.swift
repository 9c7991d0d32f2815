// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import StrictJSON
import TestSupport
import Testing

@testable import TaskFlow

@Suite("Frames of a runner") struct RunnerFrameTests {
    /// TASK_START of a runner of the second generation, and its answer, recorded from a runner with the genuine package.
    static let taskStart: [UInt8] =
        Array(#"{"frame":"message","id":4,"type":25,"body":10}"#.utf8)
        + [0x0A, 0x28, 0xB5, 0x2F, 0xFD, 0x20, 0x01, 0x09, 0x00, 0x00, 0xC0]
    static let sent: [UInt8] = Array(#"{"frame":"sent","id":4}"#.utf8) + [0x0A]

    private func decode(_ bytes: [UInt8], chunk: Int = .max, maximumBodyBytes: Int = 1 << 20) throws -> [RunnerFrame] {
        var decoder = RunnerFrameDecoder(maximumBodyBytes: maximumBodyBytes)
        var frames: [RunnerFrame] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            var input = rest.prefix(chunk)
            rest = rest.dropFirst(chunk)
            while let frame = try decoder.next(from: &input) { frames.append(frame) }
            #expect(input.isEmpty)
        }
        if !decoder.isBetweenFrames { throw RunnerFrameError.cutOff }
        return frames
    }

    @Test("A recorded message is read and written byte for byte", arguments: [1, 2, 7, 56, Int.max])
    func recorded(chunk: Int) throws {
        let frames = try decode(Self.taskStart + Self.sent, chunk: chunk)
        try #require(frames.count == 2)
        #expect(try frames[0].header() + frames[0].body == Self.taskStart)
        #expect(try frames[1].header() == Self.sent)
        guard case .message(let message) = try FrameFromRunner(frames[0]) else {
            Issue.record("not a message")
            return
        }
        #expect(message.id == 4)
        #expect(message.type == .taskStart)
        #expect(Generation(of: message.body) == .g2)
        #expect(FrameToRunner.sent(4).frame == frames[1])
    }

    @Test(
        "Bytes that are no frame are refused",
        arguments: [
            ("{\"frame\":\"a\",\"frame\":\"b\"}\n", .malformedHeader), ("[]\n", .malformedHeader),
            ("\n", .malformedHeader),
            ("{\"frame\":NaN}\n", .malformedHeader), ("{\"frame\":\"a\",\"x\":[[[[[[[[]]]]]]]]}\n", .malformedHeader),
            ("{}\n", .unnamed), ("{\"frame\":1}\n", .unnamed), ("{\"frame\":\"a\",\"body\":-1}\n", .invalidBodySize),
            ("{\"frame\":\"a\",\"body\":1.0}\n", .invalidBodySize),
            ("{\"frame\":\"a\",\"body\":null}\n", .invalidBodySize),
            ("{\"frame\":\"a\",\"body\":1048577}\n", .bodyTooLong), ("{\"frame\":\"a\"", .cutOff),
            ("{\"frame\":\"a\",\"body\":2}\nx", .cutOff),
        ] as [(String, RunnerFrameError)]
    )
    func refused(text: String, expected: RunnerFrameError) {
        #expect(throws: expected) { try decode(Array(text.utf8)) }
        #expect(throws: expected) { try decode(Array(text.utf8), chunk: 1) }
    }

    @Test("The longest header is 65,536 bytes with its line feed")
    func longestHeader() throws {
        let frame = #"{"frame":"a","x":""#
        let longest = frame + String(repeating: "x", count: 65_535 - frame.utf8.count - 2) + "\"}\n"
        #expect(longest.utf8.count == 65_536)
        #expect(try decode(Array(longest.utf8)).count == 1)
        let tooLong = frame + String(repeating: "x", count: 65_536 - frame.utf8.count - 2) + "\"}\n"
        #expect(throws: RunnerFrameError.headerTooLong) { try decode(Array(tooLong.utf8)) }
        #expect(throws: RunnerFrameError.headerTooLong) { try decode(Array(tooLong.utf8), chunk: 100) }
        // Also where the line feed never comes.
        #expect(throws: RunnerFrameError.headerTooLong) { try decode([UInt8](repeating: 0x20, count: 65_536)) }
    }

    @Test("Nothing of a body that is too long is kept")
    func tooLongBody() throws {
        var decoder = RunnerFrameDecoder(maximumBodyBytes: 4)
        var input = Array("{\"frame\":\"message\",\"body\":5}\n12345".utf8)[...]
        #expect(throws: RunnerFrameError.bodyTooLong) { try decoder.next(from: &input) }
        #expect(input.elementsEqual("12345".utf8))
    }

    @Test("Frames survive any cutting, and what is not one never does", arguments: 0..<8 as Range<UInt64>)
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var bytes: [UInt8] = []
            var frames: [RunnerFrame] = []
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let body = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                let frame = RunnerFrame("f\(frames.count)", ["n": .integer(Int64(frames.count))], body: body)
                frames.append(frame)
                bytes += try frame.header() + body
            }
            #expect(try decode(bytes, chunk: Int.random(in: 1...50, using: &generator)) == frames)

            // Changed bytes are other frames or an error, and never a trap.
            for _ in 0..<3 {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            var decoder = RunnerFrameDecoder(maximumBodyBytes: 64)
            var input = bytes[...]
            do {
                while let frame = try decoder.next(from: &input) { _ = try? FrameFromRunner(frame) }
            } catch {
                continue
            }
        }
    }

    @Test("The start frame of a genuine exchange, field by field")
    func start() throws {
        var flags = RequestFlags()
        flags.batchedExecution = false
        let start = RunnerStart(
            generation: .g2,
            task: "2fde1c3e",
            modeller: "alice",
            pod: "acme/ward",
            identifier: "acme/ward",
            pods: ["acme/ward"],
            project: nil,
            flags: flags,
            limits: [.init(resource: "alice/model:3", limit: nil, used: 2)],
            deadlineSeconds: 120,
            protocolDocument: [0xC0]
        )
        let header = try FrameToRunner.start(start).frame.header()
        #expect(
            String(decoding: header, as: UTF8.self) == #"""
                {"frame":"start","protocol":1,"generation":"g2","task":"2fde1c3e","modeller":"alice","pod":"acme/ward",\#
                "identifier":"acme/ward","pods":["acme/ward"],"project":null,"flags":{"batched_execution":false},\#
                "limits":[{"resource":"alice/model:3","limit":null,"used":2}],"deadline_s":120,"body":1}

                """#
        )
    }

    @Test("A confinement falls short wherever a value is missing or wrong")
    func confinement() throws {
        let whole: JSONObject = [
            "uid": 62992, "network": false, "readable": [], "writable": [], "no_new_privs": true, "capabilities": false,
            "memory_bytes": 8_589_934_592,
        ]
        #expect(RunnerConfinement(whole).shortcomings.isEmpty)
        #expect(RunnerConfinement([:]).shortcomings == Set(RunnerConfinement.Requirement.allCases))
        for (key, value, expected) in [
            ("network", true, .network), ("readable", ["/etc/shadow"], .readable), ("writable", ["/"], .writable),
            ("no_new_privs", false, .privileges), ("capabilities", true, .privileges), ("memory_bytes", nil, .memory),
            ("memory_bytes", 0, .memory),
        ] as [(String, JSONValue, RunnerConfinement.Requirement)] {
            var changed = whole
            changed[key] = value
            #expect(RunnerConfinement(changed).shortcomings == [expected], "\(key)")
            changed[key] = nil
            #expect(RunnerConfinement(changed).shortcomings == [expected], "\(key) is missing")
        }
    }

    @Test("What a runner says beside a message is taken or refused whole")
    func metadata() throws {
        func message(_ metadata: JSONValue) throws -> RunnerMessage {
            let fields: JSONObject = ["id": 1, "type": 7, "metadata": metadata]
            guard case .message(let message) = try FrameFromRunner(RunnerFrame("message", fields, body: [0xC0])) else {
                throw RunnerFault("not a message")
            }
            return message
        }
        let genuine = try message([
            "algorithm": ["algorithm_name": "SqlQuery", "algorithm_index": 0, "total_algorithms": 1],
            "resources_consumed": [["type": 0, "identifier": "a/m:3", "amount": 20]],
            "task_notification": ["email": true],
        ])
        #expect(genuine.metadata?.algorithm == .init(name: "SqlQuery", index: 0, total: 1))
        #expect(genuine.metadata?.resourcesConsumed == [.init(type: 0, identifier: "a/m:3", amount: 20)])
        #expect(try message(nil).metadata == OutgoingMetadata())
        for wrong: JSONValue in [
            1, ["algorithm": 1], ["resources_consumed": [1]],
            ["resources_consumed": [["type": 0, "identifier": "x", "amount": -1]]],
            ["resources_consumed": .array(Array(repeating: ["type": 0, "identifier": "x", "amount": 1], count: 65))],
        ] {
            #expect(try message(wrong).metadata == nil)
        }
    }
}
