// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Testing

struct MessagePackMapTests {
    @Test func keepsTheOrderOfInsertion() {
        var map: MessagePackMap = ["b": 1, "a": 2]
        map["c"] = 3
        map["b"] = 4
        #expect(map.keys == ["b", "a", "c"])
        #expect(map.map(\.value) == [4, 2, 3])
        #expect(MessagePackEncoder.encode(.map(map)) == [0x83, 0xA1, 0x62, 4, 0xA1, 0x61, 2, 0xA1, 0x63, 3])
    }

    @Test func removesKeys() {
        var map: MessagePackMap = ["a": 1, "b": 2, "c": 3]
        #expect(map.removeValue(forKey: "a") == 1)
        #expect(map.removeValue(forKey: "a") == nil)
        map["b"] = nil
        #expect(map == ["c": 3])
        #expect(map["c"] == 3)
        map["a"] = .null
        #expect(map["a"] == .null)
        #expect(map.keys == ["c", "a"])
    }

    @Test func equalityIgnoresOrder() {
        let one: MessagePackMap = ["a": 1, "b": ["x": nil, "y": false]]
        let other: MessagePackMap = ["b": ["y": false, "x": nil], "a": 1]
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one != ["a": 1])
        #expect(one != ["a": 1, "c": ["x": nil, "y": false]])
    }

    @Test func numbersAreEqualOnlyInTheSameType() {
        #expect(MessagePackValue.int(1) != .double(1))
        #expect(MessagePackValue.string("a") != .binary([0x61]))
        #expect(MessagePackValue.bool(true) != .int(1))
    }

    @Test func accessorsDoNotConvert() {
        #expect(MessagePackValue.string("a").binaryValue == nil)
        #expect(MessagePackValue.binary([0x61]).stringValue == nil)
        #expect(MessagePackValue.double(1).intValue == nil)
        #expect(MessagePackValue.int(1).boolValue == nil)
        #expect(MessagePackValue.uint(.max).intValue == nil)
        #expect(MessagePackValue.null.isNull)
    }
}
