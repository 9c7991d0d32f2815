// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A JSON value, as Bitfount's services take and give them.
public typealias JSONValue = StrictJSON.JSONValue
/// The members of a JSON object, in order.
public typealias JSONObject = StrictJSON.JSONObject

extension JSONValue {
    /// This value as the body of a request.
    ///
    /// - Throws: `invalidArgument` for a number that JSON cannot express (NaN or an infinity).
    func body() throws(BitfountError) -> [UInt8] {
        do {
            return try serialized()
        } catch {
            throw BitfountError(.invalidArgument, "What is to be sent has no JSON form", underlying: error)
        }
    }
}
