// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

@testable import FlameHub

/// Ids and rows that tests share.
enum Rows {
    static func id<Record>(_ number: Int, of type: Record.Type = Record.self) -> HubID<Record> {
        HubID(
            UUID(
                uuid: (
                    0xAB, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, UInt8(number >> 24 & 0xFF),
                    UInt8(number >> 16 & 0xFF), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)
                )
            )
        )
    }

    static func time(_ second: Int) -> String {
        HubTimestamp(Date(timeIntervalSince1970: 1_780_000_000 + Double(second))).text
    }

    static func node(_ number: Int, _ fields: JSONObject = [:]) -> JSONValue {
        row(id(number, of: Node.self).text, number, ["name": .string("my-node-\(number)"), "online": false], fields)
    }

    static func part(_ number: Int, node: HubID<Node> = id(1), _ fields: JSONObject = [:]) -> JSONValue {
        let own: JSONObject = [
            "analysisId": .string(id(number + 100_000, of: Analysis.self).text), "nodeId": .string(node.text),
            "approvalStatus": nil, "executionStatus": nil, "executionProgress": nil, "comment": nil,
        ]
        return row(id(number, of: AnalysisNode.self).text, number, own, fields)
    }

    private static func row(_ id: String, _ number: Int, _ own: JSONObject, _ fields: JSONObject) -> JSONValue {
        var row: JSONObject = [
            "id": .string(id), "createdAt": .string(time(number)), "updatedAt": .string(time(number)),
        ]
        for (name, value) in Array(own) + Array(fields) { row[name] = value }
        return .object(row)
    }
}
